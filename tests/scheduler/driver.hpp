// Runs a scheduler on a list of jobs: what the simulator does, with nothing but times. A test
// overrides planned() to look at every plan.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "cluster/cluster.hpp"
#include "scheduler/scheduler.hpp"

namespace berth::testing {

struct TestJob {
  SimTime submit{};
  Duration runs{};
  Duration estimate{};
  Shape shape;
  std::int32_t priority = 0;
  PartitionId partition{};
  TenantId tenant{};
  std::shared_ptr<const Terms> terms{};
};

// A node that closes for newcomers, or opens again.
struct TestTurn {
  SimTime at{};
  NodeId node;
  bool open = false;
};

class Driver {
 public:
  Driver(Policy policy, const Fleet& fleet, RunKey run)
      : policy_(std::move(policy)), cluster_(fleet), scheduler_(policy_, cluster_, run) {}
  virtual ~Driver() = default;

  // `turns` by time.
  void run(const std::vector<TestJob>& jobs, const std::vector<TestTurn>& turns = {}) {
    jobs_ = &jobs;
    turns_ = turns;
    while (const auto next = next_time()) {
      now_ = *next;
      turn_all();
      if (policy_.planning == Planning::per_event) {
        step_by_event();
      } else {
        end_all([](const TestJob&) { return true; }, false);
        arrive_all(false);
        plan();
      }
    }
  }

 protected:
  virtual void submitted(const Request& /*request*/) {}
  virtual void ended(JobId /*job*/) {}
  virtual void turned(const TestTurn& /*turn*/) {}
  virtual void planned(const std::vector<Draft::Start>& /*starts*/) {}

  [[nodiscard]] SimTime now() const { return now_; }
  [[nodiscard]] const Scheduler& scheduler() const { return scheduler_; }
  [[nodiscard]] std::size_t number(JobId id) const { return number_of_[id.index()]; }

 private:
  // Ends at the estimate come first and without a plan of their own; arrivals before other ends.
  void step_by_event() {
    end_all([](const TestJob& job) { return job.runs == job.estimate; }, false);
    arrive_all(true);
    end_all([](const TestJob&) { return true; }, true);
    plan();
  }
  [[nodiscard]] std::optional<SimTime> next_time() const {
    SimTime next = arrived_ < jobs_->size() ? (*jobs_)[arrived_].submit : never;
    for (const auto& [job, end] : ends_) {
      next = std::min(next, end);
    }
    next = std::min(next, turned_ < turns_.size() ? turns_[turned_].at : never);
    next = std::min(next, scheduler_.wake_at(now_).value_or(never));
    return next == never ? std::nullopt : std::optional(next);
  }
  template <class Which>
  void end_all(const Which& which, bool plan_each) {
    std::vector<JobId> due;
    for (const auto& [job, end] : ends_) {
      if (end == now_ && which((*jobs_)[number(job)])) {
        due.push_back(job);
      }
    }
    for (const JobId job : due) {
      ends_.erase(job);
      cluster_.stop(job);
      scheduler_.ended(job, now_);
      ended(job);
      free_ids_.push_back(job);
      if (plan_each) {
        plan();
      }
    }
  }
  void turn_all() {
    for (; turned_ < turns_.size() && turns_[turned_].at == now_; ++turned_) {
      const auto [node, open] = std::pair(turns_[turned_].node, turns_[turned_].open);
      if (cluster_.occupancy().available(node) != open) {
        static_cast<void>(open ? cluster_.reopen(node) : cluster_.close(node));
      }
      scheduler_.turned(turns_[turned_].node, turns_[turned_].open);
      turned(turns_[turned_]);
    }
  }
  void arrive_all(bool plan_each) {
    for (; arrived_ < jobs_->size() && (*jobs_)[arrived_].submit == now_; ++arrived_) {
      const TestJob& job = (*jobs_)[arrived_];
      const JobId id = new_id();
      number_of_[id.index()] = arrived_;
      Request request;
      request.id = id;
      request.sequence = arrived_ + 1;
      request.submit = job.submit;
      request.estimate = job.estimate;
      request.shape = job.shape;
      request.priority = job.priority;
      request.partition = job.partition;
      request.tenant = job.tenant;
      request.terms = job.terms;
      submitted(request);
      scheduler_.submit(request);
      if (plan_each) {
        plan();
      }
    }
  }
  JobId new_id() {
    if (free_ids_.empty()) {
      number_of_.push_back(0);
      return JobId(static_cast<std::uint32_t>(number_of_.size() - 1));
    }
    const JobId id = free_ids_.back();
    free_ids_.pop_back();
    return id;
  }
  void plan() {
    Draft draft(cluster_);
    scheduler_.plan(now_, draft);
    for (const Draft::Start& start : draft.starts()) {
      ends_[start.job] = now_ + (*jobs_)[number(start.job)].runs;
    }
    planned(draft.starts());
    draft.commit();
  }

  Policy policy_;
  Cluster cluster_;
  Scheduler scheduler_;
  const std::vector<TestJob>* jobs_ = nullptr;
  std::size_t arrived_ = 0;
  std::vector<TestTurn> turns_;
  std::size_t turned_ = 0;
  std::map<JobId, SimTime> ends_;
  std::vector<std::size_t> number_of_;  // of the job that has this id now
  std::vector<JobId> free_ids_;
  SimTime now_{};
};

}  // namespace berth::testing
