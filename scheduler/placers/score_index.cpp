#include "scheduler/placers/score_index.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "core/samplers.hpp"

namespace berth {
namespace {

// Memory for rankings: this many numbers in all, at two a node, or many where nodes are grouped.
constexpr std::size_t numbers_most = std::size_t{1} << 24U;
constexpr std::size_t numbers_grouped = 64;

std::vector<NodeId> by_name(const Fleet& fleet) {
  std::vector<NodeId> nodes;
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    nodes.emplace_back(node);
  }
  std::ranges::sort(nodes, {},
                    [&fleet](NodeId node) -> const std::string& { return fleet.name(node); });
  return nodes;
}

// Fisher and Yates. No job has the number 0.
std::vector<NodeId> drawn(std::vector<NodeId> nodes, RunKey run) {
  Random draws(run, Stream::placement, 0);
  for (std::size_t left = nodes.size(); left > 1; --left) {
    std::swap(nodes[left - 1], nodes[uniform_below(draws, left)]);
  }
  return nodes;
}

std::vector<NodeId> in_order(Ties ties, const Fleet& fleet, RunKey run) {
  return ties == Ties::lowest_name ? by_name(fleet) : drawn(by_name(fleet), run);
}

}  // namespace

ScoreIndex::ScoreIndex(const Pipeline& pipeline, const View& view)
    : pipeline_(pipeline),
      rank_(view.free.fleet().nodes()),
      node_(in_order(pipeline.ties, view.free.fleet(), view.run)),
      changed_(node_.size() / 64 + 1) {
  make_scores(view.free.fleet(), view.seen);
  const bool grouped = std::ranges::any_of(scores_, [this](const auto& score) {
    return !score->spreads().empty() || (score->stretched() && scores_.size() > 1);
  });
  const std::size_t numbers = grouped ? numbers_grouped : 2;
  kept_most_ = std::max<std::size_t>(8, numbers_most / numbers / node_.size());
  for (std::uint32_t rank = 0; rank < node_.size(); ++rank) {
    rank_[node_[rank].index()] = rank;
  }
}

void ScoreIndex::make_scores(const Fleet& fleet, const SeenPods* seen) {
  scores_.clear();
  spreads_.clear();
  for (const WeightedScore& one : pipeline_.scores) {
    scores_.push_back(one.made.make(fleet, seen));
    spreads_.push_back(scores_.back()->spreads());
  }
  lessons_ = seen != nullptr ? seen->lessons() : 0;
}

void ScoreIndex::learn(const Fleet& fleet, const SeenPods* seen) {
  if (seen != nullptr && seen->lessons() != lessons_ && pipeline_.learns()) {
    make_scores(fleet, seen);
    classes_.clear();
    kept_ = 0;
  }
}

std::unique_ptr<Ranking> ScoreIndex::make_ranking(const Pod& pod, const Occupancy& free) const {
  Relative relative;
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    const std::int64_t weight = pipeline_.scores[i].weight;
    if (scores_[i]->draws_lots()) {
      return rank_by_lot(static_cast<std::uint32_t>(node_.size()));
    }
    if (spreads(i)) {
      relative.spreads = pod.shape.group > 0 ? spreads_[i] : std::vector<Spread>();
      relative.spread_weight = weight;
    } else if (scores_[i]->stretched()) {
      relative.weights.push_back(weight);
    }
  }
  const bool one_alone = relative.weights.size() == 1 && scores_.size() == 1;
  if (relative.spreads.empty() && (relative.weights.empty() || one_alone)) {
    return rank_by_sum(static_cast<std::uint32_t>(node_.size()));
  }
  return rank_relative(std::move(relative), free.fleet(), node_);
}

bool ScoreIndex::passes(const Pod& pod, NodeId node, const Occupancy& free) const {
  return std::ranges::all_of(pipeline_.filters,
                             [&](const Filter& filter) { return filter.passes(pod, node, free); });
}

