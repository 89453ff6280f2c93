// Nodes that are kept back until others fail: which of them stands in, and when.
#include <algorithm>
#include <utility>

#include "simulator/simulation.hpp"

namespace berth {

void Simulation::keep_back() {
  if (allocator_) {
    allocator_->begin();
  }
  spares_ = options_.spares.nodes;
  std::ranges::sort(spares_);
  for (const NodeId node : spares_) {
    move(node, lent_ ? NodeState::lent : NodeState::spare, 0);
  }
}

std::uint32_t Simulation::levels_in_common(NodeId a, NodeId b) const {
  const Fleet& fleet = cluster_.fleet();
  std::uint32_t levels = 0;
  while (levels < fleet.levels() &&
         fleet.domain_of(a, LevelId(levels)) == fleet.domain_of(b, LevelId(levels))) {
    ++levels;
  }
  return levels;
}

// The nearest, the lowest of equals, that may stand in for nodes there.
std::optional<NodeId> Simulation::nearest_spare(NodeId node,
                                                const std::function<bool(NodeId)>& suits) const {
  const auto within = options_.spares.within;
  const std::uint32_t least = within ? within->index() + 1 : 0;
  std::optional<NodeId> best;
  std::uint32_t nearest = 0;
  for (const NodeId spare : spares_) {
    const std::uint32_t levels = levels_in_common(node, spare);
    if (levels >= least && (!best || levels > nearest) && suits(spare)) {
      best = spare;
      nearest = levels;
    }
  }
  return best;
}

// No longer a spare of its own, the other takes its place when it comes back. One that is back at
// once needs none, unless a job goes on on the spare.
void Simulation::call_in_spare(NodeId node, std::uint32_t cause) {
  const auto course = courses_.find(node);
  const auto chosen = stand_ins_.extract(node);
  std::optional<NodeId> stands_in;
  if (!chosen.empty()) {
    stands_in = chosen.mapped();
  } else if (course != courses_.end()) {
    // Not one that is lent to somebody who goes on there.
    stands_in = nearest_spare(node, [this](NodeId spare) { return !is_claimed(spare); });
  }
  if (!stands_in) {
    return;
  }
  std::erase(spares_, *stands_in);
  const bool away = course != courses_.end();
  if (away) {
    course->second.becomes = lent_ ? NodeState::lent : NodeState::spare;
  }
  if (away && lent_) {
    cluster_.scopes().leave(*lent_, node);
  }
  put_to_work(*stands_in, cause);
  if (!away) {
    move(node, NodeState::spare, cause);
    spares_.insert(std::ranges::lower_bound(spares_, node), node);
  }
}

// Who runs on what was lent makes room, and waits again.
void Simulation::call_back(NodeId spare, std::uint32_t cause) {
  for (const JobId id : cluster_.jobs_on(spare)) {
    interrupt(id, cause);
  }
  requeue_interrupted();
  displace_from(spare);
  plan_due_ = true;
  move(spare, NodeState::spare, cause);
  cluster_.scopes().join(*lent_, spare);
}

// At once, or when it is set up. The number of the call makes the draw: who is called in, and when,
// goes by what fails, not by what runs.
void Simulation::put_to_work(NodeId spare, std::uint32_t cause) {
  if (lent_) {
    call_back(spare, cause);
  }
  if (!options_.spares.set_up) {
    move(spare, NodeState::production, cause);
    return;
  }
  Random draws(options_.run, Stream::spares, called_in_++);
  Course course;
  course.stages = {{NodeState::provision, options_.spares.set_up->sample(draws)}};
  course.cause = cause;
  courses_[spare] = std::move(course);
  go_on(spare);
}

}  // namespace berth
