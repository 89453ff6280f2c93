// Moldable jobs (sbatch --nodes=2-8): any number of tasks will do, from the least it takes up to
// what it asks for, and fewer take longer in proportion: the GPU time is the same. The size is
// chosen at its first start, the largest that has room then, and stays: a job that is stopped goes
// on at the size that its checkpoints have. One that is elastic (Terms::on_failure: shrink) chooses
// anew each time.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/int128.hpp"
#include "scheduler/request.hpp"

namespace berth {

// How long it takes `tasks` tasks to do what `of` do in `length`, rounded up.
inline Duration stretched(Duration length, std::uint32_t of, std::uint32_t tasks) {
  const Int128 all = Int128{length.count()} * of;
  const Int128 each = (all + tasks - 1) / tasks;
  return Duration(static_cast<std::int64_t>(std::min(each, Int128{longest_duration.count()})));
}

// The fewest tasks with which it may start.
inline std::uint32_t least_tasks(const Request& request) {
  const bool moldable = request.terms && request.terms->tasks_least > 0 &&
                        (request.starts == 0 || request.terms->elastic());
  return moldable ? std::min(request.terms->tasks_least, request.shape.tasks) : request.shape.tasks;
}

inline std::uint32_t tasks_in(const Placement& placement) {
  std::uint32_t tasks = 0;
  for (const Part& part : placement) {
    tasks += part.tasks;
  }
  return tasks;
}

// The same job with fewer tasks. REQUIRES: least_tasks(request) <= tasks <= request.shape.tasks
inline Request molded(Request request, std::uint32_t tasks) {
  request.estimate = stretched(request.estimate, request.shape.tasks, tasks);
  request.left = stretched(request.left, request.shape.tasks, tasks);
  request.shape.tasks = tasks;
  return request;
}

}  // namespace berth
