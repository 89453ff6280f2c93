// What failures do to nodes: they go through the course that was drawn with the failure, and come
// back. Who is out already does not fail again, and who is draining does not for the second time
// mildly; but while a domain is out none of its nodes comes back.
#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "simulator/simulation.hpp"

namespace berth {

void Simulation::take_out(NodeId node, const Failure& failure) {
  const NodeState state = cluster_.state(node);
  const bool mild = failure.severity == Severity::low;
  if (!serves(state) && state != NodeState::available) {
    const auto course = courses_.find(node);
    if (failure.of_domain && course != courses_.end()) {
      Duration lasts{};
      for (const Stage& stage : failure.course) {
        lasts += stage.lasts;
      }
      course->second.not_before = std::max(course->second.not_before, after(now_, lasts));
    }
    return;
  }
  if (mild && state == NodeState::draining) {
    return;
  }
  std::erase(draining_, node);
  courses_[node] = Course{failure.course, 0, failure.cause, {}, {}};
  if (mild && !cluster_.jobs_on(node).empty()) {
    move(node, NodeState::draining, failure.cause);
    draining_.push_back(node);
  } else {
    displace_from(node);
    go_on(node);
  }
}

// Through stages without length at once.
void Simulation::go_on(NodeId node) {
  Course& course = courses_.at(node);
  while (course.at < course.stages.size()) {
    const Stage stage = course.stages[course.at++];
    if (cluster_.state(node) != stage.state) {
      move(node, stage.state, course.cause);
    }
    if (stage.lasts > Duration{}) {
      course.ends = queue_.schedule(after(now_, stage.lasts), rank(Moves{}), Moves{node});
      return;
    }
  }
  if (now_ < course.not_before) {
    course.ends = queue_.schedule(course.not_before, rank(Moves{}), Moves{node});
    return;
  }
  const std::uint32_t cause = course.cause;
  courses_.erase(node);
  if (allocator_) {
    allocator_->came_through(node);
    return;
  }
  move(node, NodeState::production, cause);
}

void Simulation::handle(const Moves& moves) {
  go_on(moves.node);
  plan_due_ = plan_due_ || cluster_.state(moves.node) == NodeState::production;
}

void Simulation::move(NodeId node, NodeState to, std::uint32_t cause) {
  const NodeState from = cluster_.state(node);
  const bool turned = cluster_.set_state(node, to);
  tell(NodeMoved{node, from, to, cause, cause_name(cause),
                 cluster_.occupancy().free_gpu_milli(node)});
  if (turned) {
    const bool open = to == NodeState::production;
    scheduler_.turned(node, open);
    tell(Turned{{node}, open, Door::health});
    plan_due_ = true;
  }
  if (allocator_) {
    allocator_->moved(now_, node, from, to);
  }
}

// Nodes that wait for their last job to leave.
void Simulation::let_drained_go() {
  may_be_drained_ = false;
  for (const NodeId node : std::vector<NodeId>(draining_)) {
    if (cluster_.jobs_on(node).empty()) {
      std::erase(draining_, node);
      displace_from(node);
      go_on(node);
    }
  }
}

// Suspended jobs stand in the memory of their nodes. One whose node goes out of service begins
// elsewhere, at its last checkpoint.
void Simulation::displace_from(NodeId node) {
  if (!policy_.preemption || !policy_.preemption->suspends()) {
    return;
  }
  for (std::uint32_t i = 0; i < jobs_.size(); ++i) {
    if (jobs_[i].phase != LiveJob::Phase::waiting) {
      continue;
    }
    const auto& pinned = scheduler_.request(JobId(i)).pinned;
    if (pinned &&
        std::ranges::any_of(*pinned, [node](const Part& part) { return part.node == node; })) {
      displace(JobId(i));
    }
  }
}

void Simulation::displace(JobId id) {
  LiveJob& live = jobs_[id.index()];
  const Duration every = live.job.terms ? live.job.terms->checkpoint_every : Duration{};
  const Duration undone = every > Duration{} ? live.kept % every : live.kept;
  tell(Displaced{live, undone});
  live.kept -= undone;
  live.against_limit = Duration{};
  live.startup = live.job.terms ? live.job.terms->restart : Duration{};
  ++live.requeues;
  scheduler_.unpin(request_for(id), now_);
}

}  // namespace berth
