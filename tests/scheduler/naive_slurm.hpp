// Slurm's main loop and backfill cycle as one would write them from its documentation: everything
// is worked out afresh from the lists of running jobs and of the reservations of this cycle.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "scheduler/backfill.hpp"
#include "scheduler/order.hpp"
#include "scheduler/placer.hpp"

namespace berth::testing {

class NaiveSlurm {
 public:
  using Starts = std::vector<std::pair<JobId, Placement>>;

  NaiveSlurm(SlurmBackfill options, std::unique_ptr<JobOrder> order,
             std::unique_ptr<const Placer> placer, const Fleet& fleet, RunKey run)
      : options_(options),
        order_(std::move(order)),
        placer_(std::move(placer)),
        fleet_(fleet),
        run_(run) {}

  void submit(const Request& request) {
    waiting_.push_back(request);
    something_happens(request.submit);
  }
  void ended(JobId job, SimTime now) {
    running_.erase(job);
    something_happens(now);
  }

  Starts plan(SimTime now) {
    now_ = now;
    starts_.clear();
    if (waiting_.empty()) {
      return starts_;
    }
    if (cycle_at_ != now && full_at_ != now) {
      something_happens(now);  // or why should it plan?
    }
    std::ranges::sort(waiting_, {}, [this](const Request& request) {
      return std::tuple(order_->key(request), request.submit, request.sequence);
    });
    main_loop();
    if (cycle_at_ == now) {
      cycle();
    }
    return starts_;
  }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  // Where the first of the queue had its reservation in the last cycle; `never`: none.
  [[nodiscard]] SimTime reserved(JobId job) const {
    const auto found = reserved_.find(job);
    return found == reserved_.end() ? never : found->second;
  }

 private:
  struct Running {
    Request request;
    Placement placement;
    SimTime end{};
  };
  struct Reservation {
    SimTime begin{};
    SimTime end{};
    std::set<NodeId> nodes;
  };

  static SimTime down(SimTime time, Duration to) { return time - time.time_since_epoch() % to; }
  static SimTime up(SimTime time, Duration to) {
    return down(time, to) == time ? time : down(time, to) + to;
  }

  // The next cycle, and the next main loop over the whole queue.
  void something_happens(SimTime now) {
    cycle_at_ = tick(now, options_.interval, cycle_at_, last_cycle_);
    full_at_ = tick(now, options_.sched_interval, full_at_, last_full_);
  }
  // The first multiple of the interval from now on, and after the last one at which it was done.
  static SimTime tick(SimTime now, Duration interval, std::optional<SimTime> planned,
                      std::optional<SimTime> last) {
    const SimTime next = planned && *planned >= now ? *planned : up(now, interval);
    return last && next <= *last ? *last + interval : next;
  }

  void main_loop() {
    const bool full = full_at_ == now_;
    const std::size_t depth =
        full ? waiting_.size() : std::min(waiting_.size(), options_.default_queue_depth);
    if (depth == waiting_.size()) {
      full_at_.reset();
      last_full_ = down(now_, options_.sched_interval);
    }
    const std::vector<Request> jobs(waiting_.begin(),
                                    waiting_.begin() + static_cast<std::ptrdiff_t>(depth));
    std::set<PartitionId> blocked;
    std::map<PartitionId, std::size_t> tried;
    for (const Request& job : jobs) {
      if (blocked.contains(job.partition) ||
          is_full(tried[job.partition], options_.partition_job_depth)) {
        continue;
      }
      ++tried[job.partition];
      if (const auto placement = place(job, now_, {})) {
        start(job, *placement);
      } else {
        blocked.insert(job.partition);
      }
    }
  }

  void cycle() {
    cycle_at_.reset();
    last_cycle_ = now_;
    reserved_.clear();
    std::vector<Reservation> reservations;
    std::size_t tested = 0;
    std::map<TenantId, std::size_t> of_user;
    std::map<PartitionId, std::size_t> of_partition;
    std::map<std::pair<TenantId, PartitionId>, std::size_t> of_both;
    std::map<PartitionId, std::size_t> reserving;
    std::size_t started = 0;
    const std::vector<Request> jobs = waiting_;
    for (const Request& job : jobs) {
      if (tested == options_.max_job_test || is_full(started, options_.max_job_start)) {
        return;
      }
      if (is_full(of_user[job.tenant], options_.max_job_user) ||
          is_full(of_partition[job.partition], options_.max_job_part) ||
          is_full(of_both[{job.tenant, job.partition}], options_.max_job_user_part)) {
        continue;
      }
      ++tested;
      ++of_user[job.tenant];
      ++of_partition[job.partition];
      ++of_both[{job.tenant, job.partition}];
      const auto found = earliest(job, reservations);
      if (found && found->first == now_) {
        start(job, found->second);
        ++started;
      } else if (found && found->first < down(now_, options_.resolution) + options_.window &&
                 !is_full(reserving[job.partition], options_.job_part_count_reserve)) {
        ++reserving[job.partition];
        reserved_[job.id] = found->first;
        reservations.push_back({down(found->first, options_.resolution),
                                up(found->first + job.estimate, options_.resolution),
                                nodes_of(found->second)});
      }
    }
  }
  static bool is_full(std::size_t count, std::size_t most) { return most > 0 && count >= most; }
  static std::set<NodeId> nodes_of(const Placement& placement) {
    std::set<NodeId> nodes;
    for (const Part& part : placement) {
      nodes.insert(part.node);
    }
    return nodes;
  }

  // Now, where a running job ends, or where a reservation does.
  [[nodiscard]] std::optional<std::pair<SimTime, Placement>> earliest(
      const Request& job, const std::vector<Reservation>& reservations) const {
    std::set<SimTime> times{now_};
    for (const auto& [id, running] : running_) {
      times.insert(std::max(now_, running.end));
    }
    for (const Reservation& one : reservations) {
      times.insert(std::max(now_, one.end));
    }
    for (const SimTime at : times) {
      if (auto placement = place(job, at, reservations)) {
        return std::pair(at, *placement);
      }
    }
    return std::nullopt;
  }
  [[nodiscard]] std::optional<Placement> place(const Request& job, SimTime at,
                                               const std::vector<Reservation>& reservations) const {
    Occupancy free(fleet_);
    for (const auto& [id, running] : running_) {
      if (running.end > at || at == now_) {
        free.take(running.request.shape, running.placement);
      }
    }
    for (const Reservation& one : reservations) {
      if (one.begin < at + job.estimate && one.end > at) {
        for (const NodeId node : one.nodes) {
          free.set_available(node, false);
        }
      }
    }
    return placer_->place(job, {free, at, run_});
  }
  void start(const Request& job, const Placement& placement) {
    starts_.emplace_back(job.id, placement);
    running_[job.id] = {job, placement, now_ + job.estimate};
    std::erase_if(waiting_, [id = job.id](const Request& one) { return one.id == id; });
    something_happens(now_);
  }

  SlurmBackfill options_;
  std::unique_ptr<JobOrder> order_;
  std::unique_ptr<const Placer> placer_;
  const Fleet& fleet_;
  RunKey run_;
  std::vector<Request> waiting_;
  std::map<JobId, Running> running_;
  std::map<JobId, SimTime> reserved_;
  Starts starts_;
  SimTime now_{};
  std::optional<SimTime> cycle_at_;
  std::optional<SimTime> last_cycle_;
  std::optional<SimTime> full_at_;
  std::optional<SimTime> last_full_;
};

}  // namespace berth::testing
