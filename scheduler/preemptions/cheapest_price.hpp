// What it costs that a job stops, as far as a policy knows: the work since its last checkpoint that
// it will do again, and what it takes to start again; of a job that may not come back all of its
// work. In thousandths of GPUs times nanoseconds; of equal prices the fewer jobs are the cheaper.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>

#include "core/int128.hpp"
#include "scheduler/preemption.hpp"

namespace berth {

struct Price {
  Int128 gpu_time = 0;
  std::uint32_t jobs = 0;

  auto operator<=>(const Price&) const = default;
  Price& operator+=(const Price& other) {
    gpu_time += other.gpu_time;
    jobs += other.jobs;
    return *this;
  }
  friend Price operator+(Price a, const Price& b) { return a += b; }
};

inline bool comes_back(const Request& request) { return !request.terms || request.terms->requeue; }

// It starts up first, where it was stopped before. At full speed: what a network takes nobody
// knows.
inline Duration lost_if_stopped(const RunningJobs::Running& running, SimTime now) {
  const Request& request = running.request;
  const Duration restart = request.terms ? request.terms->restart : Duration{};
  const Duration every = request.terms ? request.terms->checkpoint_every : Duration{};
  const Duration startup = request.starts > 0 ? restart : Duration{};
  const Duration done = request.kept + std::max(now - running.since - startup, Duration{});
  if (!comes_back(request)) {
    return done;
  }
  return restart + (every > Duration{} ? done % every : done);
}

inline Price price_of(const RunningJobs::Running& running, SimTime now) {
  const auto size = static_cast<std::int64_t>(running.request.shape.total_gpu_milli());
  return {Int128{size} * lost_if_stopped(running, now).count(), 1};
}

}  // namespace berth
