#include "cluster/room_index.hpp"

#include <algorithm>

#include "cluster/occupancy.hpp"
#include "core/bits.hpp"

namespace berth {
namespace {

constexpr std::uint32_t buckets_most = 4096;

// The bits of word `word` that are nodes of the range.
std::uint64_t part_of(const NodeRange& nodes, std::uint32_t word) {
  std::uint64_t mask = ~std::uint64_t{0};
  if (word == nodes.first >> 6U) {
    mask &= ~std::uint64_t{0} << (nodes.first & 63U);
  }
  if (const std::uint32_t over = 64 * (word + 1); over > nodes.past) {
    mask &= ~std::uint64_t{0} >> (over - nodes.past);
  }
  return mask;
}

std::uint32_t held_in(const NodeRange& nodes, const Occupancy& free) {
  std::uint32_t held = 0;
  for (std::uint32_t node = nodes.first; node < nodes.past; ++node) {
    held += free.idle(NodeId(node)) ? 0U : 1U;
  }
  return held;
}

}  // namespace

RoomIndex::RoomIndex(const Fleet& fleet, const RoomQuestion& question)
    : fleet_(&fleet),
      question_(plain(question)),
      count_(fleet.domains()),
      inner_(fleet.levels() > 0 ? fleet.domains(LevelId(fleet.levels() - 1)) : 0),
      ruled_(question.level && *question.level < fleet.levels()
                 ? fleet.domains(LevelId(*question.level))
                 : 0),
      dirty_(fleet.nodes() / 64 + 1) {
  const Shape& shape = question_.shape;
  for (std::size_t i = 0; i < fleet.kinds().size(); ++i) {
    if (question_.weight && fleet.kinds()[i].weight != *question_.weight) {
      continue;
    }
    const std::uint64_t tasks = capacity_for(shape, fleet, i) / shape.tasks;
    const auto most = static_cast<std::uint32_t>(std::min<std::uint64_t>(tasks, tasks_most));
    const std::uint32_t here = in_nodes() ? most / question_.slice : most;
    node_most_ =
        std::max(node_most_, question_.unit == RoomUnit::nodes ? std::min(here, 1U) : here);
  }
  for (std::uint32_t word = 0; word < dirty_.size(); ++word) {
    touch(word);
  }
}

std::uint32_t RoomIndex::count_of(NodeId node, const Occupancy& free) const {
  if ((question_.weight && fleet_->kind(node).weight != *question_.weight) ||
      (question_.alone && in_nodes() && !free.idle(node))) {
    return 0;
  }
  const std::uint32_t room = free.room(node, question_.shape) / question_.shape.tasks;
  return std::min(in_nodes() ? room / question_.slice : room, node_most_);
}

// A whole leaf is counted again when one of its nodes changed: a few words of the bitmaps. Changes
// of one leaf come in neighbouring words, so it is rarely counted twice.
void RoomIndex::count_touched(const Occupancy& free) {
  const Fleet& fleet = *fleet_;
  if (fleet.levels() == 0) {
    all_ = count_in({0, fleet.nodes()}, free);
  } else {
    const LevelId inner(fleet.levels() - 1);
    std::uint32_t counted = ~std::uint32_t{0};
    for (const std::uint32_t word : touched_) {
      const std::uint32_t last = std::min(64 * word + 63, fleet.nodes() - 1);
      for (std::uint32_t node = 64 * word; node <= last;) {
        const DomainId domain = fleet.domain_of(NodeId(node), inner);
        if (domain.index() != counted) {
          counted = domain.index();
          recount(counted, free);
        }
        node = fleet.nodes_in(domain).past;
      }
    }
  }
  for (const std::uint32_t word : touched_) {
    dirty_[word] = 0;
    if (nodes_) {
      recount_nodes(word, free);
    }
  }
  touched_.clear();
}

void RoomIndex::recount(std::uint32_t innermost, const Occupancy& free) {
  const Fleet& fleet = *fleet_;
  const LevelId inner(fleet.levels() - 1);
  const NodeRange nodes = fleet.nodes_in(DomainId(innermost));
  Count& before = inner_[innermost - fleet.domain(inner, 0).index()];
  const Count now{count_in(nodes, free), question_.alone ? held_in(nodes, free) : 0};
  Count more{now.room - before.room, now.held - before.held};  // modulo 2^32
  before = now;
  if (more.room == 0 && more.held == 0) {
    return;
  }
  for (std::uint32_t level = fleet.levels(); level-- > 0;) {
    const DomainId domain = fleet.domain_of(NodeId(nodes.first), LevelId(level));
    if (level == question_.level) {
      more.room = through(domain, more);
    }
    add(domain, LevelId(level), more.room);
  }
  all_ += more.room;
}

// What a domain of the question's level counts more by its rules.
std::uint32_t RoomIndex::through(DomainId domain, const Count& more) {
  Count& ruled = ruled_[domain.index() - fleet_->domain(LevelId(*question_.level), 0).index()];
  ruled.room += more.room;
  ruled.held += more.held;
  const std::uint32_t counts = ruled.held > 0 ? 0 : ruled.room / question_.slice;
  return counts - count_[domain.index()];
}

void RoomIndex::add(DomainId domain, LevelId level, std::uint32_t more) {
  if (more == 0) {
    return;
  }
  count_[domain.index()] += more;
  for (Kept& kept : kept_) {
    if (kept.level == level) {
      const std::uint32_t group = fleet_->place(domain) >> kept.log2;
      const std::uint32_t before = kept.count[group];
      kept.count[group] += more;
      kept.by_count->move(group, before, before + more);
    }
  }
}

std::uint32_t RoomIndex::count_in(const NodeRange& nodes, const Occupancy& free) const {
  const Shape& shape = question_.shape;
  const bool ruled = question_.weight || in_nodes();
  if (!ruled && shape.only_gpus() && shape.gpus > 0 && shape.tasks == 1) {
    return count_by_words(nodes, free);
  }
  std::uint32_t sum = 0;
  for (std::uint32_t node = nodes.first; node < nodes.past; ++node) {
    sum += count_of(NodeId(node), free);
  }
  return sum;
}

std::uint32_t RoomIndex::count_by_words(const NodeRange& nodes, const Occupancy& free) const {
  std::uint32_t sum = 0;
  const std::uint32_t most = fleet_->gpus_per_node();
  for (std::uint32_t gpus = question_.shape.gpus; gpus <= most; ++gpus) {
    const NodeSet& set = free.with_free(gpus);
    if (set.empty()) {
      continue;
    }
    const std::uint32_t each = question_.unit == RoomUnit::nodes ? 1 : gpus / question_.shape.gpus;
    for (std::uint32_t word = nodes.first >> 6U; 64 * word < nodes.past; ++word) {
      sum += each * count_ones(set.words()[word] & part_of(nodes, word));
    }
  }
  return sum;
}

void RoomIndex::recount_nodes(std::uint32_t word, const Occupancy& free) {
  const std::uint32_t past = std::min(64 * word + 64, fleet_->nodes());
  for (std::uint32_t node = 64 * word; node < past; ++node) {
    const std::uint32_t now = count_of(NodeId(node), free);
    if (now != of_node_[node]) {
      nodes_->move(node, of_node_[node], now);
      of_node_[node] = static_cast<std::uint16_t>(now);
    }
  }
}

const CountBuckets* RoomIndex::node_buckets(const Occupancy& free) const {
  if (!nodes_ && node_most_ <= buckets_most) {
    nodes_ = std::make_unique<CountBuckets>(fleet_->nodes(), node_most_);
    for (std::uint32_t node = 0; node < fleet_->nodes(); ++node) {
      const std::uint32_t now = count_of(NodeId(node), free);
      of_node_.push_back(static_cast<std::uint16_t>(now));
      nodes_->insert(node, now);
    }
  }
  return nodes_.get();
}

std::uint32_t RoomIndex::of_group(LevelId level, std::uint32_t log2, std::uint32_t group) const {
  const Fleet& fleet = *fleet_;
  for (const Kept& kept : kept_) {
    if (kept.level == level && kept.log2 == log2) {
      return kept.count[group];
    }
  }
  std::uint32_t sum = 0;
  const std::uint32_t past = std::min((group + 1) << log2, fleet.domains(level));
  for (std::uint32_t place = group << log2; place < past; ++place) {
    sum += of(fleet.at_place(level, place));
  }
  return sum;
}

RoomIndex::Kept RoomIndex::make_kept(LevelId level, std::uint32_t log2) const {
  const Fleet& fleet = *fleet_;
  const std::uint32_t groups = ((fleet.domains(level) - 1) >> log2) + 1;
  std::vector<std::uint64_t> room(groups);
  for (std::uint32_t i = 0; i < fleet.domains(level); ++i) {
    const DomainId domain = fleet.domain(level, i);
    const std::uint64_t most = std::uint64_t{node_most_} * fleet.nodes_in(domain).size();
    const bool in_slices = question_.level && level.index() <= *question_.level && !in_nodes();
    room[fleet.place(domain) >> log2] += in_slices ? most / question_.slice : most;
  }
  Kept kept{level, log2, {}, nullptr};
  const std::uint64_t most = *std::ranges::max_element(room);
  if (most > buckets_most) {
    return kept;
  }
  kept.by_count = std::make_unique<CountBuckets>(groups, static_cast<std::uint32_t>(most));
  for (std::uint32_t group = 0; group < groups; ++group) {
    kept.count.push_back(of_group(level, log2, group));
    kept.by_count->insert(group, kept.count.back());
  }
  return kept;
}

const CountBuckets* RoomIndex::buckets(LevelId level, std::uint32_t log2) const {
  for (const Kept& kept : kept_) {
    if (kept.level == level && kept.log2 == log2) {
      return kept.by_count.get();
    }
  }
  Kept kept = make_kept(level, log2);
  if (!kept.by_count) {
    return nullptr;
  }
  return kept_.emplace_back(std::move(kept)).by_count.get();
}

}  // namespace berth
