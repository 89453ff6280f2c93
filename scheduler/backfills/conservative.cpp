#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "scheduler/backfill.hpp"
#include "scheduler/overrun.hpp"
#include "scheduler/profile.hpp"

namespace berth {
namespace {

// Variant, for comparison with others: a job is inserted at its earliest slot when it comes; after
// an early end each waiting job in the order of the queue gives up its slot and takes the earliest
// again with all other slots in place, so that none moves back. When a job runs past its slot, the
// slot is made longer and everybody waiting is promised anew: only then may slots move back.
class Conservative final : public Backfill {
 public:
  [[nodiscard]] Holds holds() const override { return Holds::everyone; }
  [[nodiscard]] bool minds_drains() const override { return false; }

  void begin_run(const RunContext& context) override {
    Backfill::begin_run(context);
    profile_.emplace(context.fleet, context.placer);
  }
  void begin_pass(SimTime now) override {
    if (overrun(now)) {
      expect_longer(now);
    }
    compressing_ = ended_early_;
    ended_early_ = false;
    broken_at_.reset();
  }

  Attempt attempt(const Request& request, const View& view) override {
    if (broken_at_) {
      return {std::nullopt, Reason::reservation};
    }
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
    const Held& held = slot_of(request.id);
    return held.promised ? held.slot.start : never;
  }

  void started(const Request& request, const Placement& placement, SimTime now) override {
    Held& held = slot_of(request.id);
    if (held.promised && held.slot.start > now) {
      break_in(request, placement, now);
    }
    check(held.promised && held.slot.start == now, "a job starts in its slot");
    held.promised = false;
    if (profile_->counts()) {
      held.slot.placement = placement;
    }
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), request.id));
    running_.emplace(held.slot.end, request.id);
  }
  void ended(const Request& request, SimTime now) override {
    Held& held = slot_of(request.id);
    running_.erase({held.slot.end, request.id});
    if (now < held.slot.end) {
      profile_->advance(now);
      profile_->give_back(request.shape, held.slot, now);
      ended_early_ = true;
    }
    forget(held.slot.placement);
  }
  [[nodiscard]] bool overrun(SimTime now) const override {
    return !running_.empty() && running_.begin()->first <= now;
  }
  [[nodiscard]] std::optional<SimTime> wake_at() const override {
    std::optional<SimTime> first = broken_at_;
    for (const JobId job : waiting_) {
      const SimTime start = held_[job.index()].slot.start;
      first = first ? std::min(*first, start) : start;
    }
    return first;
  }

 private:
  struct Held {
    bool promised = false;
    Shape shape;
    Slot slot;
  };

  Held& slot_of(JobId job) {
    if (job.index() >= held_.size()) {
      held_.resize(job.index() + 1);
    }
    return held_[job.index()];
  }
  void promise(const Request& request, const View& view, Held& held) {
    if (request.shape.gpu_milli > 0 && profile_->counts()) {
      name_gpus(view);
    }
    if (held.promised) {
      profile_->give_back(request.shape, held.slot, held.slot.start);
    } else {
      held.promised = true;
      held.shape = request.shape;
      waiting_.push_back(request.id);
    }
    held.slot = profile_->earliest(request, view.run);
    profile_->take(request.shape, held.slot);
  }

  // The first share: from now on GPUs have names. Who runs keeps those it has, and the slots of
  // those who wait keep their times: in order of their starts each finds enough GPUs that are free
  // to its end, for nobody who starts later has any yet.
  void name_gpus(const View& view) {
    profile_.emplace(view.free.fleet(), placer(), Profile::Naming::always);
    profile_->advance(view.now);
    for (const auto& [end, job] : running_) {
      const Held& held = held_[job.index()];
      profile_->take(held.shape, {view.now, end, held.slot.placement});
    }
    std::vector<JobId> waiting = waiting_;
    std::ranges::stable_sort(waiting, {}, [this](JobId job) { return slot_of(job).slot.start; });
    for (const JobId job : waiting) {
      Held& held = slot_of(job);
      Request request;
      request.shape = held.shape;
      request.estimate = held.slot.end - held.slot.start;
      held.slot = profile_->at(held.slot.start, request, view.run);
      profile_->take(held.shape, held.slot);
    }
  }

  // Others yield to it, and it starts where and when nobody had promised it to. Everybody that
  // waits is promised anew, in order, in a pass that follows at once.
  void break_in(const Request& request, const Placement& placement, SimTime now) {
    withdraw(now);
    Held& held = slot_of(request.id);
    const SimTime end = after(now, std::max(request.estimate, Duration(1)));
    held.slot = {now, end, profile_->counts() ? Placement{} : placement};
    held.shape = request.shape;
    held.promised = true;
    waiting_.push_back(request.id);
    profile_->take(request.shape, held.slot);
    broken_at_ = now;
  }

  // Nobody that waits keeps a slot.
  void withdraw(SimTime now) {
    profile_->advance(now);
    for (const JobId job : waiting_) {
      Held& held = slot_of(job);
      profile_->give_back(held.shape, held.slot, std::max(now, held.slot.start));
      held.promised = false;
    }
    waiting_.clear();
  }

  // A slot that waits may be that of a job that has not ended after all.
  void expect_longer(SimTime now) {
    withdraw(now);
    while (overrun(now)) {
      const JobId job = running_.extract(running_.begin()).value().second;
      Held& held = slot_of(job);
      const SimTime end = expected_again(held.slot.start, now);
      profile_->take(held.shape, {now, end, held.slot.placement});
      held.slot.end = end;
      running_.emplace(end, job);
    }
  }

  std::optional<Profile> profile_;
  std::vector<Held> held_;                       // by job, waiting or running
  std::vector<JobId> waiting_;                   // those that hold a promise
  std::set<std::pair<SimTime, JobId>> running_;  // by the end of their slots
  bool ended_early_ = false;
  bool compressing_ = false;
  std::optional<SimTime> broken_at_;  // no promise is good until the next pass
};

}  // namespace

std::unique_ptr<Backfill> conservative() { return std::make_unique<Conservative>(); }

}  // namespace berth
