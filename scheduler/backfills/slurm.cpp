#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "scheduler/backfill.hpp"
#include "scheduler/overrun.hpp"
#include "scheduler/profile.hpp"
#include "scheduler/reach.hpp"

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

// Something that is done every `interval` of the clock, where anything happened since it was done
// the last time.
class Ticks {
 public:
  explicit Ticks(Duration interval) : interval_(interval) {}

  void something_happens(SimTime now) {
    if (next_ && *next_ >= now) {
      return;
    }
    next_ = up_to(now, interval_);
    if (done_ && *next_ <= *done_) {
      next_ = after(*done_, interval_);
    }
  }
  // It was due when there was nothing to do it for.
  void catch_up(SimTime now) {
    if (next_ && *next_ < now) {
      something_happens(now);
    }
  }
  [[nodiscard]] bool due(SimTime now) const { return next_ == now; }
  // REQUIRES: it is due, or nothing was left to do.
  void done(SimTime now) {
    done_ = down_to(now, interval_);
    next_.reset();
  }
  [[nodiscard]] std::optional<SimTime> next() const { return next_; }

 private:
  Duration interval_;
  std::optional<SimTime> next_;
  std::optional<SimTime> done_;
};

// As Slurm's sched/backfill. The main loop is strict and knows of no reservations. From time to
// time, when something happened since the last one, a cycle tests the jobs in the order of the
// queue: who fits beside the reservations made so far in the cycle starts, everybody else gets one
// himself: whole nodes, named, in steps of the resolution. All are made anew in the next cycle.
class Slurm final : public Backfill {
 public:
  explicit Slurm(const SlurmBackfill& options)
      : options_(options),
        cycle_(options.interval),
        whole_loop_(options.sched_interval),
        tested_of_user_(options.max_job_user),
        tested_of_partition_(options.max_job_part),
        tested_of_both_(options.max_job_user_part),
        reserved_of_partition_(options.job_part_count_reserve) {}

  [[nodiscard]] Holds holds() const override { return Holds::tested; }

  void begin_run(const RunContext& context) override {
    Backfill::begin_run(context);
    fleet_ = &context.fleet;
    reach_.emplace(context);
    profile_.emplace(context.fleet, context.placer, Profile::Naming::always, &*reach_);
  }

  // --- the main loop ----------------------------------------------------------------------------
  void begin_pass(SimTime now) override {
    profile_->advance(now);
    expect_longer(now);
    in_cycle_ = false;
  }
  MainLoop main_loop(SimTime now, std::size_t waiting) override {
    cycle_.catch_up(now);
    whole_loop_.catch_up(now);
    // Whoever called it, something happened that it has not seen: a job left, or may start now.
    if (!cycle_.due(now) && !whole_loop_.due(now)) {
      something_happens(now);
    }
    waiting_ = waiting;
    const bool whole = waiting <= options_.default_queue_depth || whole_loop_.due(now);
    if (whole) {
      whole_loop_.done(now);
    }
    const std::size_t each = options_.partition_job_depth;
    return {whole ? waiting : options_.default_queue_depth, each > 0 ? each : waiting,
            MainLoop::Blocks::partition};
  }

  // --- the cycle --------------------------------------------------------------------------------
  [[nodiscard]] bool cycle_due(SimTime now) const override { return cycle_.due(now); }
  void begin_cycle(SimTime now) override {
    in_cycle_ = true;
    cycle_.done(now);
    for (const Reserved& one : reserved_) {
      profile_->release(one.slot);
    }
    reserved_.clear();
    tested_ = 0;
    started_ = 0;
    last_tested_.reset();
    tested_of_user_.clear();
    tested_of_partition_.clear();
    tested_of_both_.clear();
    reserved_of_partition_.clear();
  }
  [[nodiscard]] bool tests_more() const override {
    return tested_ < options_.max_job_test &&
           (options_.max_job_start == 0 || started_ < options_.max_job_start);
  }

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
  void joined(const Request& /*request*/, SimTime now) override {
    ++waiting_;
    something_happens(now);
  }
  void started(const Request& request, const Placement& placement, SimTime now) override {
    Running& running = running_of(request.id);
    running.shape = request.shape;
    running.slot = {now, after(now, std::max(request.estimate, Duration(1))), placement};
    profile_->advance(now);
    profile_->take(running.shape, running.slot);
    ends_.emplace(running.slot.end, request.id);
    --waiting_;
    ++started_;
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
  void turned(NodeId node, bool open) override {
    reach_->turned(node, open);
    something_happens(profile_->now());
  }
  [[nodiscard]] std::optional<SimTime> wake_at() const override {
    const bool beyond_depth = waiting_ > options_.default_queue_depth;
    const auto cycle = cycle_.next();
    const auto whole = beyond_depth ? whole_loop_.next() : std::nullopt;
    return whole && (!cycle || *whole < *cycle) ? whole : cycle;
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
    cycle_.something_happens(now);
    whole_loop_.something_happens(now);
  }
  // False when the limits do not let it be tested.
  bool begin_test(const Request& request) {
    const std::pair both{request.tenant, request.partition};
    if (tested_of_user_.full(request.tenant) || tested_of_partition_.full(request.partition) ||
        tested_of_both_.full(both)) {
      return false;
    }
    last_tested_ = request.id;
    ++tested_;
    tested_of_user_.add(request.tenant);
    tested_of_partition_.add(request.partition);
    tested_of_both_.add(both);
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
    const Placement rest = kept_empty(request.shape, found->placement, *fleet_);
    found->placement.insert(found->placement.end(), rest.begin(), rest.end());
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
  const Fleet* fleet_ = nullptr;
  std::optional<Reach> reach_;
  std::optional<Profile> profile_;
  std::vector<Running> running_;              // by job
  std::set<std::pair<SimTime, JobId>> ends_;  // of those that run
  std::size_t waiting_ = 0;                   // as of the last pass
  Ticks cycle_;
  Ticks whole_loop_;  // a main loop over the whole queue
  // --- of the last cycle, or the one that goes on ---
  bool in_cycle_ = false;
  std::vector<Reserved> reserved_;
  std::size_t tested_ = 0;
  std::size_t started_ = 0;
  std::optional<JobId> last_tested_;
  Tally<TenantId> tested_of_user_;
  Tally<PartitionId> tested_of_partition_;
  Tally<std::pair<TenantId, PartitionId>> tested_of_both_;
  Tally<PartitionId> reserved_of_partition_;
};

}  // namespace

std::unique_ptr<Backfill> slurm_backfill(const SlurmBackfill& options) {
  return std::make_unique<Slurm>(options);
}

}  // namespace berth
