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
// Muri (job_id,num_gpu,submit_time,iterations,...,iteration_time,...): traces/muri.cpp.
std::unique_ptr<const Workload> muri(Setting setting);
// Slurm's accounting, as `sacct -P` prints it: traces/sacct.cpp.
std::unique_ptr<const Workload> sacct(Setting setting);
// Alibaba's openb (name,cpu_milli,memory_mib,num_gpu,gpu_milli ...): traces/openb.cpp.
std::unique_ptr<const Workload> openb(Setting setting);

}  // namespace berth