// The same, but that limits to how pods are spread are not worked out for each node.
bool ScoreIndex::passes(const Class& one, NodeId node, const Occupancy& free) const {
  return (!one.limits || one.limits->allow(node)) &&
         std::ranges::all_of(pipeline_.filters, [&](const Filter& filter) {
           return (one.limits && filter.name == "topology_spread") ||
                  filter.passes(one.pod, node, free);
         });
}

void ScoreIndex::score(Class& one, NodeId node, const Occupancy& free) {
  const std::uint32_t rank = rank_[node.index()];
  const bool passing = passes(one, node, free);
  if (!one.room.empty()) {
    count_room(one, node, free, passing);
  }
  if (!passing) {
    one.ranking->set(rank, nullptr);
    return;
  }
  Worth worth;
  bool over_nodes = false;
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (spreads(i)) {
      over_nodes = one.pod.shape.group > 0 && !spreads_[i].back().level;
      continue;
    }
    const std::int64_t score = scores_[i]->of(one.pod, node, free);
    if (scores_[i]->stretched()) {
      worth.stretched.push_back(score);
    } else {
      worth.sum += pipeline_.scores[i].weight * score;
    }
  }
  if (over_nodes) {
    worth.stretched.push_back(free.pods().on(node, one.pod.shape.group));
  }
  one.ranking->set(rank, &worth);
}

ScoreIndex::Class& ScoreIndex::class_of(const Pod& pod, const Occupancy& free) {
  ++asked_;
  const auto of_shape = classes_.find(pod.shape);
  if (of_shape != classes_.end()) {
    for (const auto& one : of_shape->second) {
      if (alike(one->pod, pod)) {
        one->last_asked = asked_;
        refresh(*one, free);
        return *one;
      }
    }
  }
  return add_class(pod, free);
}

ScoreIndex::Class& ScoreIndex::add_class(const Pod& pod, const Occupancy& free) {
  if (kept_ == kept_most_) {
    forget_oldest();
  }
  ++kept_;
  auto& one = classes_[pod.shape].emplace_back(std::make_unique<Class>());
  one->pod = pod;
  one->ranking = make_ranking(pod, free);
  one->last_asked = asked_;
  score_all(*one, free);
  return *one;
}

void ScoreIndex::forget_oldest() {
  auto oldest = classes_.begin();
  std::size_t place = 0;
  std::uint64_t least = ~std::uint64_t{0};
  for (auto of_shape = classes_.begin(); of_shape != classes_.end(); ++of_shape) {
    for (std::size_t i = 0; i < of_shape->second.size(); ++i) {
      if (of_shape->second[i]->last_asked < least) {
        least = of_shape->second[i]->last_asked;
        oldest = of_shape;
        place = i;
      }
    }
  }
  oldest->second.erase(oldest->second.begin() + static_cast<std::ptrdiff_t>(place));
  if (oldest->second.empty()) {
    classes_.erase(oldest);
  }
  --kept_;
}

void ScoreIndex::score_all(Class& one, const Occupancy& free) {
  if (one.pod.is_spread() && pipeline_.limits_spread()) {
    one.limits.emplace(one.pod, free);
  }
  for (std::uint32_t node = 0; node < node_.size(); ++node) {
    score(one, NodeId(node), free);
  }
  one.read = free.changes().end();
  const std::uint32_t group = one.pod.shape.group;
  for_each_level(one, [&](LevelId level) {
    for (std::uint32_t i = 0; i < free.fleet().domains(level); ++i) {
      const DomainId domain = free.fleet().domain(level, i);
      one.ranking->count(domain, free.pods().in(domain, group));
    }
  });
  const ChangeLog* const pods = free.pods().changes(group);
  one.pods_read = pods != nullptr ? pods->end() : 0;
}

