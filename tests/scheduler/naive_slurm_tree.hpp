// Slurm's topology/tree as it is told: cnt[], dist[] and a loop over every leaf for each leaf that
// is taken. Counts come from looking at every node.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/occupancy.hpp"
#include "tests/scheduler/switch_trees.hpp"

namespace berth::testing {

class NaiveSlurmTree {
 public:
  NaiveSlurmTree(const SwitchList& list, const Occupancy& free, const Shape& shape, bool newer)
      : list_(list), free_(free), shape_(shape), newer_(newer) {
    per_node_ = shape.tasks == 1 ? 1 : std::min(shape.tasks, 8 / shape.gpus);
    left_ = (shape.tasks + per_node_ - 1) / per_node_;
    left_cpu_ = shape.tasks * shape.cpu_milli;
    for (std::uint32_t node = 0; node < free.fleet().nodes(); ++node) {
      choosable_.push_back(free.room(NodeId(node), shape) >= per_node_);
    }
    count();
  }

  std::optional<Placement> place() {
    int top = -1;
    for (int i = 0; i < size(); ++i) {
      if (fits(i) &&
          (top < 0 || (lightest_in(i) <= lightest_in(top) && at(i).level >= at(top).level))) {
        top = i;
      }
    }
    if (top < 0) {
      return std::nullopt;
    }
    std::vector<std::uint32_t> distance(list_.size());
    const auto use_up = [&](int leaf) {
      for (int i = 0; i < size(); ++i) {
        if (root_of(i) == top) {
          distance[index(i)] += hops(leaf, i);
        }
      }
      forget(leaf);
    };
    const std::vector<int> begun = force_light_nodes(top);
    for (const int leaf : begun) {
      take(leaf);
    }
    for (const int leaf : begun) {
      use_up(leaf);
    }
    while (left_ > 0) {
      int best = -1;
      for (int i = 0; i < size(); ++i) {
        if (at(i).level == 0 && root_of(i) == top && nodes_[index(i)] > 0 &&
            (best < 0 || better(i, best, distance))) {
          best = i;
        }
      }
      take(best);
      use_up(best);
    }
    return filled();
  }

