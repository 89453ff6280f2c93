#include "simulator/summary.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <variant>

#include "cluster/gpu_shares.hpp"
#include "simulator/failure_book.hpp"
#include "simulator/gpu_time.hpp"
#include "simulator/preemption_book.hpp"
#include "simulator/stint_book.hpp"
#include "simulator/summary_spread.hpp"
#include "simulator/summary_tally.hpp"

namespace berth {

class SummarySink::Book {
 public:
  Book(const Fleet& fleet, const Catalog& catalog, SimTime warm_up, std::uint32_t virtualization)
      : fleet_(fleet),
        warm_up_(warm_up),
        accounts_(gpu_milli_all * fleet.gpus(), warm_up, virtualization),
        stints_(accounts_),
        book_of_failures_(fleet, accounts_),
        tenants_(catalog.tenants, all_),
        classes_(catalog.classes, all_),
        partitions_(catalog.partitions, all_),
        spread_(fleet) {}

  void told(SimTime now, const Submitted& record) {
    accounts_.submitted(now);
    submitted(now, record.job.job, [](Tally&) {});
  }
  void told(SimTime now, const Rejected& record) {
    accounts_.submitted(now);
    submitted(now, record.job.job, [](Tally& tally) { ++tally.jobs.rejected; });
    if (counts(record.job.job)) {
      ++rejections_[std::string(record.why.substr(0, record.why.find(':')))];
    }
  }
  void told(SimTime /*now*/, const Promised& /*record*/) {}
  void told(SimTime now, const Started& record) {
    const LiveJob& live = record.job;
    accounts_.started(now, live.shape.total_gpu_milli());
    if (yields_.count > 0) [[unlikely]] {
      book_of_yields_.on(now, record);
    }
    if (live.starts > 1) [[unlikely]] {
      book_of_failures_.on(now, record);
    }
    if (!counts(live.job)) {
      return;
    }
    if (live.starts == 1) [[likely]] {
      const std::int64_t wait = live.wait().count();
      each(live.job, [wait](Tally& tally) { tally.wait.add(wait); });
      spread_.add(record.placement);
    }
  }
  void told(SimTime now, const SpeedChanged& record) { stints_.on(now, record); }
  void told(SimTime now, const Warned& record) {
    if (counts(record.job.job)) {
      ++yields_.warned;
      book_of_yields_.on(now, record);
    }
  }
  void told(SimTime now, const Preempted& record);
  void told(SimTime now, const Ended& record);
  void told(SimTime now, const LeftRunning& record);
  void told(SimTime now, const LeftWaiting& record) {
    if (counts(record.job.job)) {
      if (record.job.starts > 0) {
        gone(now, record.job, record.job.kept);
      }
      each(record.job.job, [](Tally& tally) { ++tally.jobs.pending_at_end; });
      ++waiting_[static_cast<std::size_t>(record.why)];
    }
  }

  void told(SimTime /*now*/, const Turned& /*record*/) {}
  void told(SimTime now, const FreeInPieces& record) {
    accounts_.free_is(now, record.unusable ? Loss::fragmentation : Loss::idle);
  }
  void told(SimTime now, const Failed& record) { book_of_failures_.on(now, record); }
  void told(SimTime /*now*/, const Hung& /*record*/) {}
  void told(SimTime now, const Evicted& record);
  void told(SimTime /*now*/, const Displaced& record) {
    forfeit(record.job, Loss::redone, record.undone);
    if (counts(record.job.job)) {
      each(record.job.job, [](Tally& tally) { ++tally.jobs.requeued; });
    }
  }
  void told(SimTime now, const NodeMoved& record) { book_of_failures_.on(now, record); }
  void told(SimTime now, const LeaseTold& record) { book_of_leases_.on(now, record); }

  void finish(SimTime now);
  [[nodiscard]] Summary summary() const;

 private:
  void forfeit(const LiveJob& live, Loss cause, Duration most = longest_duration);
  Accounts::Counted give_back(SimTime now, const LiveJob& live, const Placement& placement,
                              const Worked& work);
  void settle();
  void gone(SimTime now, const LiveJob& live, Duration work);
  // True when it has saved work since its last start, or done all.
  [[nodiscard]] static bool got_on(const LiveJob& live, const Worked& work) {
    return live.saved(work.length()) > live.kept || live.kept + work.all.work >= live.job.work;
  }

