// A plane seen as a fat-tree: ranks (0 at the top), the groups of parallel cables up and down, and
// the index of every switch, which orders them from left to right. ftree_rank.cpp, fat_tree.cpp,
// ftree_index.cpp and ftree_check.cpp make it, ftree_assign.cpp routes over it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "topology/routing/engines.hpp"

namespace berth {

// (rank, a digit for each rank below the top), compared from left to right.
// Switches that are not reached from the leaves come last.
using TreeIndex = std::array<std::uint16_t, 64>;

// Parallel cables from one switch to another: the neighbour's ports, in order of its cables here.
struct CableGroup {
  std::uint32_t to = 0;  // switch
  std::vector<PortNumber> ports_there;
};

struct TreeSwitch {
  std::uint32_t rank = Subnet::none;
  TreeIndex index{UINT16_MAX};
  bool indexed = false;
  bool has_hcas = false;
  std::vector<std::uint32_t> compute;  // ends that are compute nodes, in order of port
  std::vector<std::size_t> hca_ports;  // of each HCA that hangs here
  std::vector<CableGroup> up;
  std::vector<CableGroup> down;   // to switches
  std::vector<CableGroup> level;  // to switches of its own rank
};

struct FatTree {
  explicit FatTree(const Subnet& on) : subnet(on), switches(on.switches()) {}

  const Subnet& subnet;
  std::vector<TreeSwitch> switches;
  std::uint32_t leaf_rank = 0;
  std::vector<std::uint32_t> leaves;  // from left to right
  std::size_t fullest = 0;            // compute nodes of the leaf that has the most
};

// Each step says why the plane cannot be routed as a fat-tree, or nothing.
GaveUp refuse_what_is_no_tree(const FatTree& tree);
GaveUp rank_switches(FatTree& tree, const FtreeOptions& options);
void group_cables(FatTree& tree, const FtreeOptions& options);
GaveUp mark_leaves(FatTree& tree, const FtreeOptions& options);
void index_switches(FatTree& tree);
GaveUp list_leaves(FatTree& tree);
GaveUp refuse_irregular(const FatTree& tree);
void assign_paths(FatTree& tree, const FtreeOptions& options, ForwardingTables& tables,
                  std::vector<std::uint16_t>& hca_order);

}  // namespace berth
