// How a running job yields to another one: what it keeps of its work, and how it comes to wait
// again.
#include <algorithm>
#include <memory>
#include <utility>

#include "core/check.hpp"
#include "scheduler/molding.hpp"
#include "simulator/simulation.hpp"

namespace berth {

// What it did since its start. Requeued, it keeps what its last checkpoint kept, or the last that
// is known to be right; suspended, all.
Stint Simulation::stint_of(JobId id, Yield how, Back back) const {
  const LiveJob& live = jobs_[id.index()];
  const Duration length = worked(id);
  const Spent spent = live.spent(length);
  Stint stint;
  stint.startup = spent.startup;
  stint.checkpoint = spent.checkpoint;
  const Duration done = live.kept + spent.work;
  Duration keeps = done;
  if (how != Yield::suspend) {
    keeps = how == Yield::requeue ? live.saved(length) : Duration{};
  }
  if (back == Back::to_right && live.right < done) {
    keeps = live.right_of(keeps);
  }
  stint.kept = std::max(keeps - live.kept, Duration{});
  stint.redone = done - live.kept - stint.kept;
  stint.undone = std::max(live.kept - keeps, Duration{});
  return stint;
}

void Simulation::warn(const Yielding& yielding) {
  const JobId id = yielding.victim.job;
  Running& running = running_[id.index()];
  const SimTime at = after(now_, yielding.victim.grace);
  running.leaves = yielding.victim;
  running.leaves_for = std::make_shared<const LiveJob>(jobs_[yielding.by.index()]);
  running.leaving = queue_.schedule(at, rank(Yields{}), Yields{id});
  tell(Warned{jobs_[id.index()], jobs_[yielding.by.index()], at});
}

// It still runs: had it ended, this would have been taken back.
void Simulation::handle(const Yields& yields) {
  const Victim victim = running_[yields.job.index()].leaves;
  const auto by = std::exchange(running_[yields.job.index()].leaves_for, nullptr);
  yield(victim, *by);
  cluster_.stop(victim.job);
  scheduler_.yielded(victim.job, victim.how, now_);
  free_gone();
  for (const Request& request : std::exchange(again_, {})) {
    scheduler_.requeue(request, now_);
  }
  plan_due_ = true;
}

void Simulation::free_gone() {
  free_ids_.insert(free_ids_.end(), gone_.begin(), gone_.end());
  gone_.clear();
}

// The index and the scheduler know already, or are told by who calls.
void Simulation::yield(const Victim& victim, const LiveJob& by) {
  const JobId id = victim.job;
  LiveJob& live = jobs_[id.index()];
  const Placement& placement = cluster_.holding(id).placement;
  const Stint stint = stint_of(id, victim.how);
  tell(Preempted{live, placement, victim.how, by, stint, pace(id)});
  leave_cluster(id);
  queue_.cancel(running_[id.index()].ending.release);
  queue_.cancel(running_[id.index()].ending.end);
  live.keep(live.kept + stint.kept - stint.undone);
  live.served += now_ - live.start;
  if (victim.how == Yield::cancel) {
    live.phase = LiveJob::Phase::unused;
    gone_.push_back(id);
  } else {
    back_to_queue(id, victim.how, placement);
  }
}

// Who yields and starts in the same plan was moved, and does not wait.
void Simulation::take_up_again(const Draft::Start& start) {
  const auto moves = std::ranges::find(again_, start.job, &Request::id);
  if (moves != again_.end()) {
    scheduler_.moved(molded(*moves, start.shape.tasks), now_);
    again_.erase(moves);
  }
}

void Simulation::back_to_queue(JobId id, Yield how, const Placement& placement) {
  LiveJob& live = jobs_[id.index()];
  live.phase = LiveJob::Phase::waiting;
  if (how == Yield::suspend) {
    live.against_limit += now_ - live.start;
    live.startup = Duration{};
  } else {
    live.against_limit = Duration{};
    live.startup = live.starts_up();
    ++live.requeues;
  }
  Request request = request_for(id);
  if (how == Yield::suspend) {
    request.pinned = std::make_shared<const Placement>(placement);
  }
  again_.push_back(std::move(request));
}

}  // namespace berth
