// Who may overtake? When a job has to wait, a Backfill decides what is promised to it and lets
// later jobs start only where that promise holds. It keeps its promises from one pass to the next,
// so unlike the other parts of a policy it belongs to one run. One backfill is one file in
// scheduler/backfills/ and one line in the table of backfills.cpp.
#pragma once

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

// To whom something is promised: nobody (then nobody overtakes), the first job that waits, or
// every job that waits.
enum class Holds { nobody, head, everyone };

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
  // False when what it promised stays so though nodes close: then there must be no drains.
  [[nodiscard]] virtual bool minds_drains() const { return true; }
  // The order in which later jobs try to overtake; null: the order of the queue.
  [[nodiscard]] virtual const JobOrder* scan_order() const { return nullptr; }

  virtual void begin_run(const RunContext& context) { placer_ = &context.placer; }

  // --- what it is told --------------------------------------------------------------------------
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
  // True when a running job should have ended by now: the whole queue is to be planned anew.
  [[nodiscard]] virtual bool overrun(SimTime /*now*/) const { return false; }
  // When a promise falls due that no end of a job announces.
  [[nodiscard]] virtual std::optional<SimTime> wake_at() const { return std::nullopt; }

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
// Every waiting job holds a slot, the earliest when it came; when a job ends early all slots move
// up in the order of the queue (compression), none ever moves back.
std::unique_ptr<Backfill> conservative();

}  // namespace berth
