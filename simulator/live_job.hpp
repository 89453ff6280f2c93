// A job from its arrival to its end: what was submitted and what became of it so far.
#pragma once

#include <cstdint>

#include "cluster/shape.hpp"
#include "core/time.hpp"
#include "workloads/job.hpp"

namespace berth {

enum class EndState : std::uint8_t { completed, timed_out };

struct LiveJob {
  enum class Phase : std::uint8_t { unused, waiting, running };
  Job job;
  std::uint64_t sequence = 0;  // order of submission in the run, from 1
  Shape shape;
  SimTime start{};
  Phase phase = Phase::unused;

  [[nodiscard]] Duration wait() const { return start - job.submit; }
};

}  // namespace berth
