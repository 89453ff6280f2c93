#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "topology/routing/fat_tree.hpp"

namespace berth {
namespace {

constexpr std::uint32_t least_levels = 2;
constexpr std::uint32_t most_levels = 8;

class Indexing {
 public:
  explicit Indexing(FatTree& tree) : tree_(tree) {}

  void from(std::uint32_t start) {
    TreeSwitch& first = tree_.switches[start];
    give(start, TreeIndex{static_cast<std::uint16_t>(first.rank)});
    for (std::size_t next = 0; next < queue_.size(); ++next) {
      TreeSwitch& at = tree_.switches[queue_[next]];
      if (at.rank < tree_.leaf_rank) {
        for (const CableGroup& group : at.down) {
          number(at, group.to);
        }
      }
      for (const CableGroup& group : at.up) {
        number(at, group.to);
      }
      sort(at.down);
      sort(at.up);
    }
  }

 private:
  void give(std::uint32_t s, const TreeIndex& index) {
    tree_.switches[s].index = index;
    tree_.switches[s].indexed = true;
    taken_.insert(index);
    queue_.push_back(s);
  }

  // The neighbour differs from `at` in the digit of the lower of the two, the smallest that is
  // free.
  void number(const TreeSwitch& at, std::uint32_t neighbour) {
    const TreeSwitch& other = tree_.switches[neighbour];
    if (other.indexed) {
      return;
    }
    TreeIndex index = at.index;
    index[0] = static_cast<std::uint16_t>(other.rank);
    std::uint16_t& digit = index[std::max(at.rank, other.rank)];
    digit = 0;
    while (taken_.count(index) != 0) {
      ++digit;
    }
    give(neighbour, index);
  }

  void sort(std::vector<CableGroup>& groups) const {
    std::stable_sort(groups.begin(), groups.end(),
                     [this](const CableGroup& a, const CableGroup& b) {
                       return tree_.switches[a.to].index < tree_.switches[b.to].index;
                     });
  }

  FatTree& tree_;
  std::set<TreeIndex> taken_;
  std::vector<std::uint32_t> queue_;
};

}  // namespace

// With roots, the leaves are as low as the first compute node; else they are the lowest switches.
GaveUp mark_leaves(FatTree& tree, const FtreeOptions& options) {
  const auto& ends = tree.subnet.ends();
  const auto first = std::find(options.compute.begin(), options.compute.end(), true);
  if (first == options.compute.end()) {
    return "none of the compute nodes is in the fabric";
  }
  if (!options.roots.empty()) {
    const auto on = ends[static_cast<std::size_t>(first - options.compute.begin())].on;
    tree.leaf_rank = tree.switches[on].rank;
  } else {
    for (const TreeSwitch& one : tree.switches) {
      tree.leaf_rank = std::max(tree.leaf_rank, one.rank);
    }
  }
  const std::uint32_t levels = tree.leaf_rank + 1;
  if (levels < least_levels || levels > most_levels) {
    return fmt::format("{} level(s) of switches; a fat-tree has {} to {}", levels, least_levels,
                       most_levels);
  }
  for (std::uint32_t s = 0; s < tree.switches.size(); ++s) {
    const TreeSwitch& at = tree.switches[s];
    if (!at.compute.empty() && at.rank != tree.leaf_rank) {
      return fmt::format(
          "compute node {:#018x} hangs on a switch of rank {}, leaves are of rank {}",
          ends[at.compute.front()].port_guid.value, at.rank, tree.leaf_rank);
    }
  }
  return {};
}

void index_switches(FatTree& tree) {
  const auto leaf = std::find_if(tree.switches.begin(), tree.switches.end(),
                                 [](const auto& one) { return !one.compute.empty(); });
  if (leaf != tree.switches.end()) {
    Indexing(tree).from(static_cast<std::uint32_t>(leaf - tree.switches.begin()));
  }
}

GaveUp list_leaves(FatTree& tree) {
  for (std::uint32_t s = 0; s < tree.switches.size(); ++s) {
    const TreeSwitch& at = tree.switches[s];
    tree.fullest = std::max(tree.fullest, at.compute.size());
    if (at.rank == tree.leaf_rank) {
      tree.leaves.push_back(s);
    }
  }
  std::sort(tree.leaves.begin(), tree.leaves.end(), [&tree](std::uint32_t a, std::uint32_t b) {
    return tree.switches[a].index < tree.switches[b].index;
  });
  const auto is_leaf = [&tree](std::uint32_t s) { return !tree.switches[s].compute.empty(); };
  // Lowest switches without compute nodes are leaves too where they stand between two that have.
  tree.leaves.erase(tree.leaves.begin(),
                    std::find_if(tree.leaves.begin(), tree.leaves.end(), is_leaf));
  tree.leaves.erase(std::find_if(tree.leaves.rbegin(), tree.leaves.rend(), is_leaf).base(),
                    tree.leaves.end());
  return tree.leaves.size() < 2 ? "compute nodes hang on one switch only" : GaveUp{};
}

}  // namespace berth
