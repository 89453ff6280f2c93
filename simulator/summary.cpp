#include "simulator/summary.hpp"

#include <map>
#include <variant>

#include "simulator/summary_spread.hpp"
#include "simulator/summary_tally.hpp"

namespace berth {

class SummarySink::Book {
 public:
  Book(const Fleet& fleet, const Catalog& catalog, SimTime warm_up)
      : fleet_(fleet),
        warm_up_(warm_up),
        accounts_(fleet.gpus(), warm_up),
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
  }
  void told(SimTime /*now*/, const Promised& /*record*/) {}
  void told(SimTime now, const Started& record) {
    const LiveJob& live = record.job;
    accounts_.started(now, live.shape.total_gpus());
    if (!counts(live.job)) {
      return;
    }
    const std::int64_t wait = live.wait().count();
    each(live.job, [wait](Tally& tally) { tally.wait.add(wait); });
    spread_.add(record.placement);
  }
  void told(SimTime now, const SpeedChanged& record) {
    const Pace& pace = record.pace;
    if (pace.since() <= accounts_.from() && accounts_.from() < now) [[unlikely]] {
      worked_before_[record.job.sequence] = pace.worked(accounts_.from());
    }
  }
  void told(SimTime now, const Ended& record);
  void told(SimTime now, const LeftRunning& record);
  void told(SimTime /*now*/, const LeftWaiting& record) {
    if (counts(record.job.job)) {
      each(record.job.job, [](Tally& tally) { ++tally.jobs.pending_at_end; });
    }
  }

  void finish(SimTime now);
  [[nodiscard]] Summary summary() const;

 private:
  Duration behind(const LiveJob& live, const Pace* pace, SimTime now);
  Duration worked_before_window(const LiveJob& live, const Pace& pace);

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

// How much less than at full speed it did inside the window.
Duration SummarySink::Book::behind(const LiveJob& live, const Pace* pace, SimTime now) {
  const SimTime from = std::max(live.start, accounts_.from());
  if (pace == nullptr || now <= from) {
    return Duration{};
  }
  return (now - from) - (pace->worked(now) - worked_before_window(live, *pace));
}

void SummarySink::Book::told(SimTime now, const Ended& record) {
  const LiveJob& live = record.job;
  const bool completed = record.state == EndState::completed;
  const std::uint64_t gpus = live.shape.total_gpus();
  const Duration late = behind(live, record.pace, now);
  const Int128 held = completed ? accounts_.kept(live.start, now, gpus, late)
                                : accounts_.lost(Loss::timed_out, live.start, now, gpus, late);
  if (!counts(live.job)) {
    return;
  }
  last_end_ = now;
  const std::int64_t turnaround = (now - live.job.submit).count();
  const std::int64_t slowdown = bounded_slowdown(live.wait(), now - live.start);
  const Int128 network = Int128{gpus} * late.count();
  each(live.job, [=](Tally& tally) {
    tally.jobs.completed += completed ? 1 : 0;
    tally.jobs.timed_out += completed ? 0 : 1;
    tally.allocated += held;
    tally.network += network;
    tally.turnaround.add(turnaround);
    tally.slowdown.add(slowdown);
  });
}

void SummarySink::Book::told(SimTime now, const LeftRunning& record) {
  const LiveJob& live = record.job;
  const std::uint64_t gpus = live.shape.total_gpus();
  const Duration late = behind(live, record.pace, now);
  const Int128 held = accounts_.kept(live.start, now, gpus, late);
  const Int128 network = Int128{gpus} * late.count();
  if (counts(live.job)) {
    each(live.job, [=](Tally& tally) {
      ++tally.jobs.running_at_end;
      tally.allocated += held;
      tally.network += network;
    });
  }
}

void SummarySink::Book::finish(SimTime now) {
  finished_ = now;
  gpu_time_ = accounts_.finish(now);
  const JobCounts& jobs = all_.jobs;
  check(jobs.submitted == jobs.completed + jobs.timed_out + jobs.rejected + jobs.running_at_end +
                              jobs.pending_at_end,
        "every job that was submitted is accounted for");
}

Summary SummarySink::Book::summary() const {
  check(finished_ != never, "a summary is taken when the run is over");
  Summary summary;
  summary.simulated = finished_.time_since_epoch();
  summary.gpus = fleet_.gpus();
  summary.gpu_time = gpu_time_;
  summary.all = all_.numbers();
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
