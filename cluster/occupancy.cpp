#include "cluster/occupancy.hpp"

#include <algorithm>

#include "cluster/candidates.hpp"
#include "core/bits.hpp"
#include "core/check.hpp"

namespace berth {
namespace {

GpuMask all_gpus(std::uint32_t count) {
  return count == 0 ? 0 : ~GpuMask{0} >> (gpus_per_node_most - count);
}

}  // namespace

Occupancy::Occupancy(const Fleet& fleet)
    : fleet_(&fleet),
      levels_(fleet.levels()),
      free_(fleet.nodes()),
      free_count_(fleet.nodes()),
      all_count_(fleet.nodes()),
      in_service_(fleet.nodes(), 1),
      available_(fleet.nodes(), 1),
      free_cpu_(fleet.nodes()),
      free_memory_(fleet.nodes()),
      pods_(fleet),
      by_free_(fleet.gpus_per_node() + 1, NodeSet(fleet.nodes())),
      domain_(fleet.domains()) {
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    const NodeKind& kind = fleet.kind(NodeId(node));
    free_[node] = all_gpus(kind.gpus);
    free_count_[node] = static_cast<std::uint8_t>(kind.gpus);
    all_count_[node] = static_cast<std::uint8_t>(kind.gpus);
    free_cpu_[node] = kind.cpu_milli;
    free_memory_[node] = kind.memory;
    enter(node);
  }
}

bool Occupancy::fits(const Shape& shape) const {
  if (shape.total_gpus() > free_gpus_) {
    return false;
  }
  std::uint64_t tasks = 0;
  if (shape.only_gpus() && shape.gpus > 0) {
    for (std::uint32_t free = shape.gpus; free < by_free_.size(); ++free) {
      tasks += std::uint64_t{by_free_[free].size()} * (free / shape.gpus);
    }
    return tasks >= shape.tasks;
  }
  for_each_with_free(*this, shape.gpus, [&](NodeId node) {
    tasks += room(node, shape);
    return tasks < shape.tasks;
  });
  return tasks >= shape.tasks;
}

std::uint32_t Occupancy::shortest_run(std::uint32_t gpus, std::uint32_t nodes) const {
  if (gpus >= by_free_.size()) {
    return NodeSet::none;  // more than any node has
  }
  if (runs_.empty()) {
    runs_.resize(by_free_.size());
  }
  auto& runs = runs_[gpus];
  if (!runs) {
    runs = std::make_unique<RunIndex>(fleet_->nodes());
  }
  runs->refresh([this, gpus](std::uint32_t word) {
    std::uint64_t members = 0;
    for (std::size_t free = gpus; free < by_free_.size(); ++free) {
      members |= by_free_[free].words()[word];
    }
    return members;
  });
  return runs->shortest_run(nodes);
}

const RoomIndex& Occupancy::room_by_domain(const RoomQuestion& question) const {
  // Few enough that keeping them up to date stays cheap, enough for the sizes of tasks of a trace.
  constexpr std::size_t kept = 16;
  auto found =
      std::ranges::find_if(rooms_, [&](const auto& room) { return room->is_for(question); });
  if (found == rooms_.end()) {
    if (rooms_.size() == kept) {
      rooms_.pop_back();
    }
    rooms_.push_back(std::make_unique<RoomIndex>(*fleet_, question));
    found = rooms_.end() - 1;
  }
  std::rotate(rooms_.begin(), found, found + 1);
  rooms_.front()->refresh(*this);
  return *rooms_.front();
}

GpuMask Occupancy::lowest(GpuMask mask, std::uint32_t wanted) {
  const std::uint32_t has = count_ones(mask);
  check(has >= wanted, "GPUs are picked from a mask that has enough");
  if (has == wanted) {
    return mask;
  }
  GpuMask rest = mask;
  for (; wanted > 0; --wanted) {
    rest &= rest - 1;
  }
  return mask & ~rest;
}

void Occupancy::count(std::uint32_t node, std::int64_t gpus, std::int32_t whole) {
  for (std::uint32_t level = 0; level < levels_; ++level) {
    auto& domain = domain_[fleet_->domain_of(NodeId(node), LevelId(level)).index()];
    domain.free_gpus += static_cast<std::uint64_t>(gpus);
    domain.whole_nodes += static_cast<std::uint32_t>(whole);
  }
}

void Occupancy::enter(std::uint32_t node) {
  const std::uint32_t free = free_count_[node];
  by_free_[free].insert(node);
  free_gpus_ += free;
  count(node, free, free == all_count_[node] ? 1 : 0);
}

void Occupancy::leave(std::uint32_t node) {
  const std::uint32_t free = free_count_[node];
  by_free_[free].erase(node);
  free_gpus_ -= free;
  count(node, -std::int64_t{free}, free == all_count_[node] ? -1 : 0);
}

// What is free on the node changes at once, the index with finish(move), which also happens here
// when the node does not move along with those before it.
// Inlined, for it is called for every node of every job.
[[gnu::always_inline]] inline void Occupancy::set_free(std::uint32_t node, GpuMask now_free,
                                                       Move& move) {
  const std::uint32_t before = free_count_[node];
  const bool one_at_most = (now_free & (now_free - 1)) == 0;  // as with nodes of one GPU
  const std::uint32_t after = one_at_most ? (now_free != 0 ? 1 : 0) : count_ones(now_free);
  free_[node] = now_free;
  free_count_[node] = static_cast<std::uint8_t>(after);
  if (before == after) {
    return;
  }
  if (!available_[node]) {
    touch(node);  // it offers nothing, but whether anybody is there may matter to its neighbours
    return;
  }
  if (move.word != node >> 6U || move.before != before || move.after != after) {
    finish(move);
    move = {node >> 6U, before, after, 0};
  }
  move.nodes |= std::uint64_t{1} << (node & 63U);
  if (levels_ > 0) {
    const std::uint32_t all = all_count_[node];
    count(node, std::int64_t{after} - before, (after == all ? 1 : 0) - (before == all ? 1 : 0));
  }
}

