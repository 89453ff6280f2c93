// What Slurm's placers for trees settle before topology has its say: the tree that a job goes into,
// for it never spans two, and where nodes differ in weight those that it has to take.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/occupancy.hpp"
#include "scheduler/placers/leaf_shares.hpp"
#include "scheduler/placers/level_option.hpp"
#include "scheduler/placers/node_ask.hpp"

namespace berth {

struct TreeStart {
  std::optional<DomainId> root;        // none: the whole fleet, which is one tree
  const RoomIndex* room = nullptr;     // of the nodes among which topology chooses
  std::uint32_t wanted = 0;            // of them
  std::optional<std::int32_t> weight;  // theirs, where nodes differ
  std::vector<NodeId> forced;          // all nodes with room of lower weight, ascending
  std::vector<DomainId> begun;         // the leaves of these, in the order of the file
};

// Which of several trees a job goes into.
enum class TreeRoot : std::uint8_t {
  // topology/tree goes through the table of switches that have the nodes, and keeps the best so
  // far: one replaces it that is as high, and whose lightest node with room weighs no more.
  last_that_fits,
  // Dragonfly: the first of the highest that have any room; if that is not enough, the job waits.
  first_with_room,
};

// The root, and in it weights taken ascending until the job has its nodes: the last one that it
// needs is chosen by topology, all below are forced. Nothing where the root has no room.
//
// From 24.05 on Slurm also asks whether a switch has the CPUs that are left to find. A node only
// counts here when it has room for its equal share of the job, CPUs included, so enough nodes are
// always enough CPUs.
//
// REQUIRES: the fleet has the level, if it is given. Valid until the occupancy changes.
std::optional<TreeStart> tree_start(const NodeAsk& ask, const Occupancy& free,
                                    const LevelOption& leaf, TreeRoot root);

// The forced nodes and so many of each leaf, the lowest, in ascending order.
std::optional<Placement> take_start(const TreeStart& start, const LeafShares& shares,
                                    const NodeAsk& ask, const Request& request,
                                    const Occupancy& free);

}  // namespace berth
