// Where a job runs: which GPUs of which nodes.
#pragma once

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

}  // namespace berth