  // Leaves with a node of the placement.
  [[nodiscard]] std::uint32_t leaves() const {
    std::uint32_t used = 0;
    for (const ListedSwitch& each : list_) {
      const bool any = std::ranges::any_of(placement_, [&each](const Part& part) {
        return each.first <= part.node.index() && part.node.index() < each.past;
      });
      used += each.level == 0 && any ? 1U : 0U;
    }
    return used;
  }

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] int size() const { return static_cast<int>(list_.size()); }
  [[nodiscard]] const ListedSwitch& at(int i) const { return list_[index(i)]; }
  [[nodiscard]] int up(int i) const { return at(i).parent < 0 ? i : at(i).parent; }
  [[nodiscard]] int root_of(int i) const {
    while (at(i).parent >= 0) {
      i = at(i).parent;
    }
    return i;
  }
  [[nodiscard]] std::uint32_t hops(int a, int b) const {
    std::uint32_t to_a = 0;
    for (int i = a;; i = at(i).parent, ++to_a) {
      std::uint32_t to_b = 0;
      for (int j = b; j >= 0; j = at(j).parent, ++to_b) {
        if (i == j) {
          return to_a + to_b;
        }
      }
    }
  }
  [[nodiscard]] bool fits(int i) const {
    return nodes_[index(i)] >= left_ && (!newer_ || cpu_[index(i)] >= left_cpu_);
  }
  [[nodiscard]] std::int32_t weight(std::uint32_t node) const {
    return free_.fleet().kind(NodeId(node)).weight;
  }
  [[nodiscard]] std::int32_t lightest_in(int i) const {
    std::int32_t least = 1000;
    for (std::uint32_t node = at(i).first; node < at(i).past; ++node) {
      least = choosable_[node] ? std::min(least, weight(node)) : least;
    }
    return least;
  }
  // Free nodes and their free CPUs, by switch.
  void count() {
    nodes_.assign(list_.size(), 0);
    cpu_.assign(list_.size(), 0);
    for (int i = 0; i < size(); ++i) {
      for (std::uint32_t node = at(i).first; node < at(i).past; ++node) {
        nodes_[index(i)] += choosable_[node] ? 1U : 0U;
        cpu_[index(i)] += choosable_[node] ? free_.free_cpu_milli(NodeId(node)) : 0;
      }
    }
  }
  void take_node(std::uint32_t node) {
    placement_.push_back({NodeId(node), per_node_, 0});
    choosable_[node] = false;
    --left_;
    left_cpu_ -= per_node_ * shape_.cpu_milli;
  }
  // Takes all nodes below the top of every weight but the last one that is needed, and lets only
  // nodes of that one be chosen. The leaves of what was taken.
  std::vector<int> force_light_nodes(int top) {
    std::vector<int> begun;
    for (std::int32_t light = 0;; ++light) {
      std::vector<std::uint32_t> nodes;
      for (std::uint32_t node = at(top).first; node < at(top).past; ++node) {
        if (choosable_[node] && weight(node) == light) {
          nodes.push_back(node);
        }
      }
      if (nodes.size() >= left_) {
        for (std::uint32_t node = 0; node < choosable_.size(); ++node) {
          choosable_[node] = choosable_[node] && weight(node) == light;
        }
        break;
      }
      for (const std::uint32_t node : nodes) {
        take_node(node);
      }
    }
    for (int i = 0; i < size(); ++i) {
      if (at(i).level == 0 && std::ranges::any_of(placement_, [&](const Part& part) {
            return at(i).first <= part.node.index() && part.node.index() < at(i).past;
          })) {
        begun.push_back(i);
      }
    }
    count();
    return begun;
  }
  struct Compared {
    int result;
    bool i_fit;
  };
  [[nodiscard]] Compared compare(int i, int j) const {
    for (;;) {
      const bool fi = fits(i);
      const bool fj = fits(j);
      const std::uint32_t ni = nodes_[index(i)];
      const std::uint32_t nj = nodes_[index(j)];
      if (fi && fj && ni != nj) {
        return {ni < nj ? 1 : -1, fi};
      }
      if (fi != fj) {
        return {fi ? 1 : -1, fi};
      }
      if (!fi && up(i) != up(j)) {
        i = up(i);
        j = up(j);
        continue;
      }
      if (ni != nj) {
        return {ni > nj ? 1 : -1, fi};
      }
      return {at(i).level < at(j).level ? 1 : at(i).level > at(j).level ? -1 : 0, fi};
    }
  }
  [[nodiscard]] bool better(int i, int best, const std::vector<std::uint32_t>& distance) const {
    const Compared c = compare(i, best);
    if (distance[index(i)] < distance[index(best)]) {
      return newer_ ? c.i_fit : c.result >= 0;
    }
    return distance[index(i)] == distance[index(best)] && c.result > 0;
  }
  void take(int leaf) {
    for (std::uint32_t node = at(leaf).first; node < at(leaf).past && left_ > 0; ++node) {
      if (choosable_[node]) {
        take_node(node);
      }
    }
  }
  void forget(int leaf) {
    const std::uint32_t nodes = nodes_[index(leaf)];
    const std::int64_t cpu = cpu_[index(leaf)];
    for (int i = leaf; i >= 0; i = newer_ ? at(i).parent : -1) {
      nodes_[index(i)] -= nodes;
      cpu_[index(i)] -= cpu;
    }
  }
  // The last node takes what is left.
  Placement filled() {
    std::ranges::sort(placement_, {}, &Part::node);
    std::uint32_t tasks = shape_.tasks;
    for (Part& part : placement_) {
      part.tasks = std::min(tasks, per_node_);
      tasks -= part.tasks;
      part.gpus = Occupancy::lowest(free_.free(part.node), part.tasks * shape_.gpus);
    }
    return placement_;
  }

  const SwitchList& list_;
  const Occupancy& free_;
  Shape shape_;
  bool newer_;
  std::uint32_t per_node_ = 1;
  std::uint32_t left_ = 0;  // nodes
  std::int64_t left_cpu_ = 0;
  std::vector<bool> choosable_;  // by node
  std::vector<std::uint32_t> nodes_;
  std::vector<std::int64_t> cpu_;
  Placement placement_;
};

}  // namespace berth::testing
