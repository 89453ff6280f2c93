#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "scheduler/backfill.hpp"
#include "scheduler/overrun.hpp"
#include "scheduler/profile.hpp"

namespace berth {
namespace {

SimTime down_to(SimTime time, Duration multiple) {
  return time - time.time_since_epoch() % multiple;
}

SimTime up_to(SimTime time, Duration multiple) {
  const SimTime down = down_to(time, multiple);
  return down == time ? time : after(down, multiple);
}

// So many more for each of some, up to a limit; a limit of 0 is none.
template <class Who>
class Tally {
 public:
  explicit Tally(std::size_t most) : most_(most) {}
  [[nodiscard]] bool full(Who who) const {
    const auto found = counts_.find(who);
    return most_ > 0 && found != counts_.end() && found->second >= most_;
  }
  void add(Who who) { ++counts_[who]; }
  void remove(Who who) { --counts_[who]; }
  void clear() { counts_.clear(); }

 private:
  std::size_t most_;
  std::map<Who, std::size_t> counts_;
};

// As Slurm's sched/backfill. The main loop is strict and knows of no reservations. From time to
// time, when something happened since the last one, a cycle tests the jobs in the order of the
// queue: who fits beside the reservations made so far in the cycle starts, everybody else gets one
// himself: whole nodes, named, in steps of the resolution. All are made anew in the next cycle.
class Slurm final : public Backfill {
 public:
  explicit Slurm(const SlurmBackfill& options)
      : options_(options),
        tested_of_user_(options.max_job_user),
        tested_of_partition_(options.max_job_part),
        reserved_of_partition_(options.job_part_count_reserve) {}

  [[nodiscard]] Holds holds() const override { return Holds::tested; }

  void begin_run(const RunContext& context) override {
    Backfill::begin_run(context);
    profile_.emplace(context.fleet, context.placer, Profile::Naming::always);
  }

  // --- the main loop ----------------------------------------------------------------------------
  void begin_pass(SimTime now) override {
    profile_->advance(now);
    expect_longer(now);
    in_cycle_ = false;
  }
  MainLoop main_loop(SimTime now, std::size_t waiting) override {
    if (waiting != waiting_) {
      something_happens(now);
      waiting_ = waiting;
    }
    const bool whole = waiting <= options_.default_queue_depth || (full_at_ && *full_at_ <= now);
    if (whole) {
      full_at_.reset();
      next_full_ = after(down_to(now, options_.sched_interval), options_.sched_interval);
    }
    return {whole ? waiting : options_.default_queue_depth, MainLoop::Blocks::partition};
  }

  // --- the cycle --------------------------------------------------------------------------------
  [[nodiscard]] bool cycle_due(SimTime now) const override {
    return cycle_at_ && *cycle_at_ <= now;
  }
  void begin_cycle(SimTime now) override {
    in_cycle_ = true;
    cycle_at_.reset();
    next_cycle_ = after(now, options_.interval);
    for (const Reserved& one : reserved_) {
      profile_->release(one.slot);
    }
    reserved_.clear();
    tested_ = 0;
    last_tested_.reset();
    tested_of_user_.clear();
    tested_of_partition_.clear();
    reserved_of_partition_.clear();
  }
  [[nodiscard]] bool tests_more() const override { return tested_ < options_.max_job_test; }

  Attempt attempt(const Request& request, const View& view) override {
    if (!in_cycle_) {
      return Backfill::attempt(request, view);
    }
    if (last_tested_ != request.id && !begin_test(request)) {
      return {std::nullopt, Reason::priority};
    }
    const auto now = profile_->earliest(request, view, view.now, view.now + Duration(1));
    if (now) {
      return {now->placement, Reason::resources};
    }
    const bool fits_now = placer().fits(request, view);
    return {std::nullopt, fits_now ? Reason::reservation : Reason::resources};
  }
  // From a time on, for some nodes: asked again, it is another time and other nodes.
  SimTime hold(const Request& request, const View& view) override {
    if (last_tested_ != request.id) {
      return never;
    }
    if (!reserved_.empty() && reserved_.back().job == request.id) {
      profile_->release(reserved_.back().slot);
      reserved_.pop_back();
      reserved_of_partition_.remove(request.partition);
    }
    return reserved_of_partition_.full(request.partition) ? never : reserve(request, view);
  }

