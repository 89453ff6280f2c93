// Jobs that were stopped and go on at once, without having waited.
#include <algorithm>

#include "scheduler/scheduler.hpp"

namespace berth {

void Scheduler::goes_on(const Request& request, const Placement& placement, SimTime now) {
  Request& ours = requests_[request.id.index()];
  const ScopeId scope = ours.scope;
  ours = request;
  ours.scope = scope;
  gangs_.started(ours);
  policy_.backfill->joined(ours, now);
  policy_.backfill->started(ours, placement, now);
  tell([&](Listener& listener) { listener.started(ours, placement, now); });
  if (policy_.preemption) {
    running_.started(ours, now);
  }
  settled_ = false;
}

std::optional<Placement> Scheduler::room_for(const Request& request, std::uint32_t tasks,
                                             SimTime now, Draft& draft) {
  Request more = request;
  more.scope = requests_[request.id.index()].scope;
  const View view = view_of(more, {now, draft});
  if (more.shape.gpus > 0) {
    const std::uint64_t most = view.free.free_gpus() / more.shape.gpus;
    tasks = static_cast<std::uint32_t>(std::min<std::uint64_t>(tasks, most));
  }
  for (; tasks > 0; --tasks) {
    more.shape.tasks = tasks;
    if (auto found = placer_->place(more, view)) {
      return found;
    }
  }
  return std::nullopt;
}

}  // namespace berth
