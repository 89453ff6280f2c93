// Backfill as Slurm's with the options that tests vary.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "scheduler/backfill.hpp"

namespace berth::testing {

using MakeBackfill = std::function<std::unique_ptr<Backfill>()>;

// `reserving`: jobs of a partition that get a reservation; 0: all.
inline MakeBackfill slurm_with(std::size_t reserving, Duration interval, Duration resolution) {
  return [=] {
    SlurmBackfill options;
    options.job_part_count_reserve = reserving;
    options.interval = interval;
    options.resolution = resolution;
    return slurm_backfill(options);
  };
}

}  // namespace berth::testing
