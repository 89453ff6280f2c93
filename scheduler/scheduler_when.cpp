// Which nodes a job may have when, what it is promised, and when to look again.
#include <algorithm>
#include <optional>

#include "scheduler/molding.hpp"
#include "scheduler/reach.hpp"
#include "scheduler/scheduler.hpp"

namespace berth {
namespace {

std::optional<SimTime> sooner(std::optional<SimTime> a, std::optional<SimTime> b) {
  return a && b ? std::min(*a, *b) : a ? a : b;
}

}  // namespace

std::optional<SimTime> Scheduler::wake_at(SimTime now) const {
  if (queue_.empty()) {
    return std::nullopt;
  }
  const auto first = sooner(
      sooner(policy_.backfill->wake_at(), policy_.order->wake_at(now)),
      sooner(next_change(policy_.admission, now), retry_ && *retry_ > now ? retry_ : std::nullopt));
  return policy_.preemption ? sooner(first, policy_.preemption->wake_at(now)) : first;
}

// A job that asks for a place of some kind has none now: when it may care less, and whether there
// would be room elsewhere.
Reason Scheduler::why_not_there(const Request& request, Reason reason, const Pass& pass) {
  retry_ = sooner(retry_, placer_->retry_at(request, pass.now));
  const bool room = view_of(request, pass).free.fits(request.shape);
  return reason == Reason::resources && room ? Reason::topology : reason;
}

View Scheduler::view_of(const Request& request, const Pass& pass) {
  const ScopeId scope = scope_at(request, pass.now);
  return {pass.draft.occupancy(scope), pass.now, run_, scope, seen_.get()};
}

// The nodes that it may have for a start then.
ScopeId Scheduler::scope_at(const Request& request, SimTime at) {
  return berth::scope_at(policy_.admission, cluster_.scopes(), request, at);
}

// A job may have other nodes at other times: it is promised a start when those that it may have
// then have room. Of the times at which that changes, so many are looked at.
SimTime Scheduler::earliest_start(const Request& request, const Pass& pass) {
  constexpr int changes_most = 64;
  const std::uint32_t least = least_tasks(request);
  if (least < request.shape.tasks && policy_.backfill->holds() == Holds::head) {
    return earliest_start(molded(request, least), pass);
  }
  SimTime from = pass.now;
  for (int changes = 0; changes < changes_most; ++changes) {
    const ScopeId scope = scope_at(request, from);
    const View view{pass.draft.occupancy(scope), from, run_, scope, seen_.get()};
    const SimTime at = policy_.backfill->hold(request, view);
    if (!scopes_change_) {
      return at;
    }
    const auto next =
        at == berth::never ? next_change(policy_.admission, from) : std::max(at, from);
    if (!next || (at != berth::never && scope_at(request, *next) == scope)) {
      return next.value_or(berth::never);
    }
    from = *next;
  }
  return berth::never;
}

void Scheduler::hold(WaitingQueue::Position position, const Pass& pass) {
  const Request& request = requests_[queue_[position].job.index()];
  const SimTime at = earliest_start(what_waits(request, pass), pass);
  if (SimTime& promised = promised_[request.id.index()]; promised != at && at != berth::never) {
    promised = at;
    if (at != berth::never) {  // else its nodes are closed, and nobody knows for how long
      promises_.emplace_back(request.id, at);
    }
  }
}

}  // namespace berth
