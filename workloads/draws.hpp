// The random draws of one job, at fixed positions, so that one more option in a config never shifts
// the draws of another. Of the job's stream: draw 0 is its size, 1 its tenant, 2 its priority, 3
// the factor of its limit; from 4 on, as many as the distribution takes, its work.
#pragma once

#include <cstdint>

#include "core/random.hpp"

namespace berth {

// `workload` is the place of the workload in the config. REQUIRES: number < 2^40.
inline Random draws_of_job(RunKey run, std::uint32_t workload, std::uint64_t number) {
  return {run, Stream::job, (std::uint64_t{workload} << 40U) | number};
}

// Those that decide whether it fails by itself or is cancelled.
inline Random draws_of_end(RunKey run, std::uint32_t workload, std::uint64_t number) {
  return {run, Stream::ends, (std::uint64_t{workload} << 40U) | number};
}

}  // namespace berth
