// What placers share: collecting tasks node by node until the request is whole.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "cluster/candidates.hpp"
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

  // Takes as many tasks as the node has room for, at most `most`, on the GPUs that it gives out.
  // True while more are wanted.
  bool take(NodeId node, std::uint32_t most = ~std::uint32_t{0}) {
    const std::uint32_t tasks = std::min({free_.room(node, shape_), missing_, most});
    if (tasks > 0) {
      free_.give_out(node, shape_, tasks, placement_);
      missing_ -= tasks;
    }
    return missing_ > 0;
  }

  // Takes from the nodes with exactly `free` free GPUs, in ascending order.
  void take_from(std::uint32_t free) {
    const NodeSet& set = free_.with_free(free);
    if (set.empty()) {
      return;
    }
    if (shape_.only_gpus() && shape_.gpus > 0) {
      fill(set, free / shape_.gpus);
    } else {
      for_each_in(set, [this](NodeId node) { return take(node); });
    }
  }

  // Takes a task of each of the consecutive nodes from `first` on that are still wanted. REQUIRES:
  // each has room for one.
  void take_run(NodeId first) {
    if (shape_.gpu_milli > 0) {
      for (std::uint32_t node = first.index(); missing_ > 0; ++node) {
        take(NodeId(node), 1);
      }
      return;
    }
    Part* next = grow_by(missing_);
    for (std::uint32_t i = 0; i < missing_; ++i) {
      const NodeId node(first.index() + i);
      next[i] = {node, 1, free_.pick(node, shape_.gpus)};
    }
    missing_ = 0;
  }

  [[nodiscard]] std::uint32_t missing() const { return missing_; }

  // The placement when it is whole.
  std::optional<Placement> done() {
    return missing_ == 0 ? std::optional(std::move(placement_)) : std::nullopt;
  }

 private:
  // Nodes that all have room for `each` tasks: a large gang is written at the speed of memory.
  void fill(const NodeSet& set, std::uint32_t each) {
    const std::uint32_t full = std::min(set.size(), missing_ / each);
    missing_ -= full * each;
    Part* next = grow_by(full);
    const Part* const past = next + full;
    for_each_in(set, [&](NodeId node) {
      if (next == past) {
        take(node);  // the rest, less than a node takes
        return false;
      }
      *next++ = {node, each, free_.pick(node, each * shape_.gpus)};
      return true;
    });
  }
  Part* grow_by(std::size_t parts) {
    placement_.resize(placement_.size() + parts);
    return placement_.data() + (placement_.size() - parts);
  }

  const Shape& shape_;
  const Occupancy& free_;
  std::uint32_t missing_;
  Placement placement_;
};

}  // namespace berth
