#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "scheduler/backfill.hpp"
#include "scheduler/openings.hpp"
#include "scheduler/overrun.hpp"
#include "scheduler/profile.hpp"
#include "scheduler/reach.hpp"

namespace berth {
namespace {

// Variant, for comparison with others: a job is inserted at its earliest slot when it comes; after
// an early end each waiting job in the order of the queue gives up its slot for the earliest one,
// with all other slots in place, if that is earlier: none moves back. Everybody waiting is promised
// anew, and slots may move back, when a job runs past its slot, which is made longer, or when one
// starts outside of its slot, as others had to yield to it; who is promised a node that closes is
// promised anew alone.
class Conservative final : public Backfill {
 public:
  [[nodiscard]] Holds holds() const override { return Holds::everyone; }

  void begin_run(const RunContext& context) override {
    Backfill::begin_run(context);
    fleet_ = &context.fleet;
    run_ = context.run;
    reach_.emplace(context);
    begin_profile(reach_->changes() ? Profile::Naming::always : Profile::Naming::as_needed);
  }
  void begin_pass(SimTime now) override {
    profile_->advance(now);
    if (overrun(now)) {
      expect_longer(now);
    }
    compressing_ = std::exchange(ended_early_, false);
    if (compressing_) {
      openings_->begin_round();
    }
    broken_at_.reset();
  }

