// What the occupancy index knows and does of single nodes.
#include <algorithm>
#include <bit>
#include <iterator>
#include <limits>
#include <vector>

#include "cluster/occupancy.hpp"
#include "core/check.hpp"

namespace berth {
namespace {

constexpr std::uint32_t any_number = std::numeric_limits<std::uint32_t>::max();

std::uint32_t tasks_of(std::int64_t has, std::int64_t wants) {
  if (wants <= 0) {
    return any_number;
  }
  return static_cast<std::uint32_t>(std::min<std::int64_t>(has / wants, any_number));
}

}  // namespace

bool Occupancy::idle(NodeId node) const {
  const std::uint32_t i = node.index();
  const NodeKind& kind = fleet_->kind(node);
  return free_count_[i] == kind.gpus && free_cpu_[i] == kind.cpu_milli &&
         free_memory_[i] == kind.memory;
}

std::uint32_t Occupancy::room(NodeId node, const Shape& shape) const {
  const std::uint32_t i = node.index();
  if (!available_[i]) {
    return 0;
  }
  std::uint32_t tasks = shape.gpus == 0 ? any_number : free_count_[i] / shape.gpus;
  if (!shape.only_gpus()) {
    tasks = std::min(
        {tasks, tasks_of(free_cpu_[i], shape.cpu_milli), tasks_of(free_memory_[i], shape.memory)});
  }
  if (shape.gpu_milli > 0) {
    const std::uint32_t of_whole = free_count_[i] * shares_per_gpu(shape.gpu_milli);
    tasks = std::min(tasks, of_whole + shares(node).room(shape.gpu_milli));
  }
  return tasks;
}

bool Occupancy::has(const Shape& shape, const Placement& placement) const {
  std::int64_t tasks = 0;  // on one node; its parts stand together
  for (auto part = placement.begin(); part != placement.end(); ++part) {
    const std::uint32_t node = part->node.index();
    tasks = part != placement.begin() && std::prev(part)->node == part->node ? tasks : 0;
    tasks += part->tasks;
    const bool gpus = shape.gpu_milli > 0
                          ? shares(part->node).gives(*part, shape.gpu_milli, free_[node])
                          : (free_[node] & part->gpus) == part->gpus;
    if (!available_[node] || !gpus || free_cpu_[node] < tasks * shape.cpu_milli ||
        free_memory_[node] < tasks * shape.memory) {
      return false;
    }
  }
  return shape.alone == 0 ||
         std::ranges::all_of(kept_for(shape, placement, *fleet_),
                             [this](const NodeRange& nodes) { return idle(nodes); });
}

bool Occupancy::idle(const NodeRange& nodes) const {
  std::uint32_t node = nodes.first;
  while (node < nodes.past && idle(NodeId(node))) {
    ++node;
  }
  return node == nodes.past;
}

std::uint32_t Occupancy::free_gpu_milli(NodeId node) const {
  return free_count_[node.index()] * gpu_milli_all + shares(node).room(1);
}

void Occupancy::give_out_shares(NodeId node, std::uint32_t milli, std::uint32_t tasks,
                                Placement& placement) const {
  // What is left of a GPU only shrinks while it gives, so each gives all it can before the next.
  std::vector<SharedGpu> gpus(shares(node).begin(), shares(node).end());
  std::ranges::stable_sort(gpus, {}, &SharedGpu::left);
  for (GpuMask mask = free_[node.index()]; mask != 0; mask &= mask - 1) {
    gpus.push_back({static_cast<std::uint32_t>(std::countr_zero(mask)), gpu_milli_all});
  }
  for (auto one = gpus.begin(); tasks > 0; ++one) {
    check(one != gpus.end(), "shares are given out of a node that has them");
    if (const std::uint32_t here = std::min(tasks, one->left / milli); here > 0) {
      placement.push_back({node, here, GpuMask{1} << one->gpu});
      tasks -= here;
    }
  }
}

// Whoever holds all of a node needs no counting.
void Occupancy::count_tasks(const Shape& shape, const Placement& placement, std::int32_t sign) {
  const std::uint32_t stride = fleet_->gpus_per_node();
  if (shape.gpus == 0 || shape.gpus >= stride) {
    return;
  }
  tasks_.resize(free_.size() * std::size_t{stride});
  for (const Part& part : placement) {
    const std::uint32_t node = part.node.index();
    if (shape.gpus < all_count_[node]) {
      std::uint16_t& count = tasks_[node * std::size_t{stride} + shape.gpus];
      count = static_cast<std::uint16_t>(count + sign * static_cast<std::int32_t>(part.tasks));
    }
  }
}

void Occupancy::count_pods(const Shape& shape, const Placement& placement, std::int32_t sign) {
  if (shape.group > 0) {
    for (const Part& part : placement) {
      pods_.add(shape, part.node, sign * static_cast<std::int32_t>(part.tasks));
      touch(part.node.index());  // even where the node offers nothing
    }
  }
}

std::uint32_t Occupancy::tasks_with(NodeId node, std::uint32_t gpus) const {
  const std::uint32_t i = node.index();
  const std::size_t stride = fleet_->gpus_per_node();
  if (gpus < all_count_[i]) {
    return tasks_.empty() ? 0 : tasks_[i * stride + gpus];
  }
  if (gpus > all_count_[i] || free_count_[i] > 0 || !shares(node).empty()) {
    return 0;
  }
  const auto parts = tasks_.begin() + static_cast<std::ptrdiff_t>(tasks_.empty() ? 0 : i * stride);
  return std::any_of(parts, tasks_.empty() ? parts : parts + all_count_[i],
                     [](std::uint16_t tasks) { return tasks > 0; })
             ? 0
             : 1;
}

void Occupancy::copy(NodeId node, const Occupancy& from) {
  const std::uint32_t i = node.index();
  assume(node, from.free_[i], from.free_cpu_[i], from.free_memory_[i], from.shares(node));
  if (!from.kept_.empty() || !kept_.empty()) {
    kept_.resize(free_.size());
    kept_[i] = from.kept_.empty() ? 0 : from.kept_[i];
  }
  set_available(node, from.in_service(node));
  if (pods_.copy(node, from.pods_)) {
    touch(i);
  }
  if (!from.tasks_.empty() || !tasks_.empty()) {
    const std::size_t stride = fleet_->gpus_per_node();
    tasks_.resize(free_.size() * stride);
    for (std::size_t gpus = 0; gpus < stride; ++gpus) {
      tasks_[i * stride + gpus] =
          static_cast<std::uint16_t>(from.tasks_.empty() ? 0 : from.tasks_[i * stride + gpus]);
    }
    touch(i);
  }
}

}  // namespace berth
