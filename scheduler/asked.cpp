#include "scheduler/asked.hpp"

#include <algorithm>

namespace berth {

std::uint32_t fewest_nodes(const Request& request, const Fleet& fleet) {
  const bool moldable = request.terms && request.terms->tasks_least > 0;
  const std::uint32_t tasks = moldable ? request.terms->tasks_least : request.shape.tasks;
  std::uint64_t on_one = 1;
  for (std::size_t kind = 0; kind < fleet.kinds().size(); ++kind) {
    on_one = std::max(on_one, capacity_for(request.shape, fleet, kind));
  }
  return static_cast<std::uint32_t>((tasks + on_one - 1) / on_one);
}

TresCounts asked(const Request& request, const Fleet& fleet) {
  const Shape& shape = request.shape;
  return {shape.cpu_milli * shape.tasks, shape.memory * shape.tasks,
          static_cast<std::int64_t>(shape.total_gpu_milli()), fewest_nodes(request, fleet)};
}

TresCounts held_by(const NodeSet& nodes, const Fleet& fleet) {
  TresCounts counts{};
  for (std::uint32_t node = nodes.first(); node != NodeSet::none; node = nodes.next(node + 1)) {
    const NodeKind& kind = fleet.kind(NodeId(node));
    counts[0] += kind.cpu_milli;
    counts[1] += kind.memory;
    counts[2] += std::int64_t{kind.gpus} * 1000;
    ++counts[3];
  }
  return counts;
}

}  // namespace berth
