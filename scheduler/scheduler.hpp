// The scheduler of one run: the queue, and the loop that asks the policy's questions of each job in
// turn. State in, plan out: it looks at the cluster through a Draft and starts jobs in it; making
// the draft real is the caller's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "cluster/cluster.hpp"
#include "scheduler/backfill_scan.hpp"
#include "scheduler/policy.hpp"
#include "scheduler/waiting_queue.hpp"

namespace berth {

struct SchedulerCounts {
  std::uint64_t passes = 0;
  std::uint64_t decisions = 0;                             // jobs looked at
  std::array<std::uint64_t, reason_names.size()> waits{};  // of those, not started, by reason
};

class Scheduler {
 public:
  // `policy` outlives the scheduler and belongs to it alone.
  Scheduler(Policy& policy, const Fleet& fleet, RunKey run);

  // A job joins the queue. REQUIRES: the empty fleet has room for it.
  void submit(const Request& request);
  // A running job has given back what it held.
  void ended(JobId job, SimTime now);

  // Starts what may start now. REQUIRES: the draft is of the same cluster each time, and committed.
  void plan(SimTime now, Draft& draft);
  // True when the request's resources are free, whoever they may be promised to.
  [[nodiscard]] bool fits(JobId job, SimTime now, const Occupancy& free) const;
  // True when every waiting job holds a promise, so that each arrival has to be planned.
  [[nodiscard]] bool promises_to_everyone() const {
    return policy_.backfill->holds() == Holds::everyone;
  }
  // When to plan again though nothing happens.
  [[nodiscard]] std::optional<SimTime> wake_at() const { return policy_.backfill->wake_at(); }

  [[nodiscard]] const WaitingQueue& queue() const { return queue_; }
  [[nodiscard]] const Request& request(JobId job) const { return requests_[job.index()]; }
  [[nodiscard]] const SchedulerCounts& counts() const { return counts_; }
  // Promises made or changed in the last plan().
  [[nodiscard]] const std::vector<std::pair<JobId, SimTime>>& promises() const { return promises_; }

 private:
  struct Pass {
    SimTime now;
    Draft& draft;
  };
  std::optional<Reason> consider(WaitingQueue::Position position, const Pass& pass);
  void hold(WaitingQueue::Position position, const Pass& pass);
  void full_pass(const Pass& pass);
  void newcomer_pass(const Pass& pass);
  void overtake(WaitingQueue::Position head, const Pass& pass);
  void try_to_overtake(WaitingQueue::Position position, BackfillScan& scan, const Pass& pass);
  void consider_or_hold(WaitingQueue::Position position, const Pass& pass);
  [[nodiscard]] bool promise_due(SimTime now) const;
  [[nodiscard]] bool may_overtake(const WaitingQueue::Entry& entry, const Pass& pass) const;

  Policy& policy_;
  RunKey run_;
  WaitingQueue queue_;
  std::vector<Request> requests_;  // by job
  std::vector<SimTime> promised_;  // by job
  std::vector<std::pair<JobId, SimTime>> promises_;
  std::vector<JobId> newcomers_;  // since the last plan
  // True when nothing was freed and no other job came to the head since the last full pass: then
  // only newcomers try. On a counted machine nothing else could start (the rest had no room, and
  // time only makes overtaking harder); where nodes differ, that is the rule all the same.
  bool settled_ = false;
  SchedulerCounts counts_;
};

}  // namespace berth
