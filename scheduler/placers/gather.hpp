// What placers share: collecting tasks node by node until the request is whole.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "cluster/occupancy.hpp"
#include "cluster/placement.hpp"
#include "scheduler/request.hpp"

namespace berth {

class Gather {
 public:
  Gather(const Request& request, const Occupancy& free)
      : shape_(request.shape), free_(free), missing_(request.shape.tasks) {
    // One reservation for a gang of whole nodes; a job of many small tasks grows as it goes.
    placement_.reserve(std::min<std::size_t>(missing_, 4096));
  }

  // Takes as many tasks as the node has room for, at most `most`, on its lowest free GPUs.
  // True while more are wanted.
  bool take(NodeId node, std::uint32_t most = ~std::uint32_t{0}) {
    const std::uint32_t tasks = std::min({free_.room(node, shape_), missing_, most});
    if (tasks > 0) {
      placement_.push_back({node, tasks, Occupancy::lowest(free_.free(node), tasks * shape_.gpus)});
      missing_ -= tasks;
    }
    return missing_ > 0;
  }

  [[nodiscard]] std::uint32_t missing() const { return missing_; }

  // The placement when it is whole.
  std::optional<Placement> done() {
    return missing_ == 0 ? std::optional(std::move(placement_)) : std::nullopt;
  }

 private:
  const Shape& shape_;
  const Occupancy& free_;
  std::uint32_t missing_;
  Placement placement_;
};

}  // namespace berth
