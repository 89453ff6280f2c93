// What failures do to nodes: they go through the course that was drawn with the failure, and come
// back. Who is out already does not fail again, and who is draining does not for the second time
// mildly; but while a domain is out none of its nodes comes back.
#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "simulator/failures/anatomy.hpp"
#include "simulator/simulation.hpp"

namespace berth {

void Simulation::take_out(NodeId node, const Failure& failure) {
  const NodeState state = cluster_.state(node);
  const bool mild = failure.severity == Severity::low;
  if (!serves(state) && state != NodeState::spare && state != NodeState::available) {
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
  if (allocator_ && !failure.planned) {
    allocator_->fails(node);
  }
  Course course;
  course.stages = failure.course;
  if (options_.retire && !failure.warns && !failure.of_domain && gives_up(node)) {
    course.stages = Repairs::replacement(options_.retire->replaced_after);
  } else if (!failure.relapses.empty()) {
    course.comes_again = std::make_shared<const Failure>(failure);
  }
  course.cause = failure.cause;
  course.averts = failure.threatens;
  course.planned = failure.planned;
  const bool kept_back = state == NodeState::spare || state == NodeState::lent;
  course.becomes = kept_back ? state : NodeState::production;
  courses_[node] = std::move(course);
  std::erase(spares_, node);
  if (mild && !cluster_.jobs_on(node).empty()) {
    move(node, NodeState::draining, failure.cause);
    draining_.push_back(node);
  } else {
    leave_service(node);
  }
}

// Counts anew afterwards.
bool Simulation::gives_up(NodeId node) {
  std::vector<SimTime>& times = taken_out_[node];
  std::erase_if(times, [this](SimTime at) { return now_ - at > options_.retire->within; });
  times.push_back(now_);
  if (times.size() < options_.retire->failures) {
    return false;
  }
  tell(GivenUp{node, times.size()});
  times.clear();
  replaced_.insert(node);
  return true;
}

void Simulation::relapse(const Failure& failure) {
  const Relapse& first = failure.relapses.front();
  Failure again = failure;
  again.at = after(now_, first.after);
  again.noticed_after = first.noticed_after;
  again.course = first.course;
  again.relapses.erase(again.relapses.begin());
  again.foretold = false;
  const Relapses relapses{relapsed_++};
  queue_.schedule(again.at, rank(relapses), relapses);
  relapses_.emplace(relapses.number, std::move(again));
}

// The first stage of its course begins, and a spare stands in for it.
void Simulation::leave_service(NodeId node) {
  const bool served =
      serves(cluster_.state(node)) && courses_.at(node).becomes == NodeState::production;
  const std::uint32_t cause = courses_.at(node).cause;
  const bool planned = courses_.at(node).planned;
  if (const SimTime then = courses_.at(node).averts; then != berth::never && then >= now_) {
    averted_.emplace(node, then);
  }
  displace_from(node);
  go_on(node);
  if (served && !planned) {
    call_in_spare(node, cause);
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
    if (stage.lasts > Duration{} && stage.by_hand && crews_) {
      ask_crews(node, stage.lasts);
      return;
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
  const Course over = std::move(course);
  courses_.erase(node);
  if (over.comes_again) {
    relapse(*over.comes_again);
  }
  if (!upgrades_.empty()) {
    came_back(node);
  }
  if (allocator_) {
    allocator_->came_through(node);
    return;
  }
  move(node, over.becomes, over.cause);
  if (over.becomes != NodeState::production) {
    spares_.insert(std::ranges::lower_bound(spares_, node), node);
  }
}

// --- crews ---------------------------------------------------------------------------------------

void Simulation::ask_crews(NodeId node, Duration work) {
  mend_by_hand();
  crews_->ask(now_, node, work);
  const auto next = crews_->next();
  queue_.cancel(crews_move_);
  crews_move_ = queue_.schedule(*next, rank(CrewsMove{}), CrewsMove{});
}

// Who is done goes on as an event of its own: it may need hands again.
void Simulation::mend_by_hand() {
  for (const RepairCrews::Done& done : crews_->advance(now_)) {
    tell(Mended{done.node, cluster_.state(done.node), done.waited});
    courses_.at(done.node).ends = queue_.schedule(now_, rank(Moves{}), Moves{done.node});
  }
}

void Simulation::handle(const CrewsMove& /*moves*/) {
  mend_by_hand();
  if (const auto next = crews_->next()) {
    crews_move_ = queue_.schedule(*next, rank(CrewsMove{}), CrewsMove{});
  }
}

void Simulation::handle(const Moves& moves) {
  go_on(moves.node);
  plan_due_ = plan_due_ || is_open(cluster_.state(moves.node));
}

void Simulation::move(NodeId node, NodeState to, std::uint32_t cause) {
  const NodeState from = cluster_.state(node);
  if (to == NodeState::test && !hidden_.empty()) {
    mend(node);
  }
  const bool turned = cluster_.set_state(node, to);
  const std::string_view why = to == NodeState::spare || to == NodeState::lent
                                   ? std::string_view("kept back")
                                   : cause_name(cause);
  tell(NodeMoved{node, from, to, cause, why, cluster_.occupancy().free_gpu_milli(node)});
  if (turned) {
    scheduler_.turned(node, is_open(to));
    tell(Turned{{node}, is_open(to), Door::health});
  }
  if (to == NodeState::production && !hidden_.empty()) {
    test_when_idle(node);
  }
  if (allocator_) {
    plan_due_ = true;
    allocator_->moved(now_, node, from, to);
  }
}

// Nodes that wait for their last job to leave.
void Simulation::let_drained_go() {
  may_be_drained_ = false;
  for (const NodeId node : std::vector<NodeId>(draining_)) {
    if (cluster_.jobs_on(node).empty()) {
      std::erase(draining_, node);
      leave_service(node);
    }
  }
}

// What an event brings about on nodes.
void Simulation::follow_up() {
  if (may_be_drained_) {
    let_drained_go();
  }
  if (!left_.empty()) {
    test_left();
  }
  if (allocator_) {
    allocator_->settle(now_);
  }
  while (upgrades_turn_) {
    go_on_upgrading();
    if (allocator_) {
      allocator_->settle(now_);
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
      displace(JobId(i), Back::to_saved);
    }
  }
}

// It loses what it had not saved, or all that is not known to be right, and begins anywhere.
void Simulation::displace(JobId id, Back back) {
  LiveJob& live = jobs_[id.index()];
  const bool suspended = scheduler_.request(id).pinned != nullptr;
  Duration keeps = live.kept - live.unsaved();
  keeps = back == Back::to_right ? live.right_of(keeps) : keeps;
  tell(Displaced{live, live.kept - keeps, suspended, back == Back::to_right});
  live.keep(keeps);
  live.against_limit = Duration{};
  live.startup = live.starts_up();
  live.requeues += suspended ? 1 : 0;
  if (live.job.terms && live.job.terms->elastic()) {
    live.resize(live.tasks_whole);
  }
  scheduler_.unpin(request_for(id), now_);
}

}  // namespace berth
