// The scheduler of one run: the queue, and the loop that asks the policy's questions of each job in
// turn. State in, plan out: it looks at the cluster through a Draft, stops and starts jobs in it;
// making the draft real is the caller's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cluster/cluster.hpp"
#include "scheduler/backfill_scan.hpp"
#include "scheduler/pod_gangs.hpp"
#include "scheduler/policy.hpp"
#include "scheduler/seen_pods.hpp"
#include "scheduler/term_scopes.hpp"
#include "scheduler/waiting_queue.hpp"

namespace berth {

struct SchedulerCounts {
  std::uint64_t passes = 0;
  std::uint64_t decisions = 0;                             // jobs looked at
  std::array<std::uint64_t, reason_names.size()> waits{};  // of those, not started, by reason
  std::uint64_t unheeded = 0;  // jobs that ask to wait for others, or for a time, in vain
};

// A job that yields to another, as the last plan() decided.
struct Yielding {
  Victim victim;
  JobId by;
};

class Scheduler {
 public:
  // All outlive the scheduler; `policy` belongs to it alone. Without a catalog tenants, partitions
  // and classes have no names.
  Scheduler(Policy& policy, Cluster& cluster, RunKey run, const Catalog* catalog = nullptr);

  // Why the job could never start, so that it must not join the queue; "" when it could.
  [[nodiscard]] std::string never(const Request& request);
  // True when nodes keep jobs away that say nothing of it.
  [[nodiscard]] bool tainted() const { return term_scopes_.tainted(); }
  // A job joins the queue. REQUIRES: never() says nothing.
  void submit(const Request& request);
  // A running job has given back what it held, and does not come back.
  void ended(JobId job, SimTime now, Stop how = Stop::completed);
  // The grace of a job that yields is over: it has given back what it held.
  void yielded(JobId job, Yield how, SimTime now);
  // A job that yielded joins the queue again. REQUIRES: it gave back what it held.
  void requeue(const Request& request, SimTime now);
  // A job that the last plan moved: it yielded and started again, and this is known of it now.
  void moved(const Request& request, SimTime now);
  // A job that was stopped (ended() was told of it) goes on at once, without having waited, on what
  // the caller found for it: that is free.
  void goes_on(const Request& request, const Placement& placement, SimTime now);
  // Room for so many tasks like those of the request, or as many as have any, as the placer finds
  // it beside all that the draft holds.
  [[nodiscard]] std::optional<Placement> room_for(const Request& request, std::uint32_t tasks,
                                                  SimTime now, Draft& draft);
  // This is known of a waiting job from now on; one that was suspended may go on anywhere.
  void unpin(const Request& request, SimTime now);
  // A node closed for newcomers, or opened again.
  void turned(NodeId node, bool open) {
    policy_.backfill->turned(node, open);
    settled_ = false;
  }
  // A waiting job leaves the queue for good.
  void cancel(JobId job, SimTime now);

  // Starts what may start now. REQUIRES: the draft is of the same cluster each time, and committed.
  void plan(SimTime now, Draft& draft);
  // Who yields in the last plan(). Those without grace are stopped in its draft.
  [[nodiscard]] const std::vector<Yielding>& yields() const { return yields_; }
  // True when somebody asked in vain who yields, and some who might had started in that very plan:
  // then another one follows at once.
  [[nodiscard]] bool in_vain() const { return in_vain_; }
  // True when the request's resources are free, whoever they may be promised to.
  [[nodiscard]] bool fits(JobId job, SimTime now, const Occupancy& free) const;
  // True when an arrival has to be planned for even where nothing is free for it.
  [[nodiscard]] bool plans_for_all() const {
    const Holds holds = policy_.backfill->holds();
    return whole_ || holds == Holds::everyone || holds == Holds::tested;
  }
  // True when who yields may start elsewhere in the same instant.
  [[nodiscard]] bool plans_again() const {
    return !policy_.preemption || !policy_.preemption->afresh() || !policy_.admission.empty();
  }
  // When to plan again though nothing happens.
  [[nodiscard]] std::optional<SimTime> wake_at(SimTime now) const;

  [[nodiscard]] const WaitingQueue& queue() const { return queue_; }
  // True when somebody waits in a queue of his own.
  [[nodiscard]] bool keeps_queues_apart() const { return apart_; }
  // Which of them a waiting job is in.
  [[nodiscard]] std::uint32_t line_of(JobId job) const { return queue_of_[job.index()]; }
  [[nodiscard]] const Request& request(JobId job) const { return requests_[job.index()]; }
  [[nodiscard]] const RunningJobs& running() const { return running_; }
  [[nodiscard]] const SchedulerCounts& counts() const { return counts_; }
  // Promises made or changed in the last plan().
  [[nodiscard]] const std::vector<std::pair<JobId, SimTime>>& promises() const { return promises_; }
  // Why the job waits, as of the last time that it was looked at.
  [[nodiscard]] Reason reason(JobId job) const { return reasons_[job.index()]; }

