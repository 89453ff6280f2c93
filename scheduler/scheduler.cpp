#include "scheduler/scheduler.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace berth {

Scheduler::Scheduler(Policy& policy, const Fleet& fleet, RunKey run) : policy_(policy), run_(run) {
  policy_.placer->check_fleet(fleet);
  policy_.backfill->begin_run(fleet, *policy_.placer);
}

void Scheduler::submit(const Request& request) {
  if (request.id.index() >= requests_.size()) {
    requests_.resize(request.id.index() + 1);
    promised_.resize(request.id.index() + 1, never);
  }
  requests_[request.id.index()] = request;
  promised_[request.id.index()] = never;
  queue_.insert(request, policy_.order->key(request));
  newcomers_.push_back(request.id);
  settled_ = settled_ && queue_[queue_.first()].job != request.id;
}

void Scheduler::ended(JobId job, SimTime now) {
  policy_.backfill->ended(requests_[job.index()], now);
  settled_ = false;
}

bool Scheduler::fits(JobId job, SimTime now, const Occupancy& free) const {
  return policy_.placer->fits(requests_[job.index()], {free, now, run_});
}

void Scheduler::plan(SimTime now, Draft& draft) {
  ++counts_.passes;
  promises_.clear();
  if (queue_.empty()) {
    return;
  }
  const Pass pass{now, draft};
  if (settled_ && !promise_due(now) && !policy_.backfill->overrun(now)) {
    newcomer_pass(pass);
  } else {
    full_pass(pass);
  }
  newcomers_.clear();
}

// Nothing need have ended for a promised slot to begin.
bool Scheduler::promise_due(SimTime now) const {
  const auto due = policy_.backfill->wake_at();
  return due && *due <= now;
}

// The loop that must stay small: jobs start from the head; at the first that cannot, the policy
// decides what is promised to it, and who of the rest may overtake.
void Scheduler::full_pass(const Pass& pass) {
  policy_.backfill->begin_pass(pass.now);
  WaitingQueue::Position head = queue_.first();
  while (head != queue_.end() && !consider(head, pass)) {
    head = queue_.next(head);
  }
  settled_ = true;
  if (head == queue_.end() || policy_.backfill->holds() == Holds::nobody) {
    return;
  }
  hold(head, pass);
  if (policy_.backfill->holds() == Holds::everyone) {
    for (auto at = queue_.next(head); at != queue_.end(); at = queue_.next(at)) {
      consider_or_hold(at, pass);
    }
  } else {
    overtake(head, pass);
  }
}

// Each job that came since the last pass tries once, in the order of the queue.
void Scheduler::newcomer_pass(const Pass& pass) {
  const Holds holds = policy_.backfill->holds();
  if (holds == Holds::nobody) {
    counts_.waits[static_cast<std::size_t>(Reason::priority)] += newcomers_.size();
    return;
  }
  std::vector<WaitingQueue::Position> positions;
  for (const JobId job : newcomers_) {
    const Request& request = requests_[job.index()];
    positions.push_back(queue_.find(request, policy_.order->key(request)));
  }
  std::sort(positions.begin(), positions.end());
  for (const auto at : positions) {
    if (holds == Holds::everyone || may_overtake(queue_[at], pass)) {
      consider_or_hold(at, pass);
    }
  }
}

// Lets the jobs behind `head` try, in the order of the scan. Who may not overtake before the scan
// may not later in it either, for what is free and what is spare only shrink.
void Scheduler::overtake(WaitingQueue::Position head, const Pass& pass) {
  const JobOrder* order = policy_.backfill->scan_order();
  BackfillScan scan(queue_, pass.now, policy_.placer->equal_shapes_fare_alike());
  scan.update(pass.draft.occupancy().free_gpus(), policy_.backfill->gap());
  std::vector<std::pair<std::int64_t, WaitingQueue::Position>> later;
  for (auto at = queue_.next(head, scan.wanted()); at != queue_.end();
       at = queue_.next(at, scan.wanted())) {
    if (order == nullptr) {
      try_to_overtake(at, scan, pass);
    } else if (scan.may_start(queue_[at])) {
      later.emplace_back(order->key(requests_[queue_[at].job.index()]), at);
    }
  }
  std::sort(later.begin(), later.end());
  for (const auto& [key, at] : later) {
    try_to_overtake(at, scan, pass);
  }
}

void Scheduler::try_to_overtake(WaitingQueue::Position position, BackfillScan& scan,
                                const Pass& pass) {
  const WaitingQueue::Entry& entry = queue_[position];
  if (!scan.may_start(entry)) {
    return;
  }
  if (const auto waits = consider(position, pass)) {
    scan.failed(entry, *waits);
  } else {
    scan.update(pass.draft.occupancy().free_gpus(), policy_.backfill->gap());
  }
}

bool Scheduler::may_overtake(const WaitingQueue::Entry& entry, const Pass& pass) const {
  return entry.gpus <= pass.draft.occupancy().free_gpus() &&
         policy_.backfill->gap().admits(after(pass.now, entry.estimate), entry.gpus);
}

void Scheduler::consider_or_hold(WaitingQueue::Position position, const Pass& pass) {
  if (consider(position, pass) && policy_.backfill->holds() == Holds::everyone) {
    hold(position, pass);
  }
}

// Starts the job, or says why it waits.
std::optional<Reason> Scheduler::consider(WaitingQueue::Position position, const Pass& pass) {
  const Request& request = requests_[queue_[position].job.index()];
  ++counts_.decisions;
  Attempt attempt = policy_.backfill->attempt(request, {pass.draft.occupancy(), pass.now, run_});
  if (!attempt.placement) {
    ++counts_.waits[static_cast<std::size_t>(attempt.reason)];
    return attempt.reason;
  }
  policy_.backfill->started(request, *attempt.placement, pass.now);
  pass.draft.start(request.id, request.shape, std::move(*attempt.placement));
  queue_.erase(position);
  return std::nullopt;
}

void Scheduler::hold(WaitingQueue::Position position, const Pass& pass) {
  const Request& request = requests_[queue_[position].job.index()];
  const SimTime at = policy_.backfill->hold(request, {pass.draft.occupancy(), pass.now, run_});
  if (SimTime& promised = promised_[request.id.index()]; promised != at) {
    promised = at;
    promises_.emplace_back(request.id, at);
  }
}

}  // namespace berth
