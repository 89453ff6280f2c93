// The whole scheduler as one would write it from the papers: at each plan everything is worked out
// afresh from the list of running jobs. It remembers only whether anything ended since all jobs
// tried to overtake: while nothing did, only newcomers try, in the order of the queue.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "scheduler/order.hpp"
#include "scheduler/placer.hpp"
#include "tests/scheduler/naive_profile.hpp"

namespace berth::testing {

enum class Backfilling { none, easy, conservative };

struct NaivePolicy {
  std::unique_ptr<JobOrder> order;
  std::unique_ptr<const Placer> placer;
  Backfilling overtaking = Backfilling::none;
  std::unique_ptr<JobOrder> scan;  // null: the order of the queue
};

class NaiveScheduler {
 public:
  using Starts = std::vector<std::pair<JobId, Placement>>;

  NaiveScheduler(const NaivePolicy& policy, const Fleet& fleet, RunKey run)
      : policy_(policy), fleet_(fleet), run_(run), profile_(fleet, *policy.placer) {}

  void submit(const Request& request) {
    waiting_.push_back(request);
    newcomers_.insert(request.id);
  }

  void ended(JobId job, SimTime now) {
    const Running& gone = running_.at(job);
    if (policy_.overtaking == Backfilling::conservative && now < gone.slot.end) {
      profile_.give_back(gone.request.shape, gone.slot, now);
      compresses_ = true;
    }
    running_.erase(job);
    something_ended_ = true;
  }

  Starts plan(SimTime now) {
    now_ = now;
    starts_.clear();
    sort_waiting();
    if (policy_.overtaking == Backfilling::conservative) {
      keep_slots();
    } else {
      const bool all_try = something_ended_ || newcomers_.contains(first_waiting());
      start_heads();
      if (policy_.overtaking == Backfilling::easy && !waiting_.empty()) {
        overtake(all_try);
      }
    }
    something_ended_ = false;
    newcomers_.clear();
    return starts_;
  }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  // Which nodes a job may have for a start then, when that changes, and who may not start now;
  // asked under conservative backfill.
  void keep_to(std::function<bool(NodeId, const Request&, SimTime)> may_have,
               std::vector<SimTime> changes, std::function<bool(const Request&, SimTime)> refused) {
    profile_.may_have = std::move(may_have);
    profile_.changes = std::move(changes);
    profile_.counts = false;
    refused_ = std::move(refused);
  }
  // What may_have() says of the node changed: who was promised it is promised something else.
  void turned(NodeId node, bool open) {
    for (auto at = slots_.begin(); at != slots_.end();) {
      const auto& [job, slot] = *at;
      if (!open && std::ranges::count(slot.placement, node, &Part::node) > 0) {
        profile_.give_back(waits(job).shape, slot, slot.start);
        at = slots_.erase(at);
      } else {
        ++at;
      }
    }
    compresses_ = true;
  }

 private:
  struct Running {
    Request request;
    Placement placement;
    Slot slot;  // as promised, or from now to the expected end
  };

  void sort_waiting() {
    std::ranges::sort(waiting_, {}, [this](const Request& request) {
      return std::tuple(policy_.order->key(request), request.submit, request.sequence);
    });
  }
  [[nodiscard]] Occupancy free_at(SimTime at) const {
    Occupancy index(fleet_);
    for (const auto& [job, running] : running_) {
      if (running.slot.end > at || at <= now_) {
        index.take(running.request.shape, running.placement);
      }
    }
    return index;
  }
  [[nodiscard]] std::optional<Placement> place_now(const Request& request) const {
    const Occupancy index = free_at(now_);
    return policy_.placer->place(request, {index, now_, run_});
  }
  void start(const Request& request, const Placement& placement, Slot slot) {
    starts_.emplace_back(request.id, placement);
    running_[request.id] = {request, placement, std::move(slot)};
    std::erase_if(waiting_, [id = request.id](const Request& one) { return one.id == id; });
  }
  [[nodiscard]] Slot from_now(const Request& request, const Placement& placement) const {
    return {now_, now_ + request.estimate, placement};
  }