 private:
  struct Pass {
    SimTime now;
    Draft& draft;
  };
  std::optional<Reason> consider(WaitingQueue::Position position, const Pass& pass);
  std::optional<Reason> consider_gang(const Request& request, const Pass& pass);
  [[nodiscard]] std::vector<JobId> members_of(const Request& request, const Pass& pass) const;
  [[nodiscard]] Request together(const std::vector<JobId>& members, std::size_t count) const;
  [[nodiscard]] Request what_waits(const Request& request, const Pass& pass) const;
  void start_gang(const std::vector<JobId>& members, Placement&& placement, const Pass& pass);
  [[nodiscard]] std::string never_together(const Request& request) const;
  [[nodiscard]] static Request with_its_group(Request request);
  [[nodiscard]] std::optional<Reason> refused(const Request& request, SimTime now) const;
  Attempt attempt(const Request& request, const Pass& pass);
  [[nodiscard]] bool made_way(const Request& request) const;
  std::optional<Placement> evict_for_some(const Request& request, const Pass& pass);
  Attempt attempt_sizes(const Request& request, const Pass& pass);
  std::optional<Placement> evict_for(const Request& request, const Pass& pass);
  void stop(const Victim& victim, const Request& by, const Pass& pass);
  void start(const Request& whole, Placement&& placement, const Pass& pass);
  Reason waits(const Request& request, Reason reason);
  Reason why_not_there(const Request& request, Reason reason, const Pass& pass);
  [[nodiscard]] View view_of(const Request& request, const Pass& pass);
  [[nodiscard]] ScopeId scope_at(const Request& request, SimTime at);
  [[nodiscard]] SimTime earliest_start(const Request& request, const Pass& pass);
  void hold(WaitingQueue::Position position, const Pass& pass);
  [[nodiscard]] ScopeId scope_of(const Request& request);
  [[nodiscard]] std::uint32_t queue_of(const Request& request);
  [[nodiscard]] std::string never_apart(const Request& request) const;
  const Occupancy& empty(ScopeId scope);
  void mold_to_fit(Request& request);
  void count_unheeded(const Request& request);
  void enqueue(const Request& request, SimTime now);
  void sort_anew();
  void full_pass(const Pass& pass);
  void pass_from_head(const Pass& pass);
  // The first of a queue that has no room, and who waits behind it where queues are kept apart.
  struct Head {
    WaitingQueue::Position position = 0;
    std::vector<WaitingQueue::Position> behind;
  };
  std::vector<Head> main_loop(const Pass& pass);
  void cycle(const Pass& pass);
  void promised_pass(const Pass& pass);
  void newcomer_pass(const Pass& pass);
  struct Candidate;  // of a pass that places all jobs
  void afresh_pass(const Pass& pass);
  [[nodiscard]] std::vector<Candidate> those_that_run(SimTime now) const;
  [[nodiscard]] std::vector<Candidate> those_that_wait(const Pass& pass);
  using InVain = std::set<WaitingQueue::Kind>;  // what was tried in this pass: room only shrinks
  void place_afresh(Candidate& one, InVain& in_vain, const Pass& pass);
  std::optional<Placement> place_anew(const Request& request, InVain& in_vain, const Pass& pass);
  [[nodiscard]] bool may_stay(const Request& request, const Pass& pass);
  void make_so(std::vector<Candidate>& all, const Pass& pass);
  [[nodiscard]] std::vector<WaitingQueue::Position> positions_of(
      const std::vector<JobId>& jobs) const;
  void overtake(const Head& head, const Pass& pass);
  void try_to_overtake(WaitingQueue::Position position, BackfillScan& scan, const Pass& pass);
  void consider_or_hold(WaitingQueue::Position position, const Pass& pass);
  [[nodiscard]] bool promise_due(SimTime now) const;
  [[nodiscard]] bool may_overtake(const WaitingQueue::Entry& entry, const Pass& pass) const;
  template <class Tell>
  void tell(const Tell& listener);

  Policy& policy_;
  Cluster& cluster_;
  const Catalog& catalog_;
  RunKey run_;
  std::unique_ptr<const Placer> pinning_;  // around the policy's placer, where jobs are suspended
  const Placer* placer_;
  bool whole_;  // admission, preemption, scopes or sizes: each pass goes through the whole queue
  bool scopes_change_;  // with time
  bool apart_ = false;  // somebody waits in a queue of his own
  TermScopes term_scopes_;
  std::unique_ptr<SeenPods> seen_;  // null: the placer does not learn
  WaitingQueue queue_;
  RunningJobs running_;  // kept where somebody may have to yield
  PodGangs gangs_;
  std::map<std::uint32_t, Reason> gangs_in_vain_;  // by group: what was tried in this pass
  std::vector<Request> requests_;                  // by job
  std::vector<SimTime> promised_;                  // by job
  std::vector<Reason> reasons_;                    // by job
  std::vector<std::uint32_t> queue_of_;            // by job; see Admission::queue
  struct Other {
    JobId job;
    std::uint64_t sequence = 0;  // 0: nobody
    std::uint32_t starts = 0;    // it had so many then
  };
  std::vector<Other> made_way_for_;                // by job: whom it yielded to the last time
  std::vector<std::uint64_t> waiting_;             // by job: its sequence while it waits
  std::vector<std::unique_ptr<Occupancy>> empty_;  // by scope, for what could never start
  std::vector<std::pair<JobId, SimTime>> promises_;
  std::vector<Yielding> yields_;
  std::vector<JobId> newcomers_;  // since the last plan
  // True when nothing was freed and no other job came to the head since the last full pass: then
  // only newcomers try. On a counted machine nothing else could start (the rest had no room, and
  // time only makes overtaking harder); where nodes differ, that is the rule all the same.
  bool settled_ = false;
  std::optional<SimTime>
      retry_;  // when a job that was refused may have a place though nothing ends
  bool in_vain_ = false;
  bool moved_ = false;        // a start has sorted the queue anew: positions are void
  bool spread_ = false;       // some who came are spread among pods of their group
  bool spread_anew_ = false;  // a pod of a group started: those that are spread may have room now
  SchedulerCounts counts_;
};

// The parts of the policy that keep books.
template <class Tell>
void Scheduler::tell(const Tell& listener) {
  listener(*policy_.order);
  if (policy_.preemption) {
    listener(*policy_.preemption);
  }
  for (const auto& admission : policy_.admission) {
    listener(*admission);
  }
}

}  // namespace berth
