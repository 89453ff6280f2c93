// A request as so many nodes: for placers of systems that give out nodes. A job of several tasks
// takes on each node as many as the largest empty node holds, of nodes with room for so many.
#pragma once

#include <algorithm>

#include "cluster/occupancy.hpp"
#include "scheduler/request.hpp"

namespace berth {

struct NodeAsk {
  std::uint32_t nodes = 0;
  std::uint32_t tasks_per_node = 1;
  Shape each;  // what a node has to have room for

  NodeAsk(const Shape& shape, const Fleet& fleet)
      : each{1, shape.gpus, shape.cpu_milli, shape.memory, shape.gpu_milli} {
    std::uint64_t most = 1;
    for (std::size_t i = 0; shape.tasks > 1 && i < fleet.kinds().size(); ++i) {
      most = std::max(most, capacity_for(each, fleet, i));
    }
    tasks_per_node = static_cast<std::uint32_t>(std::min<std::uint64_t>(most, shape.tasks));
    nodes = (shape.tasks + tasks_per_node - 1) / tasks_per_node;
    if (shape.gpu_milli > 0) {
      each.tasks = tasks_per_node;  // shares of several tasks add up to no share of one
      return;
    }
    each.gpus *= tasks_per_node;
    each.cpu_milli *= tasks_per_node;
    each.memory *= tasks_per_node;
  }
};

}  // namespace berth
