#include "scheduler/scheduler.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "core/check.hpp"
#include "scheduler/molding.hpp"
#include "scheduler/pinning.hpp"

namespace berth {
namespace {

const Catalog& no_names() {
  static const Catalog none;
  return none;
}

}  // namespace

Scheduler::Scheduler(Policy& policy, Cluster& cluster, RunKey run, const Catalog* catalog)
    : policy_(policy),
      cluster_(cluster),
      catalog_(catalog != nullptr ? *catalog : no_names()),
      run_(run),
      placer_(policy.placer.get()),
      whole_(policy.preemption || !policy.admission.empty()),
      scopes_change_(std::ranges::any_of(policy.admission, &Admission::scope_changes)),
      term_scopes_(cluster.fleet()) {
  placer_->check_fleet(cluster.fleet());
  if (placer_->learns()) {
    seen_ = std::make_unique<SeenPods>();
  }
  if (policy.preemption && policy.preemption->suspends()) {
    pinning_ = pinning(*policy.placer);
    placer_ = pinning_.get();
  }
  policy_.site->check_fleet(cluster.fleet());
  if (placer_->alone_in_blocks(cluster.fleet()) == 0) {
    policy_.site->check_knows_no_blocks();
  }
  const RunContext context{cluster.fleet(),
                           *placer_,
                           cluster.scopes(),
                           catalog_,
                           run,
                           *policy_.site,
                           policy_.admission,
                           policy_.preemption != nullptr,
                           cluster.leases()};
  policy_.backfill->begin_run(context);
  tell([&context](Listener& listener) { listener.begin_run(context); });
}

void Scheduler::requeue(const Request& request, SimTime now) { enqueue(request, now); }

void Scheduler::ended(JobId job, SimTime now, Stop how) {
  const Request& request = requests_[job.index()];
  policy_.backfill->ended(request, now);
  if (policy_.preemption) {
    running_.stopped(job);
  }
  gangs_.stopped(request, how);
  tell([&](Listener& listener) { listener.stopped(request, how, now); });
  settled_ = false;
}

void Scheduler::moved(const Request& request, SimTime now) {
  Request& ours = requests_[request.id.index()];
  const ScopeId scope = ours.scope;
  ours = request;
  ours.scope = scope;
  running_.stopped(request.id);
  running_.started(ours, now);
}

bool Scheduler::fits(JobId job, SimTime now, const Occupancy& free) const {
  return placer_->fits(requests_[job.index()], {free, now, run_});
}

void Scheduler::plan(SimTime now, Draft& draft) {
  ++counts_.passes;
  promises_.clear();
  yields_.clear();
  in_vain_ = false;
  if (policy_.order->refresh(now)) {
    sort_anew();
  }
  const Pass pass{now, draft};
  if (queue_.empty()) {
    return;
  }
  if (policy_.preemption && policy_.preemption->afresh()) {
    afresh_pass(pass);
  } else if (settled_ && !whole_ && !promise_due(now) && !policy_.backfill->overrun(now)) {
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

// A pass begins anew where a start changed the order, or where others may go, or whom an admission
// lets in.
void Scheduler::full_pass(const Pass& pass) {
  do {
    moved_ = false;
    spread_anew_ = false;
    pass_from_head(pass);
  } while (moved_ || spread_anew_ || std::ranges::any_of(policy_.admission, &Admission::lets_in));
}

// The loop that must stay small: jobs start from the head; at the first that has no room, the
// policy decides what is promised to it, and who of the rest may overtake.
void Scheduler::pass_from_head(const Pass& pass) {
  Backfill& backfill = *policy_.backfill;
  retry_.reset();
  gangs_in_vain_.clear();
  backfill.begin_pass(pass.now);
  for (const auto& admission : policy_.admission) {
    admission->begin_pass(pass.now);
  }
  if (backfill.holds() == Holds::everyone) {
    promised_pass(pass);
    return;
  }
  const std::vector<Head> heads = main_loop(pass);
  if (moved_) {
    return;
  }
  settled_ = backfill.holds() != Holds::tested;
  if (backfill.cycle_due(pass.now)) {
    cycle(pass);
  } else if (backfill.holds() == Holds::head) {
    for (std::size_t i = 0; i < heads.size() && !moved_; ++i) {
      hold(heads[i].position, pass);
      overtake(heads[i], pass);
    }
  }
}

// Jobs start in order. One that has no room blocks those behind it in its queue, or those of them
// in its partition; who is not admitted is passed by. Returns those that block a whole queue.
std::vector<Scheduler::Head> Scheduler::main_loop(const Pass& pass) {
  const MainLoop loop = policy_.backfill->main_loop(pass.now, queue_.size());
  const bool by_partition = loop.blocks == MainLoop::Blocks::partition;
  using Line = std::pair<std::uint32_t, PartitionId>;  // of a queue, or a partition in it
  std::map<Line, std::size_t> blocked;                 // by whom of the heads
  std::map<Line, std::size_t> tried_in;
  std::vector<Head> heads;
  std::size_t tried = 0;
  for (auto at = queue_.first(); at != queue_.end() && tried < loop.depth; at = queue_.next(at)) {
    ++tried;
    const Request& request = requests_[queue_[at].job.index()];
    const Line line{queue_of_[request.id.index()],
                    by_partition ? request.partition : PartitionId{}};
    const auto before = blocked.find(line);
    if (by_partition && (before != blocked.end() || tried_in[line]++ >= loop.partition_depth)) {
      waits(request, Reason::priority);
      continue;
    }
    if (before != blocked.end()) {
      heads[before->second].behind.push_back(at);
      continue;
    }
    const auto reason = consider(at, pass);
    if (moved_) {
      return {};
    }
    if (!reason || of_admission(*reason)) {
      continue;
    }
    if (!by_partition) {
      heads.push_back({at, {}});
    }
    if (!by_partition && !apart_) {
      break;
    }
    blocked.emplace(line, heads.size() - 1);
  }
  return heads;
}

// Each job that came since the last pass tries once, in the order of the queue.
void Scheduler::newcomer_pass(const Pass& pass) {
  const Holds holds = policy_.backfill->holds();
  if (holds == Holds::nobody) {
    counts_.waits[static_cast<std::size_t>(Reason::priority)] += newcomers_.size();
    return;
  }
  for (const auto at : positions_of(newcomers_)) {
    if (holds == Holds::everyone || may_overtake(queue_[at], pass)) {
      consider_or_hold(at, pass);
    }
  }
}

void Scheduler::consider_or_hold(WaitingQueue::Position position, const Pass& pass) {
  const auto waits = consider(position, pass);
  const Holds holds = policy_.backfill->holds();
  if (waits && !of_admission(*waits) && (holds == Holds::everyone || holds == Holds::tested)) {
    hold(position, pass);
  }
}

// Starts the job, or says why it waits.
std::optional<Reason> Scheduler::consider(WaitingQueue::Position position, const Pass& pass) {
  const Request& request = requests_[queue_[position].job.index()];
  ++counts_.decisions;
  if (gangs_.missing(request) > 1) {
    return consider_gang(request, pass);
  }
  Attempt found = attempt(request, pass);
  if (!found.placement) {
    return waits(request, found.reason);
  }
  start(request, std::move(*found.placement), pass);
  queue_.erase(position);
  if (policy_.order->moves_with_starts() && policy_.order->refresh(pass.now)) {
    sort_anew();
    moved_ = true;
  }
  return std::nullopt;
}

Attempt Scheduler::attempt(const Request& request, const Pass& pass) {
  if (const auto refusal = refused(request, pass.now)) {
    policy_.backfill->passed_by(request, pass.now);
    const bool overruled = policy_.preemption && policy_.preemption->overrules(*refusal);
    return {overruled ? evict_for(request, pass) : std::nullopt, *refusal};
  }
  Attempt found = attempt_sizes(request, pass);
  if (!found.placement && found.reason == Reason::resources && policy_.preemption) {
    found.placement = evict_for_some(request, pass);
  }
  if (!found.placement && found.reason == Reason::resources && request.pinned) {
    found.reason = Reason::suspended;
  }
  if (!found.placement &&
      ((request.terms && request.terms->ask_where()) || request.shape.alone > 0)) {
    found.reason = why_not_there(request, found.reason, pass);
  }
  return found;
}

// Others yield for the least that it needs; where that frees room for more, it takes more.
std::optional<Placement> Scheduler::evict_for_some(const Request& request, const Pass& pass) {
  auto least = evict_for(molded(request, least_tasks(request)), pass);
  if (!least || least_tasks(request) == request.shape.tasks) {
    return least;
  }
  auto most = attempt_sizes(request, pass).placement;
  return most ? std::move(most) : std::move(least);
}

// The largest size that may start now. A backfill that promises something to everybody promises a
// job its largest size.
Attempt Scheduler::attempt_sizes(const Request& request, const Pass& pass) {
  Attempt found = policy_.backfill->attempt(request, view_of(request, pass));
  if (found.placement || !request.terms || policy_.backfill->holds() == Holds::everyone) {
    return found;
  }
  const std::uint32_t least = least_tasks(request);
  for (std::uint32_t tasks = request.shape.tasks; !found.placement && tasks > least;) {
    const Request smaller = molded(request, --tasks);
    if (!refused(smaller, pass.now)) {
      found.placement = policy_.backfill->attempt(smaller, view_of(smaller, pass)).placement;
    }
  }
  return found;
}

std::optional<Reason> Scheduler::refused(const Request& request, SimTime now) const {
  if (made_way(request)) {
    return Reason::preempted;
  }
  for (const auto& admission : policy_.admission) {
    if (const auto reason = admission->refuses(request, now)) {
      return reason;
    }
  }
  return std::nullopt;
}

void Scheduler::start(const Request& whole, Placement&& placement, const Pass& pass) {
  Request& request = requests_[whole.id.index()];
  if (const std::uint32_t tasks = tasks_in(placement); tasks < request.shape.tasks) {
    request = molded(request, tasks);
  }
  spread_anew_ = spread_anew_ || (spread_ && request.shape.group > 0);
  policy_.backfill->started(request, placement, pass.now);
  tell([&](Listener& listener) { listener.started(request, placement, pass.now); });
  waiting_[request.id.index()] = 0;
  gangs_.started(request);
  if (policy_.preemption) {
    running_.started(request, pass.now);
    running_.waits_no_more(request.id);
  }
  pass.draft.start(request.id, request.shape, std::move(placement));
}

Reason Scheduler::waits(const Request& request, Reason reason) {
  ++counts_.waits[static_cast<std::size_t>(reason)];
  reasons_[request.id.index()] = reason;
  for (const auto& admission : policy_.admission) {
    admission->waits(request, reason);
  }
  return reason;
}

}  // namespace berth