void Occupancy::finish(const Move& move) {
  if (move.nodes == 0) {
    return;
  }
  by_free_[move.before].erase_all(move.word, move.nodes);
  by_free_[move.after].insert_all(move.word, move.nodes);
  const std::uint64_t nodes = count_ones(move.nodes);
  free_gpus_ += nodes * move.after - nodes * move.before;
  touch(move.word, move.nodes);
}

// Nodes of one word changed.
void Occupancy::touch(std::uint32_t word, std::uint64_t nodes) {
  for (const auto& runs : runs_) {
    if (runs) {
      runs->touch(64 * word);
    }
  }
  for (const auto& room : rooms_) {
    room->touch(word);
  }
  if (changes_) {
    changes_->add(word, nodes);
  }
}

void Occupancy::spend(std::uint32_t node, const Shape& shape, std::int64_t tasks) {
  free_cpu_[node] -= tasks * shape.cpu_milli;
  free_memory_[node] -= tasks * shape.memory;
  check(free_cpu_[node] >= 0 && free_memory_[node] >= 0, "a placement fits CPU and memory");
  for (const auto& room : rooms_) {
    room->touch(node >> 6U);
  }
  if (changes_) {
    changes_->add(node >> 6U, std::uint64_t{1} << (node & 63U));
  }
}

void Occupancy::take_shares(const Shape& shape, const Placement& placement) {
  shares_.resize(free_.size());
  Move move;
  for (const Part& part : placement) {
    const std::uint32_t node = part.node.index();
    GpuMask whole = free_[node];
    shares_[node].take(part, shape.gpu_milli, whole);
    set_free(node, whole, move);
    spend(node, shape, part.tasks);
  }
  finish(move);
}

void Occupancy::give_back_shares(const Shape& shape, const Placement& placement) {
  shares_.resize(free_.size());
  Move move;
  for (const Part& part : placement) {
    const std::uint32_t node = part.node.index();
    GpuMask whole = free_[node];
    shares_[node].give_back(part, shape.gpu_milli, whole);
    set_free(node, whole, move);
    spend(node, shape, -std::int64_t{part.tasks});
  }
  finish(move);
}

void Occupancy::take(const Shape& shape, const Placement& placement) {
  count_pods(shape, placement, 1);
  keep(shape, placement, 1);
  if (shape.gpu_milli > 0) {
    take_shares(shape, placement);
    return;
  }
  Move move;
  for (const Part& part : placement) {
    const std::uint32_t node = part.node.index();
    check((free_[node] & part.gpus) == part.gpus, "a placement takes only free GPUs");
    set_free(node, free_[node] & ~part.gpus, move);
    if (!shape.only_gpus()) {
      spend(node, shape, part.tasks);
    }
  }
  finish(move);
  count_tasks(shape, placement, 1);
}

void Occupancy::give_back(const Shape& shape, const Placement& placement) {
  count_pods(shape, placement, -1);
  keep(shape, placement, -1);
  if (shape.gpu_milli > 0) {
    give_back_shares(shape, placement);
    return;
  }
  Move move;
  for (const Part& part : placement) {
    const std::uint32_t node = part.node.index();
    check((free_[node] & part.gpus) == 0, "only taken GPUs are given back");
    set_free(node, free_[node] | part.gpus, move);
    if (!shape.only_gpus()) {
      spend(node, shape, -std::int64_t{part.tasks});
    }
  }
  finish(move);
  count_tasks(shape, placement, -1);
}

void Occupancy::assume(NodeId node, GpuMask free, std::int64_t cpu_milli, std::int64_t memory,
                       const GpuShares& shares) {
  const std::uint32_t i = node.index();
  if (free_[i] != free) {
    Move move;
    set_free(i, free, move);
    finish(move);
    touch(i);  // as many others may be free now
  }
  if (free_cpu_[i] != cpu_milli || free_memory_[i] != memory) {
    free_cpu_[i] = cpu_milli;
    free_memory_[i] = memory;
    touch(i);
  }
  if (!(shares == this->shares(node))) {
    shares_.resize(free_.size());
    shares_[i] = shares;
    touch(i);
  }
}

void Occupancy::set_available(NodeId node, bool available) {
  in_service_[node.index()] = available ? 1 : 0;
  turn(node.index());
}

// It is available now, or not any more, if that changed.
void Occupancy::turn(std::uint32_t node) {
  const bool available = in_service_[node] != 0 && !kept(NodeId(node));
  if ((available_[node] != 0) == available) {
    return;
  }
  if (available) {
    available_[node] = 1;
    enter(node);
  } else {
    leave(node);
    available_[node] = 0;
  }
  touch(node);
}

// Somebody has the domains around his nodes for himself, or (`sign` is -1) not any more.
void Occupancy::keep(const Shape& shape, const Placement& placement, std::int32_t sign) {
  if (shape.alone == 0) {
    return;
  }
  kept_.resize(free_.size());
  for (const NodeRange& nodes : kept_for(shape, placement, *fleet_)) {
    for (std::uint32_t node = nodes.first; node < nodes.past; ++node) {
      check(sign > 0 || kept_[node] > 0, "only nodes that are kept are let go");
      kept_[node] += static_cast<std::uint32_t>(sign);
      turn(node);
    }
  }
}

const ChangeLog& Occupancy::changes() const {
  if (!changes_) {
    changes_ = std::make_unique<ChangeLog>(fleet_->nodes());
  }
  return *changes_;
}

}  // namespace berth
