// Jobs that a failure stops and that go on at once where they are: on their other nodes and, in the
// place of the one that failed, on a spare or a node that is free; or, where they are elastic, with
// fewer. They never wait in the queue, and nobody overtakes them.
#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "scheduler/molding.hpp"
#include "scheduler/reach.hpp"
#include "simulator/simulation.hpp"

namespace berth {
namespace {

bool among(NodeId node, const std::vector<NodeRange>& ranges) {
  return std::ranges::any_of(ranges, [node](const NodeRange& range) {
    return range.first <= node.index() && node.index() < range.past;
  });
}

// One part for each node, where parts stand for whole GPUs.
Placement merged(const Placement& one, const Placement& more) {
  Placement all = one;
  for (const Part& part : more) {
    const auto same = std::ranges::find(all, part.node, &Part::node);
    if (same == all.end()) {
      all.push_back(part);
    } else {
      same->tasks += part.tasks;
      same->gpus |= part.gpus;
    }
  }
  return all;
}

}  // namespace

// The levels whose domain a node that takes the place of another shares with it, for a job that
// asks where it runs.
std::uint32_t Simulation::levels_it_keeps(JobId id) const {
  const LiveJob& live = jobs_[id.index()];
  const Terms& terms = *live.job.terms;
  const Fleet& fleet = cluster_.fleet();
  if (terms.segment > 0 || terms.switches || live.shape.apart != 0 || !terms.spread.empty()) {
    return fleet.levels();
  }
  if (live.shape.alone > 0) {  // its blocks are empty, and it has them already
    return live.shape.alone - alone_in_fleet;
  }
  const auto level = terms.level_required ? fleet.find_level(terms.level) : std::nullopt;
  return level ? level->index() + 1 : 0;
}

// Those that it may start on now.
const NodeSet& Simulation::nodes_open_to(JobId id) {
  return cluster_.scopes().nodes(
      scope_at(policy_.admission, cluster_.scopes(), scheduler_.request(id), now_));
}

// Another job has the block of this node for itself: one that has blocks for itself keeps to them.
bool Simulation::kept_from(NodeId node, JobId id) const {
  return jobs_[id.index()].shape.alone == 0 && cluster_.occupancy().kept(node);
}

std::optional<NodeId> Simulation::stand_in_for(NodeId node, JobId id, const Failure& failure) {
  if (options_.spares.set_up || lent_) {
    return std::nullopt;  // it is not ready at once
  }
  const Fleet& fleet = cluster_.fleet();
  const NodeSet& allowed = nodes_open_to(id);
  const std::uint32_t levels = levels_it_keeps(id);
  const auto suits = [&](NodeId spare) {
    return &fleet.kind(spare) == &fleet.kind(node) && levels_in_common(node, spare) >= levels &&
           allowed.contains(spare.index()) && !cluster_.closed_otherwise(spare) &&
           !kept_from(spare, id) && !among(spare, failure.nodes);
  };
  const auto chosen = stand_ins_.find(node);
  if (chosen != stand_ins_.end()) {
    return suits(chosen->second) ? std::optional(chosen->second) : std::nullopt;
  }
  const auto spare = nearest_spare(node, suits);
  if (spare) {
    std::erase(spares_, *spare);
    stand_ins_.emplace(node, *spare);
  }
  return spare;
}

// Somebody who was stopped just now goes on there.
bool Simulation::is_claimed(NodeId node) const {
  return std::ranges::count(claimed_, node) > 0 ||
         std::ranges::any_of(staying_, [node](const Staying& one) {
           return std::ranges::find(one.placement, node, &Part::node) != one.placement.end();
         });
}

// Where no spare is ready: the nearest node of which all is free, the lowest of equals. It has been
// let in, so nobody who waits is asked. Where nodes are leased it is one of the same lease.
std::optional<NodeId> Simulation::free_node_for(NodeId node, JobId id, const Failure& failure) {
  const Fleet& fleet = cluster_.fleet();
  const NodeSet& allowed = nodes_open_to(id);
  const Leases* leases = cluster_.leases();
  const auto suits = [&](NodeId other) {
    return cluster_.state(other) == NodeState::production &&
           cluster_.occupancy().in_service(other) && !kept_from(other, id) &&
           &fleet.kind(other) == &fleet.kind(node) && held_milli(other) == 0 &&
           allowed.contains(other.index()) && !among(other, failure.nodes) && !is_claimed(other) &&
           (leases == nullptr || leases->of(other) == leases->of(node)) &&
           cluster_.jobs_on(other).empty();
  };
  for (std::uint32_t levels = fleet.levels() + 1; levels-- > levels_it_keeps(id);) {
    const NodeRange range = levels > 0 ? fleet.nodes_in(fleet.domain_of(node, LevelId(levels - 1)))
                                       : NodeRange{0, fleet.nodes()};
    for (std::uint32_t other = range.first; other < range.past; ++other) {
      if (suits(NodeId(other))) {
        claimed_.emplace_back(other);
        return NodeId(other);
      }
    }
  }
  return std::nullopt;
}

// Where it goes on, if it does; nothing: it waits again.
std::optional<Placement> Simulation::stays_on(JobId id, const Failure& failure) {
  const LiveJob& live = jobs_[id.index()];
  const Terms* terms = live.job.terms.get();
  if (terms == nullptr || terms->on_failure == OnFailure::requeue) {
    return std::nullopt;
  }
  Placement stays;
  const std::size_t claims = claimed_.size();
  for (const Part& part : cluster_.holding(id).placement) {
    const bool fails = !failure.of_software() && among(part.node, failure.nodes);
    if (!fails && cluster_.occupancy().in_service(part.node)) {
      stays.push_back(part);
      continue;
    }
    auto other = fails ? stand_in_for(part.node, id, failure) : std::nullopt;
    if (!other && fails && !terms->elastic()) {
      other = free_node_for(part.node, id, failure);
    }
    if (other) {
      stays.push_back({*other, part.tasks, part.gpus});
    } else if (!terms->elastic()) {
      claimed_.resize(claims);
      return std::nullopt;  // also from a node that drains: it leaves it now
    }
  }
  const std::uint32_t tasks = tasks_in(stays);
  const bool enough = tasks == live.shape.tasks ||
                      (terms->elastic() && tasks >= least_tasks(scheduler_.request(id)));
  return tasks > 0 && enough ? std::optional(stays) : std::nullopt;
}

// One that is smaller than it was takes what is free, where nobody waits for it, nor goes on there
// after it.
void Simulation::fill_up(Placement& placement, JobId id, const std::vector<Staying>& later) {
  const LiveJob& live = jobs_[id.index()];
  const std::uint32_t tasks = tasks_in(placement);
  if (tasks >= live.tasks_whole || !scheduler_.queue().empty() || live.shape.gpu_milli > 0 ||
      levels_it_keeps(id) > 0) {
    return;
  }
  Shape shape = live.shape;
  shape.tasks = tasks;
  draft_.start(id, shape, Placement(placement));
  for (const Staying& other : later) {
    Shape theirs = jobs_[other.job.index()].shape;
    theirs.tasks = tasks_in(other.placement);
    draft_.start(other.job, theirs, Placement(other.placement));
  }
  const auto found = scheduler_.room_for(request_for(id), live.tasks_whole - tasks, now_, draft_);
  draft_.roll_back();
  if (found) {
    placement = merged(placement, *found);
  }
}

// When the nodes that failed are out, and spares stand in for them.
void Simulation::go_on_in_place() {
  claimed_.clear();
  // Those who claimed free nodes first.
  std::ranges::stable_partition(staying_, [this](const Staying& one) {
    return !jobs_[one.job.index()].job.terms->elastic();
  });
  std::vector<Staying> staying = std::exchange(staying_, {});
  while (!staying.empty()) {
    auto [id, placement] = std::move(staying.front());
    staying.erase(staying.begin());
    LiveJob& live = jobs_[id.index()];
    if (live.job.terms->elastic()) {
      fill_up(placement, id, staying);
    }
    live.resize(tasks_in(placement));
    draft_.start(id, live.shape, Placement(placement));
    scheduler_.goes_on(request_for(id), placement, now_);
    start(draft_.starts().front());
    draft_.commit();
  }
  for (const auto& [node, spare] : std::exchange(stand_ins_, {})) {
    spares_.insert(std::ranges::lower_bound(spares_, spare), spare);  // it was not called in
  }
}

}  // namespace berth
