#include "simulator/summary.hpp"

#include <map>
#include <string>
#include <variant>

#include "cluster/gpu_shares.hpp"
#include "simulator/gpu_time.hpp"
#include "simulator/preemption_book.hpp"
#include "simulator/summary_spread.hpp"
#include "simulator/summary_tally.hpp"

namespace berth {

class SummarySink::Book {
 public:
  Book(const Fleet& fleet, const Catalog& catalog, SimTime warm_up)
      : fleet_(fleet),
        warm_up_(warm_up),
        accounts_(gpu_milli_all * fleet.gpus(), warm_up),
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
    if (!counts(live.job)) {
      return;
    }
    if (live.starts == 1) [[likely]] {
      const std::int64_t wait = live.wait().count();
      each(live.job, [wait](Tally& tally) { tally.wait.add(wait); });
      spread_.add(record.placement);
    }
  }
  void told(SimTime now, const SpeedChanged& record) {
    const Pace& pace = record.pace;
    if (pace.since() <= accounts_.from() && accounts_.from() < now) [[unlikely]] {
      worked_before_[record.job.sequence] = pace.worked(accounts_.from());
    }
  }
  void told(SimTime now, const Warned& record) {
    if (counts(record.job.job)) {
      ++yields_.warned;
      book_of_yields_.on(now, record);
    }
  }
  void told(SimTime now, const Preempted& record);
  void told(SimTime now, const Ended& record);
  void told(SimTime now, const LeftRunning& record);
  void told(SimTime /*now*/, const LeftWaiting& record) {
    if (counts(record.job.job)) {
      each(record.job.job, [](Tally& tally) { ++tally.jobs.pending_at_end; });
    }
  }

  void told(SimTime /*now*/, const Turned& /*record*/) {}

  void finish(SimTime now);
  [[nodiscard]] Summary summary() const;

 private:
  Worked worked(const LiveJob& live, const Pace* pace, SimTime now);
  Duration worked_before_window(const LiveJob& live, const Pace& pace);
  void forfeit(const LiveJob& live, Loss cause, Duration most = longest_duration);
  void keep(const LiveJob& live, Int128 gpu_time);
  void settle();

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
  Tally all_;
  Groups<TenantId> tenants_;
  Groups<ClassId> classes_;
  Groups<PartitionId> partitions_;
  Spread spread_;
  // By sequence, of jobs that ran into the window and then changed their speed: what they had done.
  std::map<std::uint64_t, Duration> worked_before_;
  // By sequence, of jobs that were stopped and came back: GPU time that counts as kept so far.
  std::map<std::uint64_t, Int128> kept_;
  PreemptionBook book_of_yields_;
  PreemptionNumbers yields_;
  std::map<std::string, std::uint64_t> rejections_;  // by why
  SimTime first_submit_ = never;
  SimTime last_end_ = SimTime::min();
  GpuTime gpu_time_;
  SimTime finished_ = never;
};

Duration SummarySink::Book::worked_before_window(const LiveJob& live, const Pace& pace) {
  const SimTime from = accounts_.from();
  if (live.start >= from) [[likely]] {
    return Duration{};
  }
  if (pace.since() <= from) {
    return pace.worked(from);
  }
  const auto found = worked_before_.extract(live.sequence);
  check(!found.empty(), "what a job did before the window was noted when its speed changed");
  return found.mapped();
}

// What it did since its last start; of that, whatever comes after starting up is kept, unless the
// caller knows better.
Worked SummarySink::Book::worked(const LiveJob& live, const Pace* pace, SimTime now) {
  Worked worked;
  worked.all = pace != nullptr ? pace->worked(now) : now - live.start;
  worked.before = pace != nullptr
                      ? worked_before_window(live, *pace)
                      : std::clamp(accounts_.from() - live.start, Duration{}, worked.all);
  worked.startup = std::min(worked.all, live.startup);
  worked.kept = worked.all - worked.startup;
  return worked;
}

void SummarySink::Book::keep(const LiveJob& live, Int128 gpu_time) {
  kept_[live.sequence] += gpu_time;
}

