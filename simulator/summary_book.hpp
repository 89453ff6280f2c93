// The books that a summary is made of, kept record by record.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "cluster/gpu_shares.hpp"
#include "simulator/failure_book.hpp"
#include "simulator/gpu_time.hpp"
#include "simulator/idle_tests.hpp"
#include "simulator/preemption_book.hpp"
#include "simulator/stint_book.hpp"
#include "simulator/summary.hpp"
#include "simulator/summary_spread.hpp"
#include "simulator/summary_tally.hpp"

namespace berth {

class SummarySink::Book {
 public:
  Book(const Fleet& fleet, const Catalog& catalog, SimTime warm_up, std::uint32_t virtualization,
       const std::optional<ActiveTests>& tests)
      : fleet_(fleet),
        warm_up_(warm_up),
        accounts_(gpu_milli_all * fleet.gpus(), warm_up, virtualization),
        stints_(accounts_),
        book_of_failures_(fleet, accounts_),
        tenants_(catalog.tenants, all_),
        classes_(catalog.classes, all_),
        partitions_(catalog.partitions, all_),
        spread_(fleet) {
    if (tests) {
      tests_.emplace(fleet, *tests, accounts_);
    }
  }

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
    book_of_failures_.takes(now, live, record.placement);
    accounts_.started(now, live.shape.total_gpu_milli());
    if (live.shape.alone > 0) [[unlikely]] {
      keeps(now, live, record.placement);
    }
    if (tests_) {
      tests_->took(now, record.placement);
    }
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
    if (record.nodes != nullptr) {
      if (tests_) {
        tests_->in_pieces(now, *record.nodes);
      }
      accounts_.in_pieces(now, record.gpu_milli);
      return;
    }
    if (tests_) {
      tests_->settle(now);
    }
    accounts_.free_is(now, record.unusable ? Loss::fragmentation : Loss::idle);
  }
  void told(SimTime now, const Failed& record) { book_of_failures_.on(now, record); }
  void told(SimTime /*now*/, const Hung& /*record*/) {}
  void told(SimTime now, const Evicted& record);
  void told(SimTime /*now*/, const Displaced& record) {
    forfeit(record.job, Loss::redone, right_part(record.job, record.undone));
    if (counts(record.job.job) && record.suspended) {
      each(record.job.job, [](Tally& tally) { ++tally.jobs.requeued; });
    }
  }
  void told(SimTime now, const NodeMoved& record) {
    book_of_failures_.on(now, record);
    if (tests_) {
      tests_->moved(now, record.node, record.to);
    }
  }
  void told(SimTime /*now*/, const Corrupted& /*record*/) {}
  void told(SimTime now, const Found& record) { book_of_failures_.on(now, record); }
  void told(SimTime now, const Alarmed& record) { book_of_failures_.on(now, record); }
  void told(SimTime now, const Averted& record) { book_of_failures_.on(now, record); }
  void told(SimTime now, const Mended& record) { book_of_failures_.on(now, record); }
  void told(SimTime now, const GivenUp& record) { book_of_failures_.on(now, record); }
  void told(SimTime /*now*/, const LinkMended& /*record*/) {}
  void told(SimTime now, const UpgradeTold& record) { book_of_failures_.on(now, record); }
  void told(SimTime now, const LeaseTold& record) { book_of_leases_.on(now, record); }

  void finish(SimTime now);
  [[nodiscard]] Summary summary() const;

 private:
  // Of so much of the work that it kept, taken from its end, what was right.
  static Duration right_part(const LiveJob& live, Duration undone) {
    const Duration right = std::min(live.kept, live.right);
    return right - std::min(right, live.kept - undone);
  }
  void forfeit(const LiveJob& live, Loss cause, Duration most = longest_duration);
  void keeps(SimTime now, const LiveJob& live, const Placement& placement);
  void lets_go(SimTime now, const LiveJob& live, const Placement& placement);
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
  std::optional<IdleTests> tests_;
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

}  // namespace berth
