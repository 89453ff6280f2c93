// Trees of switches for tests, as topology.conf would list them, and fleets made of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "tests/cluster/fleets.hpp"
#include "topology/fleet.hpp"

namespace berth::testing {

struct ListedSwitch {
  std::string name;
  std::uint32_t level = 0;  // 0: a leaf
  int parent = -1;          // in the list; -1: a root
  std::uint32_t first = 0;  // its nodes
  std::uint32_t past = 0;
};
using SwitchList = std::vector<ListedSwitch>;

// Adds a switch and all below it, leaves at different depths where `ragged`.
inline int add_switches(SwitchList& list, Dice& dice, std::uint32_t level, int parent,
                        std::uint32_t& nodes, bool ragged) {
  const int me = static_cast<int>(list.size());
  list.push_back({"s" + std::to_string(me), level, parent, nodes, nodes});
  if (level == 0) {
    nodes += 1 + dice.below(12);
  }
  for (std::uint32_t child = 0; level > 0 && child < 1 + dice.below(5); ++child) {
    const bool short_one = ragged && child > 0 && dice.one_in(2);
    add_switches(list, dice, short_one ? dice.below(level) : level - 1, me, nodes, ragged);
  }
  list[static_cast<std::size_t>(me)].past = nodes;
  return me;
}

// The same switches in another order: item i of the new list is old[order[i]].
inline SwitchList reordered(const SwitchList& old, const std::vector<std::size_t>& order) {
  std::vector<int> place(old.size());
  SwitchList list;
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[order[i]] = static_cast<int>(i);
    list.push_back(old[order[i]]);
  }
  for (ListedSwitch& each : list) {
    each.parent = each.parent < 0 ? -1 : place[static_cast<std::size_t>(each.parent)];
  }
  return list;
}

inline std::vector<std::size_t> shuffled(std::size_t size, Dice& dice) {
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = size; i > 1; --i) {
    std::swap(order[i - 1], order[dice.below(i)]);
  }
  return order;
}

enum class Listing { leaves_first, backwards, shuffled };

inline SwitchList random_switches(Dice& dice, Listing listing, bool ragged) {
  SwitchList list;
  std::uint32_t nodes = 0;
  const std::uint32_t height = dice.below(4);
  for (std::uint32_t root = 0; root < (dice.one_in(3) ? 1 + dice.below(3) : 1); ++root) {
    const bool lower = ragged && root > 0 && dice.one_in(2);
    add_switches(list, dice, lower ? dice.below(height + 1) : height, -1, nodes, ragged);
  }
  auto order = shuffled(list.size(), dice);
  if (listing != Listing::shuffled) {
    std::ranges::stable_sort(
        order, {}, [&list](std::size_t i) { return std::pair(list[i].level, list[i].first); });
  }
  if (listing == Listing::backwards) {
    std::ranges::reverse(order);
  }
  return reordered(list, order);
}

class FleetOfSwitches {
 public:
  explicit FleetOfSwitches(const SwitchList& list, const NodeKind& kind = gpu_node(8))
      : list_(list), kind_(kind) {
    for (const ListedSwitch& each : list) {
      top_ = std::max(top_, each.level);
    }
    std::vector<std::string> levels;
    for (std::uint32_t level = top_ + 1; level-- > 0;) {
      levels.push_back("level" + std::to_string(level));
    }
    builder_ = FleetBuilder(levels);
  }

  Fleet build() {
    add_children(-1, top_ + 1);
    return builder_.build();
  }

 private:
  // Those below a parent, by their nodes.
  void add_children(int parent, std::uint32_t below) {
    std::vector<std::uint32_t> children;
    for (std::uint32_t i = 0; i < list_.size(); ++i) {
      if (list_[i].parent == parent) {
        children.push_back(i);
      }
    }
    std::ranges::sort(children, {}, [this](std::uint32_t i) { return list_[i].first; });
    for (const std::uint32_t child : children) {
      add(child, below);
    }
  }
  void add(std::uint32_t which, std::uint32_t below) {
    const ListedSwitch& each = list_[which];
    for (std::uint32_t level = below - 1; level > each.level; --level) {
      builder_.enter_filler(each.name);
    }
    builder_.enter(each.name, which);
    for (std::uint32_t node = each.first; each.level == 0 && node < each.past; ++node) {
      builder_.add_node("n" + std::to_string(node), kind_);
    }
    if (each.level > 0) {
      add_children(static_cast<int>(which), each.level);
    }
    for (std::uint32_t level = each.level; level < below; ++level) {
      builder_.leave();
    }
  }

  const SwitchList& list_;
  NodeKind kind_;
  std::uint32_t top_ = 0;
  FleetBuilder builder_;
};

}  // namespace berth::testing
