// For logs that are not in order of submission: their jobs are read into memory, sorted by time
// (jobs of one instant keep the order of their lines), and numbered 1, 2 ... in that order.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "workloads/limits.hpp"
#include "workloads/source.hpp"
#include "workloads/traces/log_options.hpp"

namespace berth {

struct SortedLogOptions {
  LogOptions log;
  Limits limits;  // these logs say how long a job ran, not how long its user said it would

  static SortedLogOptions read(Setting map);
};

// Reads all jobs of a file; number and limit are set later.
using ReadJobs = std::function<std::vector<Job>(const LogOptions& options, Catalog& catalog)>;

// These jobs in order of submission. REQUIRES: there are some.
std::unique_ptr<JobSource> sorted_jobs(std::vector<Job> jobs, const Limits& limits, RunKey run,
                                       std::uint32_t index);

// Reads the file when opened.
std::unique_ptr<const Workload> sorted_log(Setting setting, ReadJobs read);

}  // namespace berth
