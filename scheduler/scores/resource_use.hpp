// What Kubernetes' scores of node resources have in common: of each resource, how much a node has
// and how much of it is asked for once the pod is there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "scheduler/score.hpp"

namespace berth::scores {

inline constexpr std::array<std::string_view, 3> resource_names{"cpu", "memory", "gpu"};

struct ResourceUse {
  std::int64_t asked = 0;  // the pod included
  std::int64_t all = 0;
};
using Resources = std::array<ResourceUse, resource_names.size()>;

inline Resources resources_with(const Pod& pod, NodeId node, const Occupancy& free) {
  const NodeKind& kind = free.fleet().kind(node);
  const std::int64_t gpus = std::int64_t{kind.gpus} * gpu_milli_all;
  return {{{kind.cpu_milli - free.free_cpu_milli(node) + pod.shape.cpu_milli, kind.cpu_milli},
           {kind.memory - free.free_memory(node) + pod.shape.memory, kind.memory},
           {gpus - free.free_gpu_milli(node) + pod.gpu_milli(), gpus}}};
}

// `resources: {cpu: 1, memory: 1, gpu: 1}`: how much each counts, at most `most`.
using ResourceWeights = std::array<std::int64_t, resource_names.size()>;
ResourceWeights read_resource_weights(Setting options, std::int64_t most);

// The mean of what `of_one` says of each resource, by their weights, truncated. A resource that the
// node has none of scores 0 (kube-scheduler, noderesources/most_allocated.go).
template <class OfOne>
std::int64_t weighted_mean(const Resources& resources, const ResourceWeights& weights,
                           const OfOne& of_one) {
  std::int64_t sum = 0;
  std::int64_t all = 0;
  for (std::size_t i = 0; i < resources.size(); ++i) {
    sum += resources[i].all > 0 ? weights[i] * of_one(resources[i]) : 0;
    all += weights[i];
  }
  return sum / all;
}

}  // namespace berth::scores
