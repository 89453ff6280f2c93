// The weights of a fleet's nodes: Slurm takes nodes of low weight before others.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "topology/fleet.hpp"

namespace berth {

// Those that differ, ascending.
inline std::vector<std::int32_t> weights_of(const Fleet& fleet) {
  std::vector<std::int32_t> weights;
  for (const NodeKind& kind : fleet.kinds()) {
    weights.push_back(kind.weight);
  }
  std::ranges::sort(weights);
  const auto repeated = std::ranges::unique(weights);
  weights.erase(repeated.begin(), repeated.end());
  return weights;
}

}  // namespace berth