  [[nodiscard]] bool counts(const Job& job) const { return job.submit >= warm_up_; }

  // The tallies that the job belongs to. Those of groups first: a group that begins as a copy of
  // the tally of all jobs must not find this job in it already.
  template <class Change>
  void each(const Job& job, const Change& change) {
    for (Tally* tally :
         {tenants_.of(job.tenant), classes_.of(job.job_class), partitions_.of(job.partition)}) {
      if (tally != nullptr) {
        change(*tally);
      }
    }
    change(all_);
  }
  template <class Change>
  void submitted(SimTime now, const Job& job, const Change& change) {
    if (!counts(job)) {
      return;
    }
    first_submit_ = std::min(first_submit_, now);
    each(job, [&change](Tally& tally) {
      ++tally.jobs.submitted;
      change(tally);
    });
  }

  const Fleet& fleet_;
  SimTime warm_up_;
  Accounts accounts_;
  StintBook stints_;
  FailureBook book_of_failures_;
  LeaseBook book_of_leases_;
  LeaseNumbers leases_;
  Tally all_;
  Groups<TenantId> tenants_;
  Groups<ClassId> classes_;
  Groups<PartitionId> partitions_;
  Spread spread_;
  // By sequence, of jobs that were stopped and came back: GPU time that counts as kept so far.
  std::map<std::uint64_t, Int128> kept_;
  PreemptionBook book_of_yields_;
  PreemptionNumbers yields_;
  std::array<std::uint64_t, reason_names.size()> waiting_{};
  FailureNumbers failures_;
  std::map<std::string, std::uint64_t> rejections_;  // by why
  SimTime first_submit_ = never;
  SimTime last_end_ = SimTime::min();
  GpuTime gpu_time_;
  SimTime finished_ = never;
};

// What it held goes back to the free GPUs, in service or out of it.
Accounts::Counted SummarySink::Book::give_back(SimTime now, const LiveJob& live,
                                               const Placement& placement, const Worked& work) {
  const auto counted = accounts_.stopped(live.start, now, live.shape.total_gpu_milli(), work);
  book_of_failures_.gave_back(now, live, placement);
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
    forfeit(live, Loss::redone, record.stint.undone);
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
    forfeit(live, Loss::redone, record.stint.undone);
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
  if (!completed) {
    work.kept = Duration{};
    work.otherwise = Loss::timed_out;
  }
  if (live.failures > 0) {
    book_of_failures_.tried(live, got_on(live, work));
  }
  const auto counted = give_back(now, live, record.placement, work);
  if (live.starts > 1) {
    forfeit(live, Loss::timed_out, completed ? Duration{} : longest_duration);
    kept_.erase(live.sequence);
  }
  if (!counts(live.job)) {
    return;
  }
  last_end_ = now;
  const WallAndWork both = book_of_failures_.gone(now, live, live.kept + work.all.work);
  const Duration turnaround = now - live.job.submit;
  const Duration ran = std::min(live.kept + (now - live.start), turnaround);
  const std::int64_t slowdown = bounded_slowdown(turnaround - ran, ran);
  each(live.job, [&, slowdown](Tally& tally) {
    tally.jobs.completed += completed ? 1 : 0;
    tally.jobs.timed_out += completed ? 0 : 1;
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
  gpu_time_ = accounts_.finish(now);
  book_of_yields_.finish();
  settle();
  yields_.ended_in_time = book_of_yields_.ended_in_time();
  const JobCounts& jobs = all_.jobs;
  check(jobs.submitted == jobs.completed + jobs.failed + jobs.timed_out + jobs.cancelled +
                              jobs.rejected + jobs.running_at_end + jobs.pending_at_end,
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
                         std::uint32_t virtualization_ppm)
    : book_(std::make_unique<Book>(fleet, catalog, warm_up, virtualization_ppm)) {}

SummarySink::~SummarySink() = default;

void SummarySink::on(SimTime now, const Record& record) {
  std::visit([this, now](const auto& one) { book_->told(now, one); }, record);
}

void SummarySink::finish(SimTime now) { book_->finish(now); }

Summary SummarySink::summary() const { return book_->summary(); }

}  // namespace berth
