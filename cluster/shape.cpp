#include "cluster/shape.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

#include "cluster/gpu_shares.hpp"

namespace berth {
namespace {

std::int64_t share(std::int64_t total, std::uint32_t tasks) {
  return total / tasks + (total % tasks != 0 ? 1 : 0);
}

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

Shape equal_tasks(const Ask& ask, std::uint32_t tasks) {
  Shape shape;
  shape.tasks = tasks;
  shape.gpus = ask.gpus / tasks;
  shape.cpu_milli = share(ask.cpu_milli, shape.tasks);
  shape.memory = share(ask.memory, shape.tasks);
  shape.gpu_milli = ask.gpu_milli;
  return shape;
}

std::optional<Shape> if_held(const Shape& shape, const Fleet& fleet, std::uint32_t tasks_least) {
  const std::uint32_t tasks = tasks_least > 0 ? std::min(tasks_least, shape.tasks) : shape.tasks;
  return capacity_for(shape, fleet) >= tasks ? std::optional(shape) : std::nullopt;
}

// GPUs that a task may have, the most first: all of the job's where a node holds them; else what
// divides both the job and some kind of node, so that tasks fill nodes without a rest.
std::vector<std::uint32_t> gpus_per_task(std::uint32_t gpus, const Fleet& fleet) {
  if (gpus <= fleet.gpus_per_node()) {
    return {gpus};
  }
  std::vector<std::uint32_t> sizes{1};
  for (const NodeKind& kind : fleet.kinds()) {
    sizes.push_back(std::gcd(gpus, std::max(kind.gpus, 1U)));
  }
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  return sizes;
}

}  // namespace

std::uint64_t capacity_for(const Shape& shape, const Fleet& fleet, std::size_t kind) {
  const NodeKind& node = fleet.kinds()[kind];
  const std::uint64_t shares = shape.gpu_milli == 0
                                   ? fitting(0, 0)
                                   : std::uint64_t{node.gpus} * shares_per_gpu(shape.gpu_milli);
  return std::min({fitting(node.gpus, shape.gpus), shares, fitting(node.cpu_milli, shape.cpu_milli),
                   fitting(node.memory, shape.memory)});
}

NodeRange kept_around(const Shape& shape, NodeId node, const Fleet& fleet) {
  if (shape.alone == alone_in_fleet) {
    return {0, fleet.nodes()};
  }
  return fleet.nodes_in(fleet.domain_of(node, LevelId(shape.alone - alone_in(LevelId(0)))));
}

std::vector<NodeRange> kept_for(const Shape& shape, const Placement& placement,
                                const Fleet& fleet) {
  std::vector<NodeRange> all;
  for (const Part& part : placement) {
    if (all.empty() || part.node.index() < all.back().first ||
        part.node.index() >= all.back().past) {
      all.push_back(kept_around(shape, part.node, fleet));
    }
  }
  std::ranges::sort(all, {}, &NodeRange::first);
  const auto same = [](const NodeRange& a, const NodeRange& b) { return a.first == b.first; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  return all;
}

Placement kept_empty(const Shape& shape, const Placement& placement, const Fleet& fleet) {
  Placement rest;
  if (shape.alone == 0) {
    return rest;
  }
  std::vector<std::uint32_t> used;
  for (const Part& part : placement) {
    used.push_back(part.node.index());
  }
  std::ranges::sort(used);
  for (const NodeRange& nodes : kept_for(shape, placement, fleet)) {
    for (std::uint32_t node = nodes.first; node < nodes.past; ++node) {
      if (!std::ranges::binary_search(used, node)) {
        rest.push_back({NodeId(node), 0, 0});
      }
    }
  }
  return rest;
}

std::uint64_t capacity_for(const Shape& shape, const Fleet& fleet) {
  std::uint64_t tasks = 0;
  for (std::size_t i = 0; i < fleet.kinds().size(); ++i) {
    tasks += fleet.nodes_of_kind(i) * capacity_for(shape, fleet, i);
  }
  return tasks;
}

std::optional<Shape> shape_of(const Ask& ask, const Fleet& fleet, std::uint32_t tasks_least) {
  if (ask.whole_nodes > 0) {
    return if_held(whole_nodes(ask, fleet), fleet, tasks_least);
  }
  if ((ask.gpus > fleet.gpus() && tasks_least == 0) ||
      (ask.tasks > 0 && ask.gpus % ask.tasks != 0)) {
    return std::nullopt;
  }
  if (ask.tasks > 0 || ask.gpus == 0) {
    return if_held(equal_tasks(ask, std::max(ask.tasks, 1U)), fleet, tasks_least);
  }
  for (const std::uint32_t gpus : gpus_per_task(ask.gpus, fleet)) {
    if (const auto shape = if_held(equal_tasks(ask, ask.gpus / gpus), fleet, tasks_least)) {
      return shape;
    }
  }
  return std::nullopt;
}

}  // namespace berth