  Attempt attempt(const Request& request, const View& view) override {
    if (broken_at_) {
      return {std::nullopt, Reason::reservation};
    }
    profile_->advance(view.now);
    if (profile_->counts() && (request.shape.gpu_milli > 0 || request.scope != all_nodes)) {
      name_gpus(view.now);
    }
    Held& held = slot_of(request.id);
    if (held.promised && held.slot.start < view.now) {
      withdraw(request.id, held);  // it could not start when it was due
    }
    if (!held.promised) {
      promise(request, view, held);
    } else if (compressing_ && held.slot.start > view.now) {
      move_up(request, view, held);
    }
    if (!held.promised || held.slot.start > view.now) {
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
    if (held.promised && held.slot.start == now) {
      unpromise(request.id, held);
      held.slot.placement = placement;
    } else {
      break_in(request, placement, now);
    }
    running_.emplace(held.slot.end, request.id);
  }
  void ended(const Request& request, SimTime now) override {
    Held& held = slot_of(request.id);
    running_.erase({held.slot.end, request.id});
    if (now < held.slot.end) {
      profile_->advance(now);
      profile_->give_back(request.shape, held.slot, now);
      openings_->given_back(now, held.slot.end);
      ended_early_ = true;
    }
    forget(held.slot.placement);
  }
  void passed_by(const Request& request, SimTime now) override {
    if (Held& held = slot_of(request.id); held.promised) {
      profile_->advance(now);
      withdraw(request.id, held);
      ended_early_ = true;
    }
  }

  // Who was promised a node that closes is promised another start, beside all other slots; when it
  // opens, everybody may move up.
  void turned(NodeId node, bool open) override {
    if (profile_->counts()) {
      name_gpus(profile_->now());
    }
    reach_->turned(node, open);
    if (open) {
      openings_->given_back(profile_->now(), never);
    } else {
      withdraw_from(node);
    }
    ended_early_ = true;
  }

  [[nodiscard]] bool overrun(SimTime now) const override {
    return !running_.empty() && running_.begin()->first <= now;
  }
  [[nodiscard]] std::optional<SimTime> wake_at() const override {
    const auto next = waiting_.upper_bound({profile_->now(), JobId(~0U)});
    return broken_at_ || next == waiting_.end() ? broken_at_ : std::optional(next->first);
  }
  [[nodiscard]] std::vector<JobId> due(SimTime now) const override {
    std::vector<JobId> jobs;
    for (auto at = waiting_.begin(); at != waiting_.end() && at->first <= now; ++at) {
      jobs.push_back(at->second);
    }
    return jobs;
  }
  [[nodiscard]] bool reviews() const override { return compressing_; }
  [[nodiscard]] bool concerns(JobId job) const override {
    const Held& held = held_[job.index()];
    return !held.promised || openings_->concern(held.kind, held.slot);
  }

 private:
  struct Held {
    bool promised = false;
    std::uint32_t kind = 0;
    Shape shape;
    Slot slot;  // of a running job with its GPUs, named or not
  };

  Held& slot_of(JobId job) {
    if (job.index() >= held_.size()) {
      held_.resize(job.index() + 1);
    }
    return held_[job.index()];
  }
  void begin_profile(Profile::Naming naming) {
    profile_.emplace(*fleet_, placer(), naming, &*reach_);
    openings_.emplace(*profile_, placer().equal_shapes_fare_alike() && !reach_->changes());
  }

  // Nothing where it does not fit on the nodes that are open.
  void promise(const Request& request, const View& view, Held& held) {
    auto slot = profile_->earliest(request, view);
    if (!slot) {
      return;
    }
    held.promised = true;
    held.shape = request.shape;
    held.kind = openings_->kind_of(request.shape, request.scope);
    held.slot = std::move(*slot);
    profile_->take(request.shape, held.slot);
    openings_->joined(held.kind);
    waiting_.emplace(held.slot.start, request.id);
  }
  void unpromise(JobId job, Held& held) {
    held.promised = false;
    openings_->left(held.kind);
    waiting_.erase({held.slot.start, job});
  }
  void withdraw(JobId job, Held& held) {
    const SimTime from = std::max(profile_->now(), held.slot.start);
    profile_->give_back(held.shape, held.slot, from);
    unpromise(job, held);
    openings_->given_back(from, held.slot.end);
  }

  void move_up(const Request& request, const View& view, Held& held) {
    if (!openings_->concern(held.kind, held.slot)) {
      return;
    }
    profile_->give_back(held.shape, held.slot, held.slot.start);
    auto earlier = openings_->earlier(request, view, held.kind, held.slot);
    if (!earlier) {
      profile_->take(held.shape, held.slot);
      return;
    }
    const Slot before = std::exchange(held.slot, std::move(*earlier));
    profile_->take(held.shape, held.slot);
    const bool same_gpus = profile_->counts();
    openings_->given_back(same_gpus ? std::max(before.start, held.slot.end) : before.start,
                          before.end);
    waiting_.erase({before.start, request.id});
    waiting_.emplace(held.slot.start, request.id);
  }

  // Others yield to it, and it starts where and when nobody had promised it to. Everybody that
  // waits is promised anew, in order, in a pass that follows at once.
  void break_in(const Request& request, const Placement& placement, SimTime now) {
    withdraw_all(now);
    Held& held = slot_of(request.id);
    held.shape = request.shape;
    held.slot = {now, after(now, std::max(request.estimate, Duration(1))), placement};
    profile_->take(held.shape, held.slot);
    broken_at_ = now;
  }
  void withdraw_from(NodeId node) {
    const auto waiting = waiting_;
    for (const auto& [start, job] : waiting) {
      Held& held = held_[job.index()];
      if (std::ranges::count(held.slot.placement, node, &Part::node) > 0) {
        withdraw(job, held);
      }
    }
  }
  // Nobody that waits keeps a slot.
  void withdraw_all(SimTime now) {
    profile_->advance(now);
    while (!waiting_.empty()) {
      const JobId job = waiting_.begin()->second;
      Held& held = slot_of(job);
      profile_->give_back(held.shape, held.slot, std::max(now, held.slot.start));
      unpromise(job, held);
    }
    openings_->clear();
    ended_early_ = true;
  }
  // A slot that waits may be that of a job that has not ended after all.
  void expect_longer(SimTime now) {
    withdraw_all(now);
    while (overrun(now)) {
      const JobId job = running_.extract(running_.begin()).value().second;
      Held& held = slot_of(job);
      const SimTime end = expected_again(held.slot.start, now);
      profile_->take(held.shape, {now, end, held.slot.placement});
      held.slot.end = end;
      running_.emplace(end, job);
    }
  }
  // Counting is over: from now on GPUs have names. Who runs keeps those it has, and the slots of
  // those who wait keep their times: in order of their starts each finds enough GPUs that are free
  // to its end, for nobody who starts later has any yet.
  void name_gpus(SimTime now) {
    begin_profile(Profile::Naming::always);
    profile_->advance(now);
    for (const auto& [end, job] : running_) {
      const Held& held = held_[job.index()];
      profile_->take(held.shape, {now, end, held.slot.placement});
    }
    const Occupancy all(*fleet_);
    for (; !waiting_.empty() && waiting_.begin()->first < now; waiting_.erase(waiting_.begin())) {
      held_[waiting_.begin()->second.index()].promised =
          false;  // it could not start when it was due
    }
    for (const auto& [start, job] : waiting_) {
      Held& held = held_[job.index()];
      Request request;
      request.shape = held.shape;
      request.estimate = held.slot.end - held.slot.start;
      held.slot = profile_->at(start, request, {all, start, run_});
      profile_->take(held.shape, held.slot);
      held.kind = openings_->kind_of(held.shape, all_nodes);
      openings_->joined(held.kind);
    }
    openings_->given_back(now, never);  // who was to be tried where is not known any more
  }

  const Fleet* fleet_ = nullptr;
  RunKey run_;
  std::optional<Reach> reach_;
  std::optional<Profile> profile_;
  std::optional<Openings> openings_;
  std::vector<Held> held_;                       // by job, waiting or running
  std::set<std::pair<SimTime, JobId>> waiting_;  // by the start of their slots
  std::set<std::pair<SimTime, JobId>> running_;  // by the end of their slots
  bool ended_early_ = false;
  bool compressing_ = false;
  std::optional<SimTime> broken_at_;  // no promise is good until the next pass
};

}  // namespace

std::unique_ptr<Backfill> conservative() { return std::make_unique<Conservative>(); }

}  // namespace berth
