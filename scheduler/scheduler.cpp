#include "scheduler/scheduler.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace berth {

Scheduler::Scheduler(Policy& policy, const Fleet& fleet, RunKey run) : policy_(policy), run_(run) {
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
  const Pass pass{now, draft};
  if (settled_ && newcomers_.size() <= 1) {
    newcomer_pass(pass);
  } else {
    full_pass(pass);
  }
  newcomers_.clear();
}

// The loop that must stay small: jobs start from the head; at the first that cannot, the policy
// decides what is promised to it, and who of the rest may overtake.
void Scheduler::full_pass(const Pass& pass) {
  policy_.backfill->begin_pass(pass.now);
  WaitingQueue::Position head = queue_.first();
  while (head != queue_.end() && consider(head, pass)) {
    head = queue_.next(head);
  }
  settled_ = true;
  if (head == queue_.end()) {
    return;
  }
  if (policy_.backfill->holds() == Holds::nobody) {
    return;
  }
  hold(head, pass);
  if (const JobOrder* order = policy_.backfill->scan_order()) {
    scan_sorted(head, *order, pass);
  } else {
    scan_rest(head, pass);
  }
}

void Scheduler::newcomer_pass(const Pass& pass) {
  for (const JobId job : newcomers_) {
    if (policy_.backfill->holds() == Holds::nobody) {
      ++counts_.waits[static_cast<std::size_t>(Reason::priority)];
      continue;
    }
    const Request& request = requests_[job.index()];
    const auto position = queue_.find(request, policy_.order->key(request));
    if (may_overtake(queue_[position], pass)) {
      consider_or_hold(position, pass);
    }
  }
}

void Scheduler::scan_rest(WaitingQueue::Position after, const Pass& pass) {
  for (auto at = queue_.next(after); at != queue_.end(); at = queue_.next(at)) {
    if (may_overtake(queue_[at], pass)) {
      consider_or_hold(at, pass);
    }
  }
}

// Whoever may not overtake before the scan may not later in it either: what is free and what is
// spare only shrink. So only the others are sorted.
void Scheduler::scan_sorted(WaitingQueue::Position after, const JobOrder& order, const Pass& pass) {
  std::vector<std::pair<std::int64_t, WaitingQueue::Position>> rest;
  for (auto at = queue_.next(after); at != queue_.end(); at = queue_.next(at)) {
    if (may_overtake(queue_[at], pass)) {
      rest.emplace_back(order.key(requests_[queue_[at].job.index()]), at);
    }
  }
  std::sort(rest.begin(), rest.end());
  for (const auto& [key, at] : rest) {
    if (may_overtake(queue_[at], pass)) {
      consider_or_hold(at, pass);
    }
  }
}

bool Scheduler::may_overtake(const WaitingQueue::Entry& entry, const Pass& pass) const {
  if (policy_.backfill->holds() == Holds::everyone) {
    return true;
  }
  return entry.gpus <= pass.draft.occupancy().free_gpus() &&
         policy_.backfill->gap().admits(pass.now + entry.estimate, entry.gpus);
}

void Scheduler::consider_or_hold(WaitingQueue::Position position, const Pass& pass) {
  if (!consider(position, pass) && policy_.backfill->holds() == Holds::everyone) {
    hold(position, pass);
  }
}

bool Scheduler::consider(WaitingQueue::Position position, const Pass& pass) {
  const Request& request = requests_[queue_[position].job.index()];
  ++counts_.decisions;
  Attempt attempt = policy_.backfill->attempt(request, {pass.draft.occupancy(), pass.now, run_});
  if (!attempt.placement) {
    ++counts_.waits[static_cast<std::size_t>(attempt.reason)];
    return false;
  }
  policy_.backfill->started(request, *attempt.placement, pass.now);
  pass.draft.start(request.id, request.shape, std::move(*attempt.placement));
  queue_.erase(position);
  return true;
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
