// Workloads that are made, not recorded.
#pragma once

#include <memory>

#include "core/settings.hpp"
#include "workloads/source.hpp"

namespace berth {

// Jobs drawn from distributions:
//   jobs      how many; without it they never end
//   arrivals  see arrivals.hpp
//   sizes | nodes   GPUs | whole nodes of a job: weight
//   work      a distribution, or {by_size: {1: ..., 64: ...}}: the largest key up to the job's size
//   limits    see limits.hpp
//   tenants, priority   see mixes.hpp
//   cpus_per_gpu, memory_per_gpu
//   class, partition, communication
std::unique_ptr<const Workload> synthetic(Setting setting);

// Services: replicas that start at a given time and stay, one job each. {kind: services, services:
// [{name, replicas, gpus | nodes, cpus, memory, priority, start, lifetime, tenant}], class,
// partition}
std::unique_ptr<const Workload> services(Setting setting);

// {kind: jobs, jobs: [...]}: each with
//   name        by which others depend on it; its number if not written
//   at          when it is submitted
//   nodes | gpus | gpu_milli, cpus, memory, tasks   see shape.hpp
//   work, limit how long it runs; how long it may, the work exactly if not written
//   dependency  see dependency_text.hpp
//   copies, at_once   a job array: so many, of which so many run at a time
//   tenant, priority, class, partition, communication, terms
// Numbers follow the list.
std::unique_ptr<const Workload> listed(Setting setting);

}  // namespace berth
