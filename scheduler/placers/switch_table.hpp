// The switches of a fleet as Slurm's tree plugin sees them: a table in the order of topology.conf,
// each with its parent and its height above the leaves. Trees may be ragged, and there may be
// several.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/room_index.hpp"
#include "topology/fleet.hpp"

namespace berth {

class SwitchTable {
 public:
  struct Switch {
    std::optional<DomainId> domain;  // none: the root above all domains, or the whole fleet
    std::uint32_t parent = 0;        // its place in the table; a root is its own
    std::uint32_t height = 0;        // 0: a leaf
    std::uint32_t depth = 0;         // links to its root
    std::uint32_t rank = 0;
    NodeRange nodes;
  };

  // `leaf`: the level whose domains are leaves; none in a fleet without levels. A fleet that no
  // file lists is one tree, whatever its outermost domains are.
  SwitchTable(const Fleet& fleet, std::optional<LevelId> leaf);

  [[nodiscard]] const std::vector<Switch>& all() const { return switches_; }
  [[nodiscard]] const Switch& operator[](std::uint32_t place) const { return switches_[place]; }
  // The place of a domain, or of the root above all of them. REQUIRES: it is a switch.
  [[nodiscard]] std::uint32_t find(std::optional<DomainId> domain) const;
  [[nodiscard]] bool root(std::uint32_t place) const { return switches_[place].parent == place; }
  [[nodiscard]] bool below(std::uint32_t place, std::uint32_t root) const;
  // Links on the way between two switches of one tree.
  [[nodiscard]] std::uint32_t hops(std::uint32_t a, std::uint32_t b) const;
  [[nodiscard]] std::vector<std::uint32_t> counts(const RoomIndex& room) const;

 private:
  void find_parents(const Fleet& fleet);

  std::vector<Switch> switches_;
};

}  // namespace berth
