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
    for (const ListedSwitch& each : list) {
      nodes_.push_back(0);
      for (std::uint32_t node = each.first; node < each.past; ++node) {
        nodes_.back() += free.room(NodeId(node), shape) >= per_node_ ? 1U : 0U;
      }
    }
  }

  std::optional<Placement> place() {
    int top = -1;
    for (int i = 0; i < size(); ++i) {
      const bool root = at(i).parent < 0;
      if (root && fits(i) && (top < 0 || at(i).level >= at(top).level)) {
        top = i;
      }
    }
    if (top < 0) {
      return std::nullopt;
    }
    std::vector<std::uint32_t> distance(list_.size());
    while (left_ > 0) {
      int best = -1;
      for (int i = 0; i < size(); ++i) {
        if (at(i).level == 0 && root_of(i) == top && nodes_[index(i)] > 0 &&
            (best < 0 || better(i, best, distance))) {
          best = i;
        }
      }
      for (int i = 0; i < size(); ++i) {
        if (root_of(i) == top) {
          distance[index(i)] += hops(best, i);
        }
      }
      take(best);
    }
    return filled();
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
  [[nodiscard]] bool fits(int i) const { return nodes_[index(i)] >= left_; }
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
    for (std::uint32_t i = at(leaf).first; i < at(leaf).past && left_ > 0; ++i) {
      const NodeId node(i);
      if (free_.room(node, shape_) >= per_node_) {
        placement_.push_back({node, per_node_, 0});
        --left_;
      }
    }
    const std::uint32_t nodes = nodes_[index(leaf)];
    for (int i = leaf; i >= 0; i = newer_ ? at(i).parent : -1) {
      nodes_[index(i)] -= nodes;
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
  std::vector<std::uint32_t> nodes_;
  Placement placement_;
};

}  // namespace berth::testing
