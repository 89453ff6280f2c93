// Jobs that a failure stops and that go on at once where they are: on their other nodes and, in the
// place of the one that failed, on a spare; or, where they are elastic, with fewer. They never wait
// in the queue, and nobody overtakes them.
#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "scheduler/molding.hpp"
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

std::optional<NodeId> Simulation::stand_in_for(NodeId node, JobId id, const Failure& failure) {
  if (options_.spares.set_up || lent_) {
    return std::nullopt;  // it is not ready at once
  }
  const Fleet& fleet = cluster_.fleet();
  const NodeSet& allowed = cluster_.scopes().nodes(scheduler_.request(id).scope);
  const std::uint32_t levels = levels_it_keeps(id);
  const auto suits = [&](NodeId spare) {
    return &fleet.kind(spare) == &fleet.kind(node) && levels_in_common(node, spare) >= levels &&
           allowed.contains(spare.index()) && !cluster_.closed_otherwise(spare) &&
           !among(spare, failure.nodes);
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

// Where it goes on, if it does; nothing: it waits again.
std::optional<Placement> Simulation::stays_on(JobId id, const Failure& failure) {
  const LiveJob& live = jobs_[id.index()];
  const Terms* terms = live.job.terms.get();
  if (terms == nullptr || terms->on_failure == OnFailure::requeue) {
    return std::nullopt;
  }
  Placement stays;
  for (const Part& part : cluster_.holding(id).placement) {
    const bool fails = !failure.of_software() && among(part.node, failure.nodes);
    if (!fails && cluster_.occupancy().in_service(part.node)) {
      stays.push_back(part);
    } else if (const auto spare = fails ? stand_in_for(part.node, id, failure) : std::nullopt) {
      stays.push_back({*spare, part.tasks, part.gpus});
    } else if (!terms->elastic()) {
      return std::nullopt;  // also from a node that drains: it leaves it now
    }
  }
  const std::uint32_t tasks = tasks_in(stays);
  const bool enough = tasks == live.shape.tasks ||
                      (terms->elastic() && tasks >= least_tasks(scheduler_.request(id)));
  return tasks > 0 && enough ? std::optional(stays) : std::nullopt;
}

// One that is smaller than it was takes what is free, where nobody waits for it.
void Simulation::fill_up(Placement& placement, JobId id) {
  const LiveJob& live = jobs_[id.index()];
  const std::uint32_t tasks = tasks_in(placement);
  if (tasks >= live.tasks_whole || !scheduler_.queue().empty() || live.shape.gpu_milli > 0 ||
      levels_it_keeps(id) > 0) {
    return;
  }
  Shape shape = live.shape;
  shape.tasks = tasks;
  draft_.start(id, shape, Placement(placement));
  const auto found = scheduler_.room_for(request_for(id), live.tasks_whole - tasks, now_, draft_);
  draft_.roll_back();
  if (found) {
    placement = merged(placement, *found);
  }
}

// When the nodes that failed are out, and spares stand in for them.
void Simulation::go_on_in_place() {
  for (auto& [id, placement] : std::exchange(staying_, {})) {
    LiveJob& live = jobs_[id.index()];
    if (live.job.terms->elastic()) {
      fill_up(placement, id);
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
