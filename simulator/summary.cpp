#include "simulator/summary.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "core/check.hpp"
#include "simulator/summary_book.hpp"

namespace berth {
namespace {

void count_end(JobCounts& jobs, EndState state) {
  switch (state) {
    case EndState::completed:
      ++jobs.completed;
      break;
    case EndState::timed_out:
      ++jobs.timed_out;
      break;
    case EndState::user_failed:
      ++jobs.user_failed;
      break;
    case EndState::user_cancelled:
      ++jobs.user_cancelled;
      break;
  }
}

}  // namespace

// What is free in its blocks is of no use to others; that it is tested meanwhile is no loss then.
void SummarySink::Book::keeps(SimTime now, const LiveJob& live, const Placement& placement) {
  if (tests_) {
    tests_->took(now, kept_empty(live.shape, placement, fleet_));
  }
  book_of_failures_.keeps(now, live, placement);
}

void SummarySink::Book::lets_go(SimTime now, const LiveJob& live, const Placement& placement) {
  book_of_failures_.lets_go(now, live, placement);
  if (tests_) {
    tests_->gave_back(now, kept_empty(live.shape, placement, fleet_));
  }
}

// What it held goes back to the free GPUs, in service or out of it.
Accounts::Counted SummarySink::Book::give_back(SimTime now, const LiveJob& live,
                                               const Placement& placement, const Worked& work) {
  if (live.shape.alone > 0) [[unlikely]] {
    lets_go(now, live, placement);
  }
  const auto counted = accounts_.stopped(live.start, now, live.shape.total_gpu_milli(), work);
  book_of_failures_.gave_back(now, live, placement);
  if (tests_) {
    tests_->gave_back(now, placement);
  }
  return counted;
}

// Its work of earlier starts is lost after all, the latest first, `most` of it.
void SummarySink::Book::forfeit(const LiveJob& live, Loss cause, Duration most) {
  const auto found = kept_.find(live.sequence);
  if (found == kept_.end()) {
    return;
  }
  const Int128 lost = std::min(found->second, berth::gpu_time(live.used_gpu_milli(), most));
  accounts_.forfeit(cause, lost);
  found->second -= lost;
}

// It is gone, or left at the end, with so much of its work done.
void SummarySink::Book::gone(SimTime now, const LiveJob& live, Duration work) {
  const WallAndWork both = book_of_failures_.gone(now, live, work);
  each(live.job, [&both](Tally& tally) { tally.wall_and_work += both; });
}

void SummarySink::Book::told(SimTime now, const Preempted& record) {
  const LiveJob& live = record.job;
  book_of_failures_.on(record);
  const bool cancelled = record.how == Yield::cancel;
  Worked work = stints_.worked(live, record.pace, now);
  work.kept = record.stint.kept;
  work.otherwise = cancelled ? Loss::preempted : Loss::redone;
  const auto counted = give_back(now, live, record.placement, work);
  kept_[live.sequence] += counted.kept;
  if (cancelled) {
    forfeit(live, Loss::preempted);
    kept_.erase(live.sequence);
  } else {
    forfeit(live, Loss::redone, right_part(live, record.stint.undone));
  }
  if (!counts(live.job)) {
    return;
  }
  if (cancelled) {
    gone(now, live, live.kept + record.stint.kept);
  }
  ++yields_.count;
  ++yields_.by_mode.at(static_cast<std::size_t>(record.how));
  book_of_yields_.on(now, record);
  settle();
  each(live.job, [&](Tally& tally) {
    ++tally.jobs.preempted;
    tally.jobs.requeued += record.how == Yield::requeue ? 1 : 0;
    tally.jobs.cancelled += cancelled ? 1 : 0;
    tally.allocated += counted.held;
    tally.network += counted.network;
  });
}

void SummarySink::Book::told(SimTime now, const Evicted& record) {
  const LiveJob& live = record.job;
  Worked work = stints_.worked(live, record.pace, now);
  work.kept = record.stint.kept;
  work.otherwise = record.given_up() ? Loss::failed : Loss::redone;
  const auto counted = give_back(now, live, record.placement, work);
  book_of_failures_.on(now, record);
  kept_[live.sequence] += counted.kept;
  if (record.given_up()) {
    forfeit(live, Loss::failed);
    kept_.erase(live.sequence);
  } else {
    forfeit(live, Loss::redone, right_part(live, record.stint.undone));
  }
  if (!counts(live.job)) {
    return;
  }
  if (record.given_up()) {
    gone(now, live, live.kept + record.stint.kept);
    last_end_ = now;
  }
  each(live.job, [&](Tally& tally) {
    tally.jobs.requeued += record.then == AfterFailure::requeued ? 1U : 0U;
    tally.jobs.failed += record.given_up() ? 1U : 0U;
    ++tally.interruptions;
    tally.allocated += counted.held;
    tally.network += counted.network;
  });
}

void SummarySink::Book::settle() {
  for (const PreemptionLine& line : book_of_yields_.take_settled()) {
    yields_.destroyed += line.destroyed;
    yields_.freed_gpus += line.gpus;
    yields_.freed_unused += line.gpus - line.used_gpus;
  }
}

void SummarySink::Book::told(SimTime now, const Ended& record) {
  const LiveJob& live = record.job;
  if (yields_.warned > 0) [[unlikely]] {
    book_of_yields_.on(now, record);
  }
  const bool completed = record.state == EndState::completed;
  Worked work = stints_.worked(live, record.pace, now);
  const Loss otherwise = record.state == EndState::timed_out ? Loss::timed_out : Loss::user_ended;
  if (!completed) {
    work.kept = Duration{};
    work.otherwise = otherwise;
  }
  if (live.failures > 0) {
    book_of_failures_.tried(live, got_on(live, work));
  }
  const auto counted = give_back(now, live, record.placement, work);
  if (live.starts > 1) {
    forfeit(live, otherwise, completed ? Duration{} : longest_duration);
    kept_.erase(live.sequence);
  }
  if (!counts(live.job)) {
    return;
  }
  last_end_ = now;
  const WallAndWork both = book_of_failures_.gone(now, live, live.kept + work.all.work);
  if (completed) {
    book_of_failures_.completed(live);
  }
  const Duration turnaround = now - live.job.submit;
  const Duration ran = std::min(live.kept + (now - live.start), turnaround);
  const std::int64_t slowdown = bounded_slowdown(turnaround - ran, ran);
  each(live.job, [&, slowdown](Tally& tally) {
    count_end(tally.jobs, record.state);
    tally.allocated += counted.held;
    tally.network += counted.network;
    tally.wall_and_work += both;
    tally.turnaround.add(turnaround.count());
    tally.slowdown.add(slowdown);
  });
}

void SummarySink::Book::told(SimTime now, const LeftRunning& record) {
  const LiveJob& live = record.job;
  const Worked work = stints_.worked(live, record.pace, now);
  const auto counted = give_back(now, live, record.placement, work);
  if (live.failures > 0) {
    book_of_failures_.tried(live, got_on(live, work));
  }
  if (counts(live.job)) {
    gone(now, live, live.kept + work.all.work);
    each(live.job, [&](Tally& tally) {
      ++tally.jobs.running_at_end;
      tally.allocated += counted.held;
      tally.network += counted.network;
    });
  }
}

void SummarySink::Book::finish(SimTime now) {
  finished_ = now;
  failures_ = book_of_failures_.finish(now);
  leases_ = book_of_leases_.finish(now);
  if (tests_) {
    tests_->settle(now);
  }
  gpu_time_ = accounts_.finish(now);
  book_of_yields_.finish();
  settle();
  yields_.ended_in_time = book_of_yields_.ended_in_time();
  const JobCounts& jobs = all_.jobs;
  check(jobs.submitted == jobs.completed + jobs.failed + jobs.timed_out + jobs.cancelled +
                              jobs.user_failed + jobs.user_cancelled + jobs.rejected +
                              jobs.running_at_end + jobs.pending_at_end,
        "every job that was submitted is accounted for");
}

Summary SummarySink::Book::summary() const {
  check(finished_ != never, "a summary is taken when the run is over");
  Summary summary;
  summary.simulated = finished_.time_since_epoch();
  summary.gpus = fleet_.gpus();
  summary.gpu_time = gpu_time_;
  summary.all = all_.numbers();
  summary.preemptions = yields_;
  summary.interruptions = failures_;
  summary.rejections.assign(rejections_.begin(), rejections_.end());
  summary.waiting_at_end = waiting_;
  summary.leases = leases_;
  if (last_end_ >= first_submit_) {
    summary.makespan = last_end_ - first_submit_;
  }
  summary.by_tenant = tenants_.numbers();
  summary.by_class = classes_.numbers();
  summary.by_partition = partitions_.numbers();
  spread_.report(summary);
  return summary;
}

SummarySink::SummarySink(const Fleet& fleet, const Catalog& catalog, SimTime warm_up,
                         std::uint32_t virtualization_ppm, std::optional<ActiveTests> tests)
    : book_(std::make_unique<Book>(fleet, catalog, warm_up, virtualization_ppm, tests)) {}

SummarySink::~SummarySink() = default;

void SummarySink::on(SimTime now, const Record& record) {
  std::visit([this, now](const auto& one) { book_->told(now, one); }, record);
}

void SummarySink::finish(SimTime now) { book_->finish(now); }

Summary SummarySink::summary() const { return book_->summary(); }

}  // namespace berth
