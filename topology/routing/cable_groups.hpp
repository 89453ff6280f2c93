// The cable groups of a fat-tree laid out for assigning: those of a switch lie together in the
// order in which they are taken next, the least loaded first, of equals the leftmost.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "topology/routing/fat_tree.hpp"

namespace berth {

class CableGroups {
 public:
  struct Group {
    std::uint32_t to = 0;     // switch
    std::uint32_t load = 0;   // destinations
    std::uint32_t place = 0;  // of the neighbour, from left to right
    std::uint32_t first = 0;  // cable
    std::uint32_t past = 0;
  };
  struct Cable {
    PortNumber there = 0;  // the neighbour's port
    std::uint32_t load = 0;
  };
  enum class Way : std::uint8_t { up, down, level };

  explicit CableGroups(const FatTree& tree);

  // Up and down are put in order first, those inside a rank stay as they are wired.
  std::span<Group> in_order(std::uint32_t s, Way way) {
    const std::span<Group> groups{groups_.data() + first_[slot(s, way)],
                                  groups_.data() + first_[slot(s, way) + 1]};
    for (std::size_t i = 1; i < groups.size() && way != Way::level; ++i) {
      for (std::size_t j = i; j > 0 && before(groups[j], groups[j - 1]); --j) {
        std::swap(groups[j], groups[j - 1]);
      }
    }
    return groups;
  }
  [[nodiscard]] bool any(std::uint32_t s, Way way) const {
    return first_[slot(s, way)] != first_[slot(s, way) + 1];
  }

  // The lowest port of equals.
  Cable& least_used(const Group& group) {
    std::uint32_t least = group.first;
    for (std::uint32_t i = group.first + 1; i < group.past; ++i) {
      least = cables_[i].load < cables_[least].load ? i : least;
    }
    return cables_[least];
  }

 private:
  static bool before(const Group& a, const Group& b) {
    return a.load != b.load ? a.load < b.load : a.place < b.place;
  }
  static std::size_t slot(std::uint32_t s, Way way) {
    return std::size_t{s} * 3 + static_cast<std::size_t>(way);
  }
  void add(const std::vector<CableGroup>& groups, const std::vector<std::uint32_t>& places);

  std::vector<Group> groups_;         // by switch, then way
  std::vector<std::uint32_t> first_;  // by switch and way, and one more
  std::vector<Cable> cables_;
};

}  // namespace berth