  void start_heads() {
    while (!waiting_.empty()) {
      const Request head = waiting_.front();
      const auto placement = place_now(head);
      if (!placement) {
        return;
      }
      start(head, *placement, from_now(head, *placement));
    }
  }
  [[nodiscard]] SimTime shadow(const Request& head) const {
    std::set<SimTime> ends;
    for (const auto& [job, running] : running_) {
      ends.insert(running.slot.end);
    }
    for (const SimTime end : ends) {
      if (policy_.placer->fits(head, {free_at(end), end, run_})) {
        return end;
      }
    }
    return never;
  }
  [[nodiscard]] JobId first_waiting() const {
    return waiting_.empty() ? JobId(~0U) : waiting_.front().id;
  }
  void overtake(bool all_try) {
    const Request head = waiting_.front();
    const SimTime by = shadow(head);
    std::vector<Request> rest(waiting_.begin() + 1, waiting_.end());
    if (!all_try) {
      std::erase_if(rest, [this](const Request& job) { return !newcomers_.contains(job.id); });
    } else if (policy_.scan) {
      std::ranges::stable_sort(rest, {},
                               [this](const auto& job) { return policy_.scan->key(job); });
    }
    for (const Request& job : rest) {
      const auto placement = place_now(job);
      if (placement && (now_ + job.estimate <= by || fits_beside(head, by, job, *placement))) {
        start(job, *placement, from_now(job, *placement));
      }
    }
  }
  [[nodiscard]] bool fits_beside(const Request& head, SimTime at, const Request& job,
                                 const Placement& placement) const {
    Occupancy index = free_at(at);
    index.take(job.shape, placement);
    return policy_.placer->fits(head, {index, at, run_});
  }

  [[nodiscard]] const Request& waits(JobId job) const {
    return *std::ranges::find(waiting_, job, &Request::id);
  }
  void keep_slots() {
    const bool compress = std::exchange(compresses_, false);
    const auto queue = waiting_;
    for (const Request& job : queue) {
      const auto held = slots_.find(job.id);
      if (refused_ && refused_(job, now_)) {
        give_up(job);
        continue;
      }
      if (held == slots_.end()) {
        promise(job);
      } else if (compress && held->second.start > now_) {
        move_up(job, held->second);
      }
      if (!slots_.contains(job.id)) {
        continue;
      }
      const Slot slot = slots_.at(job.id);
      if (slot.start <= now_) {
        slots_.erase(job.id);
        start(job, profile_.counts ? *place_now(job) : slot.placement, slot);
      }
    }
  }
  void move_up(const Request& job, Slot& slot) {
    profile_.give_back(job.shape, slot, slot.start);
    if (Slot earlier = profile_.earliest(job, run_, now_); earlier.start < slot.start) {
      slot = std::move(earlier);
    }
    profile_.take(job.shape, slot);
  }
  void promise(const Request& job) {
    const Slot slot = profile_.earliest(job, run_, now_);
    if (slot.start != never) {
      slots_[job.id] = slot;
      profile_.take(job.shape, slot);
    }
  }
  void give_up(const Request& job) {
    if (const auto held = slots_.find(job.id); held != slots_.end()) {
      profile_.give_back(job.shape, held->second, std::max(now_, held->second.start));
      slots_.erase(held);
      compresses_ = true;
    }
  }

  const NaivePolicy& policy_;
  const Fleet& fleet_;
  RunKey run_;
  NaiveProfile profile_;
  std::vector<Request> waiting_;
  std::map<JobId, Running> running_;
  std::map<JobId, Slot> slots_;  // of waiting jobs
  Starts starts_;
  SimTime now_{};
  bool compresses_ = false;
  bool something_ended_ = false;
  std::set<JobId> newcomers_;
  std::function<bool(const Request&, SimTime)> refused_;
};

}  // namespace berth::testing
