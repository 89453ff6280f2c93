// Who runs on each node: kept where nodes may fail, which is when somebody asks. A start or a stop
// costs its parts.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/placement.hpp"

namespace berth {

class Residents {
 public:
  explicit Residents(std::uint32_t nodes) : by_node_(nodes) {}

  void came(JobId job, const Placement& placement);
  void left(JobId job, const Placement& placement);  // REQUIRES: it came with this placement

  // In no order, and one who holds several shared GPUs several times.
  [[nodiscard]] const std::vector<JobId>& on(NodeId node) const { return by_node_[node.index()]; }

 private:
  std::vector<std::vector<JobId>> by_node_;
};

}  // namespace berth
