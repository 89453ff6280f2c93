// What a run comes down to: plain numbers, ready to be printed or compared. Filled by a sink that
// holds only sums and sketches, so that memory does not grow with the number of jobs.
//
// Jobs submitted before the warm-up are left out of all job numbers (not out of the GPU time, see
// accounts.hpp). Waits are of jobs that started; turnaround and slowdown of jobs that ended.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "scheduler/reason.hpp"
#include "scheduler/scheduler.hpp"
#include "simulator/accounts.hpp"
#include "simulator/allocator/lease_numbers.hpp"
#include "simulator/failure_numbers.hpp"
#include "simulator/failures/active_tests.hpp"
#include "simulator/records.hpp"
#include "topology/fleet.hpp"
#include "workloads/catalog.hpp"

namespace berth {

// Of a stream of values: the mean is exact, quantiles as QuantileSketch gives them.
struct Statistics {
  double mean = 0;
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};

// submitted = completed + failed + timed_out + cancelled + user_failed + user_cancelled + rejected
// + running_at_end + pending_at_end; failed are those that were given up after failures, cancelled
// those that others took the place of. A job counts as preempted
// each time that it had to yield, and as requeued each time that it then began to wait again
// without its GPUs.
struct JobCounts {
  std::uint64_t submitted = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t user_failed = 0;     // by themselves
  std::uint64_t user_cancelled = 0;  // by their users
  std::uint64_t rejected = 0;
  std::uint64_t preempted = 0;
  std::uint64_t requeued = 0;
  std::uint64_t running_at_end = 0;
  std::uint64_t pending_at_end = 0;
};

// Of all jobs, or of those of one tenant, class or partition. Nothing: no job to speak of.
struct JobNumbers {
  JobCounts jobs;
  Int128 allocated = 0;  // GPU time held inside the window
  Int128 network = 0;    // of those lost to the network
  std::uint64_t interruptions = 0;
  WallAndWork wall_and_work{};
  std::optional<Statistics> wait_s;
  std::optional<Statistics> turnaround_s;
  // (wait + run) / run with runs counted as 10 s at least, and never below 1.
  std::optional<Statistics> bounded_slowdown;
};

// Of all times that jobs had to yield (but those submitted before the warm-up).
struct PreemptionNumbers {
  std::uint64_t count = 0;
  std::array<std::uint64_t, 3> by_mode{};  // as Yield
  std::uint64_t warned = 0;                // they had a grace, and were told
  std::uint64_t ended_in_time = 0;         // of those, who ended by themselves
  Int128 destroyed = 0;                    // GPU time of work to be done again, or in vain
  std::uint64_t freed_gpus = 0;            // in all, each time
  std::uint64_t freed_unused = 0;          // of those, what the other did not take when it started
};

struct NamedNumbers {
  std::string name;
  JobNumbers numbers;
};

// Domains of one level that a job spans. Of jobs on more than one node: the others span one of each
// level whatever a placer does, and would only hide the difference between placers.
struct LevelSpread {
  std::string level;
  Statistics domains;
};

struct Summary {
  std::string config;  // the caller's to fill, like the next four: a sink is not told
  std::uint64_t seed = 0;
  std::uint64_t events = 0;
  SchedulerCounts scheduler;
  bool network = false;     // it was modelled
  bool preemption = false;  // jobs could be stopped for others
  bool failures = false;    // something could fail

  Duration simulated{};
  std::uint64_t gpus = 0;
  GpuTime gpu_time;
  JobNumbers all;
  PreemptionNumbers preemptions;
  std::array<std::uint64_t, reason_names.size()> waiting_at_end{};  // by Reason
  FailureNumbers interruptions;
  // Why jobs were rejected, and how many; the limit's name where one is to blame.
  std::vector<std::pair<std::string, std::uint64_t>> rejections;
  LeaseNumbers leases;               // none where nobody leases nodes
  std::optional<Duration> makespan;  // from the first submission to the last end
  // In order of id; empty where the run has no more than one.
  std::vector<NamedNumbers> by_tenant;
  std::vector<NamedNumbers> by_class;
  std::vector<NamedNumbers> by_partition;
  std::uint64_t multi_node_jobs = 0;  // that started
  std::optional<Statistics> nodes_spanned;
  std::vector<LevelSpread> spread;  // outermost level first; empty without such jobs
};

class SummarySink final : public Sink {
 public:
  // Both outlive it. `tests`: of idle nodes, where there are any.
  SummarySink(const Fleet& fleet, const Catalog& catalog, SimTime warm_up = SimTime{},
              std::uint32_t virtualization_ppm = 0, std::optional<ActiveTests> tests = {});
  ~SummarySink() override;
  SummarySink(const SummarySink&) = delete;
  SummarySink& operator=(const SummarySink&) = delete;

  void on(SimTime now, const Record& record) override;
  void finish(SimTime now) override;

  // REQUIRES: the run is over.
  [[nodiscard]] Summary summary() const;

 private:
  class Book;
  std::unique_ptr<Book> book_;
};

}  // namespace berth
