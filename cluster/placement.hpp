// Where a job runs: which GPUs of which nodes.
#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/container/small_vector.hpp>

#include "core/ids.hpp"

namespace berth {

using GpuMask = std::uint64_t;  // bit i is GPU i of a node

// What a job holds on one node. A job of shares has a part for each GPU that it holds shares of:
// then `gpus` names that GPU, and the tasks hold their shares of it and no more.
struct Part {
  NodeId node;
  std::uint32_t tasks = 0;  // of the job's shape; their CPU and memory follow from it
  GpuMask gpus = 0;

  bool operator==(const Part&) const = default;
};

using Placement = boost::container::small_vector<Part, 4>;  // small jobs need no allocation

// The nodes that it names. Parts on one node stand together.
inline std::size_t count_nodes(const Placement& placement) {
  std::size_t nodes = 0;
  for (std::size_t i = 0; i < placement.size(); ++i) {
    nodes += i == 0 || placement[i].node != placement[i - 1].node ? 1U : 0U;
  }
  return nodes;
}

// Empties it, and lets go of the memory of a large one: places are kept for jobs to come.
inline void forget(Placement& placement) {
  constexpr std::size_t worth_keeping = 64;
  if (placement.capacity() > worth_keeping) {
    placement = Placement{};
    placement.shrink_to_fit();
  }
  placement.clear();
}

}  // namespace berth
