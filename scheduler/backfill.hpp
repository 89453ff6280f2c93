// Who may overtake? When a job has to wait, a Backfill decides what is promised to it and lets
// later jobs start only where that promise holds. It keeps its promises from one pass to the next,
// so unlike the other parts of a policy it belongs to one run. One backfill is one file in
// scheduler/backfills/ and one line in the table of backfills.cpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/settings.hpp"
#include "scheduler/listener.hpp"
#include "scheduler/order.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/reason.hpp"
#include "scheduler/request.hpp"
#include "scheduler/view.hpp"

namespace berth {

// To whom something is promised: nobody (then nobody overtakes), the first job that waits, every
// job that waits, or those that a cycle tests from time to time.
enum class Holds { nobody, head, everyone, tested };

// How jobs start from the head of the queue, before anybody overtakes: so many are tried, and one
// that has no room blocks all behind it, or those in its partition.
struct MainLoop {
  std::size_t depth = std::numeric_limits<std::size_t>::max();
  std::size_t partition_depth = std::numeric_limits<std::size_t>::max();  // of them, in each
  enum class Blocks { queue, partition };
  Blocks blocks = Blocks::queue;
};

// What is left beside the promises: a job may overtake only when it ends by `until` or takes at
// most `spare_gpus`. Necessary, not sufficient: it spares the questions that would be in vain.
struct Gap {
  SimTime until = never;
  std::uint64_t spare_gpus = std::numeric_limits<std::uint64_t>::max();
  [[nodiscard]] bool admits(SimTime end, std::uint64_t gpus) const {
    return end <= until || gpus <= spare_gpus;
  }
};

// A placement to start with now, or why not.
struct Attempt {
  std::optional<Placement> placement;
  Reason reason = Reason::resources;
};

class Backfill {
 public:
  virtual ~Backfill() = default;
  [[nodiscard]] virtual Holds holds() const = 0;
  // The order in which later jobs try to overtake; null: the order of the queue.
  [[nodiscard]] virtual const JobOrder* scan_order() const { return nullptr; }

  virtual void begin_run(const RunContext& context) { placer_ = &context.placer; }

  // --- what it is told --------------------------------------------------------------------------
  virtual void joined(const Request& /*request*/, SimTime /*now*/) {}  // the queue
  virtual void started(const Request& /*request*/, const Placement& /*placement*/,
                       SimTime /*now*/) {}
  virtual void ended(const Request& /*request*/, SimTime /*now*/) {}
  // A node closed for newcomers, for nobody knows how long, or opened again.
  virtual void turned(NodeId /*node*/, bool /*open*/) {}
  // A waiting job leaves the queue, or may not start for now whatever is free: nothing is promised
  // to it any more.
  virtual void passed_by(const Request& /*request*/, SimTime /*now*/) {}
  // A pass over the queue from its head begins: earlier holds are up for review. Jobs that run
  // past their expected end are expected to end later; whoever was promised their place is promised
  // another.
  virtual void begin_pass(SimTime /*now*/) {}

  // --- what it is asked -------------------------------------------------------------------------
  // A placement with which the job may start now without breaking a promise.
  virtual Attempt attempt(const Request& request, const View& view) {
    return {placer_->place(request, view), Reason::resources};
  }
  // The job has to wait: promise it its earliest start, and return that; `never` when it is
  // promised one in the next pass only.
  virtual SimTime hold(const Request& /*request*/, const View& /*view*/) { return never; }
  [[nodiscard]] virtual Gap gap() { return {}; }
  // Why a job waits that a pass does not try.
  [[nodiscard]] virtual Reason untried() const { return Reason::priority; }
  // True when a running job should have ended by now: the whole queue is to be planned anew.
  [[nodiscard]] virtual bool overrun(SimTime /*now*/) const { return false; }
  // When a promise falls due that no end of a job announces.
  [[nodiscard]] virtual std::optional<SimTime> wake_at() const { return std::nullopt; }

  // --- of the main loop, and of cycles ----------------------------------------------------------
  // A pass goes through the queue, in which so many jobs wait.
  virtual MainLoop main_loop(SimTime /*now*/, std::size_t /*waiting*/) { return {}; }
  // True when this pass ends with a cycle: after begin_cycle() the jobs that wait are attempted
  // again in the order of the queue, or held, as long as tests_more().
  [[nodiscard]] virtual bool cycle_due(SimTime /*now*/) const { return false; }
  virtual void begin_cycle(SimTime /*now*/) {}
  [[nodiscard]] virtual bool tests_more() const { return false; }

  // --- where everyone holds a promise: whom a pass need not look at -----------------------------
  // Those whose promise falls due by `now`.
  [[nodiscard]] virtual std::vector<JobId> due(SimTime /*now*/) const { return {}; }
  // True when promises may change in this pass; then those that may are concerned.
  [[nodiscard]] virtual bool reviews() const { return false; }
  [[nodiscard]] virtual bool concerns(JobId /*job*/) const { return false; }

 protected:
  [[nodiscard]] const Placer& placer() const { return *placer_; }

 private:
  const Placer* placer_ = nullptr;
};

// True when it finds slots in what will be free when, by GPUs, CPU and memory alone.
inline bool promises_slots(const Backfill& backfill) {
  return backfill.holds() == Holds::everyone || backfill.holds() == Holds::tested;
}

std::unique_ptr<Backfill> make_backfill(Setting setting);  // NAME or {kind: NAME, key: value}
std::vector<std::string_view> backfill_names();
std::string_view backfill_summary(std::string_view name);  // what it does, in a line

// Nobody overtakes.
std::unique_ptr<Backfill> no_backfill();
// Everybody tries in order; nothing is promised to anybody.
std::unique_ptr<Backfill> best_effort();
// Only the first waiting job gets a reservation, at its shadow time; later ones start when they
// end by then or leave it enough (Lifka 1995, Mu'alem and Feitelson 2001). `scan` is the order in
// which they try: shortest_estimate makes it SJBF.
std::unique_ptr<Backfill> easy(std::unique_ptr<JobOrder> scan);
// As Slurm's sched/backfill, with its options and their defaults; a limit of 0 is none.
struct SlurmBackfill {
  Duration interval = std::chrono::seconds(30);    // bf_interval: between two cycles
  std::size_t max_job_test = 100;                  // bf_max_job_test: jobs that a cycle tests
  std::size_t max_job_user = 0;                    // bf_max_job_user: of them, of one user
  std::size_t max_job_part = 0;                    // bf_max_job_part: ... of one partition
  std::size_t max_job_user_part = 0;               // bf_max_job_user_part: ... of one user in one
  std::size_t max_job_start = 0;                   // bf_max_job_start: how many a cycle starts
  std::size_t job_part_count_reserve = 0;          // bf_job_part_count_reserve: who reserve in one
  Duration window = std::chrono::minutes(1440);    // bf_window: no reservation starts later
  Duration resolution = std::chrono::seconds(60);  // bf_resolution: of reservations
  std::size_t default_queue_depth = 100;           // jobs that the main loop tries on an event
  std::size_t partition_job_depth = 0;             // ... in each partition, on an event or not
  Duration sched_interval = std::chrono::seconds(60);  // between main loops over the whole queue
};
std::unique_ptr<Backfill> slurm_backfill(const SlurmBackfill& options);
// Every waiting job holds a slot, the earliest when it came; when a job ends early all slots move
// up in the order of the queue (compression), none ever moves back.
std::unique_ptr<Backfill> conservative();

}  // namespace berth
