// Walks the nodes that could host a task, through the index, not through the fleet.
#pragma once

#include <bit>
#include <cstdint>

#include "cluster/occupancy.hpp"

namespace berth {

// Visits available nodes with at least `gpus` free GPUs in ascending order of id, until
// `visit(NodeId)` returns false.
template <class Visit>
void for_each_with_free(const Occupancy& occupancy, std::uint32_t gpus, const Visit& visit) {
  const std::uint32_t past = occupancy.fleet().gpus_per_node() + 1;
  const auto any = [&](const auto& part) {
    std::uint64_t word = 0;
    for (std::uint32_t free = gpus; free < past; ++free) {
      word |= part(occupancy.with_free(free));
    }
    return word;
  };
  const auto summaries = static_cast<std::uint32_t>(occupancy.with_free(0).summary().size());
  for (std::uint32_t s = 0; s < summaries; ++s) {
    std::uint64_t words = any([s](const NodeSet& set) { return set.summary()[s]; });
    for (; words != 0; words &= words - 1) {
      const std::uint32_t w = 64 * s + static_cast<std::uint32_t>(std::countr_zero(words));
      std::uint64_t nodes = any([w](const NodeSet& set) { return set.words()[w]; });
      for (; nodes != 0; nodes &= nodes - 1) {
        if (!visit(NodeId(64 * w + static_cast<std::uint32_t>(std::countr_zero(nodes))))) {
          return;
        }
      }
    }
  }
}

// The same among the nodes of a range: for small ranges, by their words.
template <class Visit>
void for_each_with_free(const Occupancy& occupancy, std::uint32_t gpus, const NodeRange& range,
                        const Visit& visit) {
  const std::uint32_t past = occupancy.fleet().gpus_per_node() + 1;
  for (std::uint32_t w = range.first / 64; 64 * w < range.past; ++w) {
    std::uint64_t nodes = 0;
    for (std::uint32_t free = gpus; free < past; ++free) {
      nodes |= occupancy.with_free(free).words()[w];
    }
    for (; nodes != 0; nodes &= nodes - 1) {
      const std::uint32_t node = 64 * w + static_cast<std::uint32_t>(std::countr_zero(nodes));
      if (node >= range.past) {
        return;
      }
      if (node >= range.first && !visit(NodeId(node))) {
        return;
      }
    }
  }
}

// Visits the members of one set in ascending order of id, until `visit(NodeId)` returns false;
// false when it was stopped.
template <class Visit>
bool for_each_in(const NodeSet& set, const Visit& visit) {
  if (set.empty()) {
    return true;
  }
  for (std::uint32_t s = 0; s < set.summary().size(); ++s) {
    for (std::uint64_t words = set.summary()[s]; words != 0; words &= words - 1) {
      const std::uint32_t w = 64 * s + static_cast<std::uint32_t>(std::countr_zero(words));
      for (std::uint64_t nodes = set.words()[w]; nodes != 0; nodes &= nodes - 1) {
        if (!visit(NodeId(64 * w + static_cast<std::uint32_t>(std::countr_zero(nodes))))) {
          return false;
        }
      }
    }
  }
  return true;
}

}  // namespace berth