// Its work of earlier starts is lost after all, the latest first, `most` of it.
void SummarySink::Book::forfeit(const LiveJob& live, Loss cause, Duration most) {
  const auto found = kept_.find(live.sequence);
  if (found == kept_.end()) {
    return;
  }
  const Int128 lost = std::min(found->second, berth::gpu_time(live.shape.total_gpu_milli(), most));
  accounts_.forfeit(cause, lost);
  found->second -= lost;
}

void SummarySink::Book::told(SimTime now, const Preempted& record) {
  const LiveJob& live = record.job;
  const bool cancelled = record.how == Yield::cancel;
  Worked work = worked(live, record.pace, now);
  work.kept = record.stint.kept;
  work.otherwise = cancelled ? Loss::preempted : Loss::redone;
  const auto counted = accounts_.stopped(live.start, now, live.shape.total_gpu_milli(), work);
  keep(live, counted.kept);
  if (cancelled) {
    forfeit(live, Loss::preempted);
    kept_.erase(live.sequence);
  } else {
    forfeit(live, Loss::redone, record.stint.undone);
  }
  if (!counts(live.job)) {
    return;
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
  Worked work = worked(live, record.pace, now);
  if (!completed) {
    work.kept = Duration{};
    work.otherwise = Loss::timed_out;
  }
  const auto counted = accounts_.stopped(live.start, now, live.shape.total_gpu_milli(), work);
  if (live.starts > 1) {
    forfeit(live, Loss::timed_out, completed ? Duration{} : longest_duration);
    kept_.erase(live.sequence);
  }
  if (!counts(live.job)) {
    return;
  }
  last_end_ = now;
  const Duration turnaround = now - live.job.submit;
  const Duration ran = live.kept + (now - live.start);
  const std::int64_t slowdown = bounded_slowdown(turnaround - ran, ran);
  each(live.job, [&, slowdown](Tally& tally) {
    tally.jobs.completed += completed ? 1 : 0;
    tally.jobs.timed_out += completed ? 0 : 1;
    tally.allocated += counted.held;
    tally.network += counted.network;
    tally.turnaround.add(turnaround.count());
    tally.slowdown.add(slowdown);
  });
}

void SummarySink::Book::told(SimTime now, const LeftRunning& record) {
  const LiveJob& live = record.job;
  const auto counted = accounts_.stopped(live.start, now, live.shape.total_gpu_milli(),
                                         worked(live, record.pace, now));
  if (counts(live.job)) {
    each(live.job, [&](Tally& tally) {
      ++tally.jobs.running_at_end;
      tally.allocated += counted.held;
      tally.network += counted.network;
    });
  }
}

void SummarySink::Book::finish(SimTime now) {
  finished_ = now;
  gpu_time_ = accounts_.finish(now);
  book_of_yields_.finish();
  settle();
  yields_.ended_in_time = book_of_yields_.ended_in_time();
  const JobCounts& jobs = all_.jobs;
  check(jobs.submitted == jobs.completed + jobs.timed_out + jobs.cancelled + jobs.rejected +
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
  summary.rejections.assign(rejections_.begin(), rejections_.end());
  if (last_end_ >= first_submit_) {
    summary.makespan = last_end_ - first_submit_;
  }
  summary.by_tenant = tenants_.numbers();
  summary.by_class = classes_.numbers();
  summary.by_partition = partitions_.numbers();
  spread_.report(summary);
  return summary;
}

SummarySink::SummarySink(const Fleet& fleet, const Catalog& catalog, SimTime warm_up)
    : book_(std::make_unique<Book>(fleet, catalog, warm_up)) {}

SummarySink::~SummarySink() = default;

void SummarySink::on(SimTime now, const Record& record) {
  std::visit([this, now](const auto& one) { book_->told(now, one); }, record);
}

void SummarySink::finish(SimTime now) { book_->finish(now); }

Summary SummarySink::summary() const { return book_->summary(); }

}  // namespace berth
