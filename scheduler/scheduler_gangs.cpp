// Pods of a group that start together or not at all: asked about as one job of all their tasks.
#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "scheduler/molding.hpp"
#include "scheduler/scheduler.hpp"

namespace berth {
namespace {

// The next `tasks` tasks of a placement of many pods: what is left of it, from `next` on.
class Dealer {
 public:
  Dealer(Placement whole, const Shape& shape) : whole_(std::move(whole)), shape_(shape) {}

  Placement deal(std::uint32_t tasks) {
    Placement own;
    while (tasks > 0) {
      Part& part = whole_[next_];
      const std::uint32_t some = std::min(tasks, part.tasks);
      const bool shares = shape_.gpu_milli > 0;  // then the part names the one GPU that they share
      const GpuMask gpus = shares ? part.gpus : Occupancy::lowest(part.gpus, some * shape_.gpus);
      own.push_back({part.node, some, gpus});
      tasks -= some;
      part.tasks -= some;
      part.gpus = shares ? part.gpus : part.gpus & ~gpus;
      next_ += part.tasks == 0 ? 1U : 0U;
    }
    return own;
  }

 private:
  Placement whole_;
  const Shape& shape_;
  std::size_t next_ = 0;
};

}  // namespace

std::string Scheduler::never_together(const Request& request) const {
  if (!PodGangs::asks(request)) {
    return {};
  }
  if (!gangs_.alike(request)) {
    return "is not like the pods of its group before it: those that start together ask for the "
           "same";
  }
  if (request.shape.alone > 0) {
    return "wants nobody else in its blocks, and starts together with others";
  }
  if (request.terms->array_limit > 0) {
    return "is of an array that limits how many tasks run, and starts together with others";
  }
  if (promises_slots(*policy_.backfill)) {
    return "the backfill promises slots to single pods, not to groups of them";
  }
  if (policy_.preemption && policy_.preemption->afresh()) {
    return "each job is placed anew by itself, not together with its group";
  }
  const bool limits = std::ranges::any_of(
      policy_.admission, [](const auto& admission) { return admission->minds().limits; });
  return limits ? "limits are kept for single pods, not for groups of them" : "";
}

// What has to start at least, when it does for the first time.
Request Scheduler::with_its_group(Request request) {
  if (PodGangs::asks(request)) {
    const std::uint64_t tasks = std::uint64_t{request.shape.tasks} * request.terms->min_member;
    request.shape.tasks = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(tasks, std::numeric_limits<std::uint32_t>::max()));
  }
  return request;
}

// Of the same group, which nothing but too few of them keeps from starting; in the order of the
// queue.
std::vector<JobId> Scheduler::members_of(const Request& request, const Pass& pass) const {
  std::vector<JobId> members;
  for (const JobId job : gangs_.waiting(request)) {
    if (!refused(requests_[job.index()], pass.now)) {
      members.push_back(job);
    }
  }
  const auto place = [this](JobId job) {
    const Request& one = requests_[job.index()];
    return std::tuple(policy_.order->key(one), one.submit, one.sequence);
  };
  std::ranges::sort(members, {}, place);
  return members;
}

// The first `count` of them as one job, which is called by the first.
Request Scheduler::together(const std::vector<JobId>& members, std::size_t count) const {
  Request all = requests_[members.front().index()];
  const std::uint32_t each = all.shape.tasks;
  all.shape.tasks = each * static_cast<std::uint32_t>(count);
  for (std::size_t i = 1; i < count; ++i) {
    const Request& one = requests_[members[i].index()];
    all.estimate = std::max(all.estimate, one.estimate);
    all.left = std::max(all.left, one.left);
  }
  return all;
}

// As many as have room, but no fewer than are missing.
std::optional<Reason> Scheduler::consider_gang(const Request& request, const Pass& pass) {
  if (const auto refusal = refused(request, pass.now)) {
    policy_.backfill->passed_by(request, pass.now);
    return waits(request, *refusal);
  }
  if (const auto known = gangs_in_vain_.find(request.shape.group); known != gangs_in_vain_.end()) {
    return waits(request, known->second);
  }
  const std::vector<JobId> members = members_of(request, pass);
  const std::size_t missing = gangs_.missing(request);
  Attempt found{std::nullopt, Reason::min_member};
  for (std::size_t count = members.size(); count > missing && !found.placement; --count) {
    const Request all = together(members, count);
    if (!refused(all, pass.now)) {
      found = policy_.backfill->attempt(all, view_of(all, pass));
    }
  }
  if (!found.placement && members.size() >= missing) {
    found = attempt(together(members, missing), pass);
  }
  if (!found.placement) {
    gangs_in_vain_.emplace(request.shape.group, found.reason);
    return waits(request, found.reason);
  }
  start_gang(members, std::move(*found.placement), pass);
  return std::nullopt;
}

void Scheduler::start_gang(const std::vector<JobId>& members, Placement&& placement,
                           const Pass& pass) {
  const Shape each = requests_[members.front().index()].shape;
  const std::uint32_t count = tasks_in(placement) / each.tasks;
  Dealer dealer(std::move(placement), each);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Request& one = requests_[members[i].index()];
    const auto position = queue_.find(one, policy_.order->key(one));
    start(one, dealer.deal(each.tasks), pass);
    queue_.erase(position);
  }
  if (policy_.order->moves_with_starts() && policy_.order->refresh(pass.now)) {
    sort_anew();
  }
  moved_ = true;  // others than the one that was considered have left the queue
}

// What is promised to one that has no room: to all that have to start with it.
Request Scheduler::what_waits(const Request& request, const Pass& pass) const {
  const std::size_t missing = gangs_.missing(request);
  if (missing <= 1) {
    return request;
  }
  const std::vector<JobId> members = members_of(request, pass);
  return members.size() < missing ? request : together(members, missing);
}

}  // namespace berth