// A node that changed several times is scored once.
void ScoreIndex::refresh(Class& one, const Occupancy& free) {
  const ChangeLog& changes = free.changes();
  const ChangeLog* const pods = free.pods().changes(one.pod.shape.group);
  const bool spread_anew = one.limits && pods != nullptr && pods->end() != one.pods_read;
  if (spread_anew || !changes.remembers(one.read) ||
      (pods != nullptr && !pods->remembers(one.pods_read))) {
    score_all(one, free);
    return;
  }
  changes.since(one.read, [this](std::uint32_t word, std::uint64_t nodes) { mark(word, nodes); });
  one.read = changes.end();
  if (pods != nullptr) {
    pods->since(one.pods_read, [&](std::uint32_t word, std::uint64_t nodes) {
      for (; nodes != 0; nodes &= nodes - 1) {
        neighbours(one, NodeId(64 * word + static_cast<std::uint32_t>(std::countr_zero(nodes))),
                   free);
      }
    });
    one.pods_read = pods->end();
  }
  for (const std::uint32_t word : words_) {
    for (std::uint64_t nodes = std::exchange(changed_[word], 0); nodes != 0; nodes &= nodes - 1) {
      score(one, NodeId(64 * word + static_cast<std::uint32_t>(std::countr_zero(nodes))), free);
    }
  }
  words_.clear();
}

void ScoreIndex::mark(std::uint32_t word, std::uint64_t nodes) {
  if (changed_[word] == 0) {
    words_.push_back(word);
  }
  changed_[word] |= nodes;
}

// Pods of the group came to this node or went: its domains have other counts, and where pods keep
// a domain to themselves all of its nodes may be candidates now, or none.
void ScoreIndex::neighbours(Class& one, NodeId node, const Occupancy& free) {
  const Fleet& fleet = free.fleet();
  const Shape& shape = one.pod.shape;
  for_each_level(one, [&](LevelId level) {
    const DomainId domain = fleet.domain_of(node, level);
    one.ranking->count(domain, free.pods().in(domain, shape.group));
  });
  for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
    const bool kept = (free.pods().levels_kept(shape.group) >> level & 1U) != 0;
    if (kept || shape.apart == apart_in(LevelId(level))) {
      const NodeRange nodes = fleet.nodes_in(fleet.domain_of(node, LevelId(level)));
      for (std::uint32_t each = nodes.first; each < nodes.past; ++each) {
        mark(each >> 6U, std::uint64_t{1} << (each & 63U));
      }
    }
  }
}

std::optional<NodeId> ScoreIndex::best(const Pod& pod, const Occupancy& free, Random& draws) {
  const std::uint32_t rank = class_of(pod, free).ranking->best(draws);
  return rank == Ranking::none ? std::nullopt : std::optional(node_[rank]);
}

bool ScoreIndex::any(const Pod& pod, const Occupancy& free) {
  return !class_of(pod, free).ranking->empty();
}

std::uint64_t ScoreIndex::room(const Pod& pod, const Occupancy& free) {
  Class& one = class_of(pod, free);
  if (one.room.empty()) {
    one.room.resize(node_.size());
    for (std::uint32_t node = 0; node < node_.size(); ++node) {
      count_room(one, NodeId(node), free, passes(one, NodeId(node), free));
    }
  }
  return one.all_room;
}

void ScoreIndex::count_room(Class& one, NodeId node, const Occupancy& free, bool passing) const {
  const bool alone = one.pod.shape.apart == apart_nodes && pipeline_.keeps_apart();
  const std::uint32_t most = alone ? 1 : ~0U;
  const std::uint32_t now = passing ? std::min(free.room(node, one.pod.shape), most) : 0;
  one.all_room += now;
  one.all_room -= std::exchange(one.room[node.index()], now);
}

std::optional<std::uint32_t> ScoreIndex::gpu_for(const Pod& pod, NodeId node, const Occupancy& free,
                                                 Random& draws) const {
  for (const auto& score : scores_) {
    if (const auto gpu = score->gpu_for(pod, node, free, draws)) {
      return gpu;
    }
  }
  return std::nullopt;
}

}  // namespace berth
