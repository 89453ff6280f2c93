// The readers of job logs; each in a file of its own.
#pragma once

#include <memory>

#include "core/settings.hpp"
#include "workloads/source.hpp"

namespace berth {

// The Standard Workload Format of the Parallel Workloads Archive: traces/swf.cpp.
std::unique_ptr<const Workload> swf(Setting setting);
// Microsoft ITP (job_id,submission_time,duration,num_gpu): traces/itp.cpp.
std::unique_ptr<const Workload> itp(Setting setting);
// Microsoft Philly (timestamp,duration,num_gpus,gpu_time,cluster): traces/philly.cpp.
std::unique_ptr<const Workload> philly(Setting setting);

}  // namespace berth
