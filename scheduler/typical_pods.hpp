// What pods mostly ask for: the measure of which GPUs of a node are fragments (FGD, Weng et al.,
// ATC 2023). The most frequent kinds of pods are typical, as many kinds as it takes to cover a
// given part of all pods. Memory is not looked at.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cluster/shape.hpp"
#include "core/settings.hpp"
#include "workloads/terms.hpp"

namespace berth {

inline constexpr double typical_coverage = 0.95;

struct TypicalPod {
  std::int64_t cpu_milli = 0;
  std::uint32_t gpus = 0;
  std::uint32_t gpu_milli = 0;          // a share of one GPU; then gpus is 0
  std::vector<std::string> gpu_models;  // any of these; empty: any there is
  std::uint64_t count = 1;              // so many of all

  // One task of that shape. `terms` may be null.
  static TypicalPod of(const Shape& shape, const Terms* terms);

  [[nodiscard]] bool wants_gpu() const { return gpus > 0 || gpu_milli > 0; }
  auto operator<=>(const TypicalPod&) const = default;
};

// The most frequent ones of `pods` (of equals the smallest by what they ask for), added one by one
// until they are at least `coverage` of all.
std::vector<TypicalPod> most_frequent(std::vector<TypicalPod> pods, double coverage);

// At `typical`, where there is something: a list of {cpus, gpus | gpu_milli, gpu_models, count}, or
// {file: PODS, coverage: 0.95, gpu_spec: false}, a list of pods as the openb trace has them.
std::optional<std::vector<TypicalPod>> read_typical_pods(Setting options);

}  // namespace berth
