// What the whole simulator is measured against: the plainest loops that give the same start times
// on a machine that is only counted. No topology, no records, no output.
#pragma once

#include <cstdint>
#include <vector>

#include "workloads/job.hpp"

namespace berth::bench {

struct PlainResult {
  std::uint64_t jobs = 0;
  std::int64_t wait_ns = 0;  // summed over the jobs
};

// First come, first served: a priority queue of ends and a list of waiting jobs.
PlainResult plain_fcfs(const std::vector<Job>& jobs, std::uint32_t gpus);

// EASY as in the textbook: at each event the reservation of the head is computed anew, and every
// waiting job is probed.
PlainResult plain_easy(const std::vector<Job>& jobs, std::uint32_t gpus);

// Jobs of 1, 2, 4, 8 or 16 GPUs with lognormal work (median 5 minutes) and limits of 1.1 to 10
// times that, arriving so that they offer `load` of `gpus`.
std::vector<Job> lognormal_jobs(std::size_t count, std::uint32_t gpus, double load);

}  // namespace berth::bench
