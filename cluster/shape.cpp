#include "cluster/shape.hpp"

#include <algorithm>
#include <limits>

namespace berth {
namespace {

std::int64_t share(std::int64_t total, std::uint32_t tasks) { return (total + tasks - 1) / tasks; }

std::uint64_t fitting(std::int64_t has, std::int64_t wants) {
  return wants <= 0 ? std::numeric_limits<std::uint32_t>::max()
                    : static_cast<std::uint64_t>(has / wants);
}

// Whole nodes are of the largest kind: a job that asks for nodes expects them alike.
Shape whole_nodes(const Ask& ask, const Fleet& fleet) {
  const auto largest =
      std::max_element(fleet.kinds().begin(), fleet.kinds().end(),
                       [](const NodeKind& a, const NodeKind& b) { return a.gpus < b.gpus; });
  return {ask.whole_nodes, largest->gpus, largest->cpu_milli, largest->memory};
}

std::uint32_t fewest_equal_tasks(std::uint32_t gpus, std::uint32_t per_node) {
  std::uint32_t tasks = (gpus + per_node - 1) / per_node;
  while (gpus % tasks != 0) {
    ++tasks;
  }
  return tasks;
}

}  // namespace

std::uint64_t capacity_for(const Shape& shape, const Fleet& fleet) {
  std::uint64_t tasks = 0;
  for (std::size_t i = 0; i < fleet.kinds().size(); ++i) {
    const NodeKind& kind = fleet.kinds()[i];
    tasks += fleet.nodes_of_kind(i) *
             std::min({fitting(kind.gpus, shape.gpus), fitting(kind.cpu_milli, shape.cpu_milli),
                       fitting(kind.memory, shape.memory)});
  }
  return tasks;
}

std::optional<Shape> shape_of(const Ask& ask, const Fleet& fleet) {
  Shape shape;
  if (ask.whole_nodes > 0) {
    shape = whole_nodes(ask, fleet);
  } else {
    if (ask.gpus > fleet.gpus()) {
      return std::nullopt;
    }
    shape.tasks = ask.gpus == 0 ? 1 : fewest_equal_tasks(ask.gpus, fleet.gpus_per_node());
    shape.gpus = ask.gpus / shape.tasks;
    shape.cpu_milli = share(ask.cpu_milli, shape.tasks);
    shape.memory = share(ask.memory, shape.tasks);
  }
  return capacity_for(shape, fleet) >= shape.tasks ? std::optional(shape) : std::nullopt;
}

}  // namespace berth