  // --- what it is told --------------------------------------------------------------------------
  void started(const Request& request, const Placement& placement, SimTime now) override {
    Running& running = running_of(request.id);
    running.shape = request.shape;
    running.slot = {now, after(now, std::max(request.estimate, Duration(1))), placement};
    profile_->advance(now);
    profile_->take(running.shape, running.slot);
    ends_.emplace(running.slot.end, request.id);
    --waiting_;
    something_happens(now);
  }
  void ended(const Request& request, SimTime now) override {
    Running& running = running_of(request.id);
    ends_.erase({running.slot.end, request.id});
    profile_->advance(now);
    profile_->give_back(running.shape, running.slot, now);
    forget(running.slot.placement);
    something_happens(now);
  }
  void turned(NodeId /*node*/, bool /*open*/) override { something_happens(profile_->now()); }
  [[nodiscard]] std::optional<SimTime> wake_at() const override {
    const bool beyond_depth = waiting_ > options_.default_queue_depth;
    return beyond_depth && full_at_ && (!cycle_at_ || *full_at_ < *cycle_at_) ? full_at_
                                                                              : cycle_at_;
  }

 private:
  struct Running {
    Shape shape;
    Slot slot;
  };
  struct Reserved {
    JobId job;
    Slot slot;
  };

  Running& running_of(JobId job) {
    if (job.index() >= running_.size()) {
      running_.resize(job.index() + 1);
    }
    return running_[job.index()];
  }
  // The next cycle has something to look at, and so has the next main loop over the whole queue.
  void something_happens(SimTime now) {
    if (!cycle_at_) {
      cycle_at_ = std::max(up_to(now, options_.interval), next_cycle_);
    }
    if (!full_at_) {
      full_at_ = std::max(up_to(now, options_.sched_interval), next_full_);
    }
  }
  // False when the limits do not let it be tested.
  bool begin_test(const Request& request) {
    if (tested_of_user_.full(request.tenant) || tested_of_partition_.full(request.partition)) {
      return false;
    }
    last_tested_ = request.id;
    ++tested_;
    tested_of_user_.add(request.tenant);
    tested_of_partition_.add(request.partition);
    return true;
  }
  // Whole nodes for whole steps of time.
  SimTime reserve(const Request& request, const View& view) {
    const SimTime window = after(down_to(profile_->now(), options_.resolution), options_.window);
    auto found = profile_->earliest(request, view, view.now, window);
    if (!found) {
      return never;
    }
    const SimTime start = found->start;
    found->start = down_to(found->start, options_.resolution);
    found->end = up_to(found->end, options_.resolution);
    profile_->reserve(*found);
    reserved_.push_back({request.id, std::move(*found)});
    reserved_of_partition_.add(request.partition);
    return start;
  }
  void expect_longer(SimTime now) {
    while (!ends_.empty() && ends_.begin()->first <= now) {
      const JobId job = ends_.extract(ends_.begin()).value().second;
      Running& running = running_of(job);
      const SimTime end = expected_again(running.slot.start, now);
      profile_->take(running.shape, {now, end, running.slot.placement});
      running.slot.end = end;
      ends_.emplace(end, job);
    }
  }

  SlurmBackfill options_;
  std::optional<Profile> profile_;
  std::vector<Running> running_;              // by job
  std::set<std::pair<SimTime, JobId>> ends_;  // of those that run
  std::size_t waiting_ = 0;                   // as of the last pass
  // Nothing happened since the last one unless it has a time.
  std::optional<SimTime> cycle_at_;
  SimTime next_cycle_{};
  std::optional<SimTime> full_at_;  // a main loop over the whole queue
  SimTime next_full_{};
  // --- of the last cycle, or the one that goes on ---
  bool in_cycle_ = false;
  std::vector<Reserved> reserved_;
  std::size_t tested_ = 0;
  std::optional<JobId> last_tested_;
  Tally<TenantId> tested_of_user_;
  Tally<PartitionId> tested_of_partition_;
  Tally<PartitionId> reserved_of_partition_;
};

}  // namespace

std::unique_ptr<Backfill> slurm_backfill(const SlurmBackfill& options) {
  return std::make_unique<Slurm>(options);
}

}  // namespace berth
