// The domains of a fleet as other tools want a network: a tree of groups with one root. Leaf groups
// (the level `leaf`, or the innermost one) hold the nodes; what is inside them is left out, and so
// is a domain that holds only one other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "topology/fleet.hpp"
#include "topology/topology.hpp"

namespace berth {

struct DomainTree {
  struct Group {
    std::string name;  // its own in the tree
    NodeRange nodes;
    std::uint32_t parent = 0;           // in `groups`; of the root: itself
    std::vector<std::uint32_t> inside;  // in order of nodes; none in a leaf group
  };
  std::vector<Group> groups;           // leaves in order of nodes, then outwards; the root is last
  std::vector<std::uint32_t> leaf_of;  // by node

  [[nodiscard]] std::uint32_t root() const { return static_cast<std::uint32_t>(groups.size()) - 1; }
};
DomainTree domain_tree(const Fleet& fleet);

// The names of a level's domains, each its own.
std::vector<std::string> domain_names(const Fleet& fleet, LevelId level);
// The same by node; nothing where the fleet has no such level.
class LevelNames {
 public:
  LevelNames(const Fleet& fleet, std::optional<LevelId> level);

  // The node's domain; "" without the level.
  [[nodiscard]] const std::string& of(NodeId node) const;
  // Which domain of its level it is, from 0; 0 without the level.
  [[nodiscard]] std::uint32_t number(NodeId node) const;
  [[nodiscard]] bool known() const { return level_.has_value(); }

 private:
  const Fleet* fleet_;
  std::optional<LevelId> level_;
  std::vector<std::string> names_;
  std::string none_;
};

// The level whose domains NVLink joins, if it reaches beyond a node.
std::optional<LevelId> nvlink_level(const Topology& topology);

}  // namespace berth
