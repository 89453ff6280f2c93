#include "tests/simulator/afresh_twin.hpp"

#include <algorithm>
#include <tuple>
#include <variant>
#include <vector>

namespace berth::test {

Duration AfreshTwin::Known::left(SimTime now) const {
  const Duration ran = placement ? now - since : Duration{};
  return std::max(live.startup + live.job.work - live.kept - ran, Duration{});
}

AfreshTwin::Plan AfreshTwin::expected() const {
  std::vector<std::tuple<std::int64_t, SimTime, std::uint64_t>> order;
  for (const auto& [sequence, job] : jobs_) {
    order.emplace_back(key_(job, now_), job.live.job.submit, sequence);
  }
  std::sort(order.begin(), order.end());
  Occupancy free(fleet_);
  Plan plan;
  for (const auto& [key, submit, sequence] : order) {
    const Known& job = jobs_.at(sequence);
    Request request;
    request.shape = job.live.shape;
    const bool stays = job.placement && free.has(job.live.shape, *job.placement);
    const auto placement = stays ? job.placement : placer_(request, {free, now_, RunKey{}});
    if (placement) {
      free.take(job.live.shape, *placement);
      plan.emplace(sequence, *placement);
    }
  }
  return plan;
}

AfreshTwin::Plan AfreshTwin::actual() const {
  Plan plan;
  for (const auto& [sequence, job] : jobs_) {
    if (job.placement) {
      plan.emplace(sequence, *job.placement);
    }
  }
  return plan;
}

void AfreshTwin::plan_begins() {
  if (happened_ && !plan_) {
    plan_ = expected();
  }
  happened_ = false;
}

void AfreshTwin::plan_is_over() {
  plan_begins();
  if (plan_ && *plan_ != actual() && broken_.empty()) {
    broken_ = "another plan at " + std::to_string(now_.time_since_epoch().count()) + " ns";
  }
  plan_.reset();
}

void AfreshTwin::on(SimTime now, const Record& record) {
  const bool of_plan =
      std::holds_alternative<Started>(record) || std::holds_alternative<Preempted>(record);
  const bool cut_off =
      std::holds_alternative<LeftRunning>(record) || std::holds_alternative<LeftWaiting>(record);
  if (now != now_ || (plan_ && !of_plan) || cut_off) {
    plan_is_over();
  }
  now_ = cut_off ? now_ : now;
  if (of_plan) {
    plan_begins();
  }
  if (const auto* submitted = std::get_if<Submitted>(&record)) {
    jobs_[submitted->job.sequence] = {submitted->job, std::nullopt, now};
    happened_ = true;
  } else if (const auto* started = std::get_if<Started>(&record)) {
    jobs_[started->job.sequence] = {started->job, started->placement, now};
  } else if (const auto* stopped = std::get_if<Preempted>(&record)) {
    Known& job = jobs_.at(stopped->job.sequence);
    job.placement.reset();
    job.live.kept += stopped->stint.kept - stopped->stint.undone;
    job.live.startup = job.live.job.terms ? job.live.job.terms->restart : Duration{};
  } else if (const auto* ended = std::get_if<Ended>(&record)) {
    jobs_.erase(ended->job.sequence);
    happened_ = true;
  }
}

void AfreshTwin::finish(SimTime /*now*/) { plan_is_over(); }

}  // namespace berth::test
