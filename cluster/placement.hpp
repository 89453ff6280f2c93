// Where a job runs: which GPUs of which nodes.
#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/container/small_vector.hpp>

#include "core/ids.hpp"

namespace berth {

using GpuMask = std::uint64_t;  // bit i is GPU i of a node

// What a job holds on one node.
struct Part {
  NodeId node;
  std::uint32_t tasks = 0;  // of the job's shape; their CPU and memory follow from it
  GpuMask gpus = 0;

  bool operator==(const Part&) const = default;
};

using Placement = boost::container::small_vector<Part, 4>;  // small jobs need no allocation

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
