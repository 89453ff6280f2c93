// The occupancy index as one would write it in an afternoon: per node what is free, per GPU how
// many thousandths of it, and every question a scan over all nodes. The tests ask both.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cluster/placement.hpp"
#include "cluster/shape.hpp"
#include "tests/cluster/fleets.hpp"

namespace berth::testing {

struct NaiveNode {
  std::vector<std::uint32_t> left;  // thousandths of each GPU
  std::int64_t cpu_milli = 0;
  std::int64_t memory = 0;
  bool available = true;

  bool operator==(const NaiveNode&) const = default;
};

class NaiveOccupancy {
 public:
  explicit NaiveOccupancy(const Fleet& fleet) : fleet_(&fleet) {
    for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
      const NodeKind& kind = fleet.kind(NodeId(i));
      nodes.push_back({std::vector(kind.gpus, 1000U), kind.cpu_milli, kind.memory, true});
    }
  }

  std::vector<NaiveNode> nodes;

  [[nodiscard]] std::uint32_t free_gpus(std::uint32_t node) const {
    const auto& left = nodes[node].left;
    const auto whole = std::count(left.begin(), left.end(), 1000U);
    return nodes[node].available ? static_cast<std::uint32_t>(whole) : 0;
  }

  // Tasks that fit, counted one by one, at most 1,000.
  [[nodiscard]] std::uint32_t room(std::uint32_t node, const Shape& shape) const {
    std::uint32_t tasks = 0;
    while (nodes[node].available && tasks < 1000 && fits_times(node, shape, tasks + 1)) {
      ++tasks;
    }
    return tasks;
  }

  [[nodiscard]] bool fits(const Shape& shape) const {
    std::uint64_t tasks = 0;
    for (std::uint32_t node = 0; node < nodes.size(); ++node) {
      tasks += room(node, shape);
    }
    return tasks >= shape.tasks;
  }

  [[nodiscard]] std::uint32_t shortest_run(std::uint32_t gpus, std::uint32_t length) const {
    std::uint32_t best = ~std::uint32_t{0};
    std::uint32_t shortest = best;
    std::uint32_t run = 0;
    for (std::uint32_t node = 0; node <= nodes.size(); ++node) {
      const bool member = node < nodes.size() && nodes[node].available && free_gpus(node) >= gpus;
      if (!member && run >= length && run < shortest) {
        shortest = run;
        best = node - run;
      }
      run = member ? run + 1 : 0;
    }
    return best;
  }

  [[nodiscard]] std::uint64_t free_gpus_in(NodeRange range) const {
    std::uint64_t free = 0;
    for (std::uint32_t node = range.first; node < range.past; ++node) {
      free += free_gpus(node);
    }
    return free;
  }

  [[nodiscard]] std::uint32_t whole_nodes_in(NodeRange range) const {
    std::uint32_t whole = 0;
    for (std::uint32_t node = range.first; node < range.past; ++node) {
      whole +=
          nodes[node].available && free_gpus(node) == fleet_->kind(NodeId(node)).gpus ? 1U : 0U;
    }
    return whole;
  }

  void take(const Shape& shape, const Placement& placement) { change(shape, placement, 1); }
  void give_back(const Shape& shape, const Placement& placement) { change(shape, placement, -1); }

 private:
  [[nodiscard]] bool fits_times(std::uint32_t node, const Shape& shape, std::uint32_t tasks) const {
    std::uint32_t shares = 0;
    for (const std::uint32_t left : nodes[node].left) {
      for (std::uint32_t rest = left; shape.gpu_milli > 0 && rest >= shape.gpu_milli; ++shares) {
        rest -= shape.gpu_milli;
      }
    }
    return tasks * shape.gpus <= free_gpus(node) && (shape.gpu_milli == 0 || tasks <= shares) &&
           tasks * shape.cpu_milli <= nodes[node].cpu_milli &&
           tasks * shape.memory <= nodes[node].memory;
  }

  void change(const Shape& shape, const Placement& placement, std::int64_t sign) {
    for (const Part& part : placement) {
      NaiveNode& node = nodes[part.node.index()];
      const std::uint32_t each = shape.gpu_milli > 0 ? part.tasks * shape.gpu_milli : 1000;
      for (std::size_t gpu = 0; gpu < node.left.size(); ++gpu) {
        if ((part.gpus >> gpu & 1U) != 0) {
          node.left[gpu] = sign > 0 ? node.left[gpu] - each : node.left[gpu] + each;
        }
      }
      node.cpu_milli -= sign * part.tasks * shape.cpu_milli;
      node.memory -= sign * part.tasks * shape.memory;
    }
  }

  const Fleet* fleet_;
};

}  // namespace berth::testing
