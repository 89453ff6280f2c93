// Room for a job that found none: who stops for it, when, and what they wait for afterwards.
#include <array>
#include <utility>

#include "scheduler/scheduler.hpp"

namespace berth {

// Room that others make, where somebody has to and does so at once.
std::optional<Placement> Scheduler::evict_for(const Request& request, const Pass& pass) {
  const View view = view_of(request, pass);
  auto eviction = policy_.preemption->make_room(
      request,
      {pass.draft, running_, pass.now, run_, view.scope, policy_.admission, *policy_.order});
  if (!eviction) {
    in_vain_ = in_vain_ || !pass.draft.starts().empty();
    return std::nullopt;
  }
  for (const Victim& victim : eviction->victims) {
    stop(victim, request, pass);
  }
  return std::move(eviction->placement);
}

void Scheduler::stop(const Victim& victim, const Request& by, const Pass& pass) {
  yields_.push_back({victim, by.id});
  if (victim.job != by.id) {
    made_way_for_[victim.job.index()] = {by.id, by.sequence, by.starts};
  }
  if (victim.grace > Duration{}) {
    running_.leaves(victim.job, by.id);
    return;
  }
  pass.draft.stop(victim.job);
  yielded(victim.job, victim.how, pass.now);
}

void Scheduler::yielded(JobId job, Yield how, SimTime now) {
  constexpr std::array stops{Stop::cancelled, Stop::requeued, Stop::suspended};
  ended(job, now, stops.at(static_cast<std::size_t>(how)));
}

void Scheduler::unpin(const Request& request, SimTime now) {
  const Request& ours = requests_[request.id.index()];
  queue_.erase(queue_.find(ours, policy_.order->key(ours)));
  std::erase(newcomers_, request.id);
  policy_.backfill->passed_by(ours, now);
  enqueue(request, now);
  settled_ = false;
}

// True while it waits for the job that it yielded to. Else, where others have to wait for their
// room until a grace is over, it would start again on what it gave up, and yield again, for ever.
// One who may not start whatever is free keeps nobody from starting.
bool Scheduler::made_way(const Request& request) const {
  const Other& other = made_way_for_[request.id.index()];
  if (other.sequence == 0 || waiting_[other.job.index()] != other.sequence ||
      requests_[other.job.index()].starts != other.starts) {
    return false;
  }
  const Reason reason = reasons_[other.job.index()];
  return !of_admission(reason) || reason == Reason::suspended || reason == Reason::preempted;
}

}  // namespace berth
