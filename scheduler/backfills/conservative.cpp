#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "scheduler/backfill.hpp"
#include "scheduler/profile.hpp"

namespace berth {
namespace {

// Variant, for comparison with others: a job is inserted at its earliest slot when it comes; after
// an early end each waiting job in the order of the queue gives up its slot and takes the earliest
// again with all other slots in place, so that none moves back.
class Conservative final : public Backfill {
 public:
  [[nodiscard]] Holds holds() const override { return Holds::everyone; }

  void begin_run(const Fleet& fleet, const Placer& placer) override {
    Backfill::begin_run(fleet, placer);
    profile_.emplace(fleet, placer);
  }
  void begin_pass(SimTime /*now*/) override {
    compressing_ = ended_early_;
    ended_early_ = false;
  }

  Attempt attempt(const Request& request, const View& view) override {
    profile_->advance(view.now);
    Held& held = slot_of(request.id);
    if (!held.promised || (compressing_ && held.slot.start > view.now)) {
      promise(request, view, held);
    }
    if (held.slot.start > view.now) {
      const bool fits_now = placer().fits(request, view);
      return {std::nullopt, fits_now ? Reason::reservation : Reason::resources};
    }
    if (profile_->counts()) {
      Attempt attempt{placer().place(request, view), Reason::resources};
      check(attempt.placement.has_value(), "what was promised is free when it falls due");
      return attempt;
    }
    return {held.slot.placement, Reason::resources};
  }
  SimTime hold(const Request& request, const View& /*view*/) override {
    return slot_of(request.id).slot.start;
  }

  void started(const Request& request, const Placement& /*placement*/, SimTime now) override {
    Held& held = slot_of(request.id);
    check(held.promised && held.slot.start == now, "a job starts in its slot");
    held.promised = false;
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), request.id));
  }
  void ended(const Request& request, SimTime now) override {
    Held& held = slot_of(request.id);
    if (now < held.slot.end) {
      profile_->advance(now);
      profile_->give_back(request.shape, held.slot, now);
      ended_early_ = true;
    }
    forget(held.slot.placement);
  }
  [[nodiscard]] std::optional<SimTime> wake_at() const override {
    std::optional<SimTime> first;
    for (const JobId job : waiting_) {
      const SimTime start = held_[job.index()].slot.start;
      first = first ? std::min(*first, start) : start;
    }
    return first;
  }

 private:
  struct Held {
    bool promised = false;
    Slot slot;
  };

  Held& slot_of(JobId job) {
    if (job.index() >= held_.size()) {
      held_.resize(job.index() + 1);
    }
    return held_[job.index()];
  }
  void promise(const Request& request, const View& view, Held& held) {
    if (held.promised) {
      profile_->give_back(request.shape, held.slot, held.slot.start);
    } else {
      held.promised = true;
      waiting_.push_back(request.id);
    }
    held.slot = profile_->earliest(request, view.run);
    profile_->take(request.shape, held.slot);
  }

  std::optional<Profile> profile_;
  std::vector<Held> held_;      // by job, waiting or running
  std::vector<JobId> waiting_;  // those that hold a promise
  bool ended_early_ = false;
  bool compressing_ = false;
};

}  // namespace

std::unique_ptr<Backfill> conservative() { return std::make_unique<Conservative>(); }

}  // namespace berth
