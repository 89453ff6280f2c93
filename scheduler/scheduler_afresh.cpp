// A pass that places all jobs anew, whoever runs: the least remainder first, the least served
// first, or whatever else the order says.
#include <algorithm>
#include <tuple>

#include "scheduler/scheduler.hpp"

namespace berth {

// Decided on a draft in which everybody was stopped; what comes out the same is then left alone.
// Who runs stays where it is while that is free at its turn. Who has to move stops now and starts
// in the pass that follows in the same instant.
void Scheduler::afresh_pass(const Pass& pass) {
  std::vector<Candidate> all;
  const auto add = [&](const Request& request, bool runs) {
    all.push_back(
        {policy_.order->key(request), request.submit, request.sequence, request.id, runs});
  };
  running_.each([&](const RunningJobs::Running& running) {
    Request now = running.request;
    now.served += pass.now - running.since;
    now.estimate -= std::min(now.estimate, pass.now - running.since);
    add(now, true);
  });
  for (const Candidate& one : all) {
    pass.draft.stop(one.job);
  }
  for (auto at = queue_.first(); at != queue_.end(); at = queue_.next(at)) {
    const Request& request = requests_[queue_[at].job.index()];
    if (const auto refusal = refused(request, pass.now)) {
      waits(request, *refusal);
    } else {
      add(request, false);
    }
  }
  std::ranges::sort(
      all, {}, [](const Candidate& one) { return std::tuple(one.key, one.submit, one.sequence); });
  for (Candidate& one : all) {
    place_afresh(one, pass);
  }
  pass.draft.roll_back();
  make_so(all, pass);
}

void Scheduler::place_afresh(Candidate& one, const Pass& pass) {
  const Request& request = requests_[one.job.index()];
  const View view = view_of(request, pass);
  ++counts_.decisions;
  if (one.runs && view.free.has(request.shape, cluster_.holding(one.job).placement)) {
    one.placement = cluster_.holding(one.job).placement;
  } else {
    one.placement = placer_->place(request, view);
  }
  if (one.placement) {
    pass.draft.start(one.job, request.shape, Placement(*one.placement));
  } else if (!one.runs) {
    waits(request, Reason::resources);
  }
}

void Scheduler::make_so(std::vector<Candidate>& all, const Pass& pass) {
  const auto first_new = std::ranges::find_if(
      all, [](const Candidate& one) { return !one.runs && one.placement.has_value(); });
  for (const Candidate& one : all) {
    if (one.runs && one.placement != cluster_.holding(one.job).placement) {
      const JobId by = first_new != all.end() ? first_new->job : one.job;
      stop({one.job, Yield::requeue, {}}, requests_[by.index()], pass);
    }
  }
  for (Candidate& one : all) {
    if (!one.runs && one.placement) {
      const Request& request = requests_[one.job.index()];
      queue_.erase(queue_.find(request, one.key));
      start(request, std::move(*one.placement), pass);
    }
  }
}

}  // namespace berth
