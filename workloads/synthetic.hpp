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

}  // namespace berth
