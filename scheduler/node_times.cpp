#include "scheduler/node_times.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/bits.hpp"
#include "core/check.hpp"

namespace berth {

NodeTimes::NodeTimes(const Occupancy& empty)
    : fleet_(&empty.fleet()), nodes_(empty.fleet().nodes()) {
  Free all;
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
    const NodeId id(node);
    nodes_[node].push_back({{}, {empty.free(id), empty.free_cpu_milli(id), empty.free_memory(id)}});
    all.cpu_milli += empty.free_cpu_milli(id);
    all.memory += empty.free_memory(id);
  }
  const std::uint32_t most = std::max(1U, empty.fleet().gpus_per_node());
  for (std::uint32_t gpus = 1; gpus < most; gpus *= 2) {
    sums_.push_back({Sum::Of::tasks, gpus, Steps(0)});
  }
  sums_.push_back({Sum::Of::tasks, most, Steps(0)});
  sums_.push_back({Sum::Of::gpu_milli, 0, Steps(0)});
  if (all.cpu_milli > 0) {
    sums_.push_back({Sum::Of::cpu_milli, 0, Steps(0)});
  }
  if (all.memory > 0) {
    sums_.push_back({Sum::Of::memory, 0, Steps(0)});
  }
  for (Sum& sum : sums_) {
    std::int64_t room = 0;
    for (const Times& times : nodes_) {
      room += sum.part(times.front().free);
    }
    sum.room = Steps(room);
  }
}

std::int64_t NodeTimes::Sum::part(const Free& free) const {
  switch (of) {
    case Of::tasks:
      return count_ones(free.gpus) / gpus;
    case Of::gpu_milli:
      return std::int64_t{gpu_milli_all} * count_ones(free.gpus) + free.shares.room(1);
    case Of::cpu_milli:
      return free.cpu_milli;
    case Of::memory:
      return free.memory;
  }
  return 0;
}

std::int64_t NodeTimes::Sum::wanted(const Shape& shape) const {
  switch (of) {
    case Of::tasks:
      return shape.tasks * std::int64_t{shape.gpus / gpus};
    case Of::gpu_milli:
      return shape.tasks * std::int64_t{shape.gpu_milli};
    case Of::cpu_milli:
      return shape.tasks * shape.cpu_milli;
    case Of::memory:
      return shape.tasks * shape.memory;
  }
  return 0;
}

// The sum that tells most: of tasks with as many GPUs, or fewer; of CPU and memory where no GPU is
// asked.
Need NodeTimes::need(const Shape& shape) const {
  const Sum* found = &sums_.front();
  for (const Sum& sum : sums_) {
    const bool of_gpus = sum.of == Sum::Of::tasks || sum.of == Sum::Of::gpu_milli;
    if (sum.wanted(shape) > 0 && (of_gpus || found->wanted(shape) == 0)) {
      found = &sum;
    }
  }
  return {&found->room, found->wanted(shape)};
}

void NodeTimes::advance(SimTime now) {
  now_ = now;
  for (Sum& sum : sums_) {
    sum.room.advance(now);
  }
}

// The piece that begins at `at`.
std::size_t NodeTimes::cut(Times& times, SimTime at) {
  const auto after =
      std::upper_bound(times.begin(), times.end(), at,
                       [](SimTime t, const Piece& piece) { return t < piece.begin; });
  const auto index = static_cast<std::size_t>(after - times.begin()) - 1;
  if (times[index].begin == at) {
    return index;
  }
  times.insert(after, {at, times[index].free, times[index].closed});
  return index + 1;
}

void NodeTimes::join(Times& times, std::size_t piece) {
  if (piece > 0 && times[piece].like(times[piece - 1])) {
    times.erase(times.begin() + static_cast<std::ptrdiff_t>(piece));
  }
}

void NodeTimes::change(Change change, const Shape& shape, const Placement& placement, SimTime from,
                       SimTime to) {
  if (from >= to) {
    return;
  }
  for (const Part& part : placement) {
    this->change(change, shape, part, from, to);
  }
  if (shape.alone > 0 && (change == Change::take || change == Change::give_back)) {
    const Change kept = change == Change::take ? Change::close : Change::open;
    for (const NodeRange& nodes : kept_for(shape, placement, *fleet_)) {
      for (std::uint32_t node = nodes.first; node < nodes.past; ++node) {
        this->change(kept, {}, Part{NodeId(node)}, from, to);
      }
    }
  }
  add_pending();
}

void NodeTimes::change(Change change, const Shape& shape, const Part& part, SimTime from,
                       SimTime to) {
  Times& times = nodes_[part.node.index()];
  const auto passed = [this](const Piece& piece) { return piece.begin <= now_; };
  const auto first_ahead = std::find_if_not(times.begin() + 1, times.end(), passed);
  times.erase(times.begin(), first_ahead - 1);
  const std::size_t first = cut(times, from);
  const std::size_t past = cut(times, to);
  for (std::size_t i = first; i < past; ++i) {
    const Free before = times[i].open();
    times[i].change(change, shape, part);
    note(times[i].begin, times[i + 1].begin, before, times[i].open());
  }
  join(times, past);
  join(times, first);
}

void NodeTimes::Piece::change(Change change, const Shape& shape, const Part& part) {
  if (change == Change::close || change == Change::open) {
    check(change == Change::close || closed > 0, "only closed nodes are opened");
    closed += change == Change::close ? 1 : ~std::uint32_t{0};
    return;
  }
  if (shape.gpu_milli == 0) {
    check((free.gpus & part.gpus) == (change == Change::take ? part.gpus : 0),
          "promised GPUs are taken once");
    free.gpus ^= part.gpus;
  } else if (change == Change::take) {
    free.shares.take(part, shape.gpu_milli, free.gpus);
  } else {
    free.shares.give_back(part, shape.gpu_milli, free.gpus);
  }
  const std::int64_t tasks = (change == Change::take ? -1 : 1) * std::int64_t{part.tasks};
  free.cpu_milli += tasks * shape.cpu_milli;
  free.memory += tasks * shape.memory;
}

void NodeTimes::note(SimTime from, SimTime to, const Free& before, const Free& after) {
  if (pending_.from != from || pending_.to != to) {
    add_pending();
    pending_.from = from;
    pending_.to = to;
  }
  pending_.change.resize(sums_.size());
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    pending_.change[i] += sums_[i].part(after) - sums_[i].part(before);
  }
}

void NodeTimes::add_pending() {
  for (std::size_t i = 0; i < pending_.change.size(); ++i) {
    sums_[i].room.add(pending_.from, pending_.to, pending_.change[i]);
  }
  pending_ = {};
}

void NodeTimes::Free::narrow(const Free& other) {
  shares.narrow(gpus, other.gpus, other.shares);
  cpu_milli = std::min(cpu_milli, other.cpu_milli);
  memory = std::min(memory, other.memory);
}

void NodeTimes::free_throughout(SimTime from, SimTime to, std::vector<Free>& free) const {
  free.resize(nodes_.size());
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    const Times& times = nodes_[node];
    auto piece = std::prev(
        std::upper_bound(times.begin() + 1, times.end(), from,
                         [](SimTime time, const Piece& later) { return time < later.begin; }));
    Free all = piece->open();
    for (++piece; piece != times.end() && piece->begin < to; ++piece) {
      all.narrow(piece->open());
    }
    free[node] = std::move(all);
  }
}

}  // namespace berth
