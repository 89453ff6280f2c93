// Topologies from a few settings: {kind: uniform, nodes: 100, gpus_per_node: 8} and its siblings.
// One builder is one file in topology/builders/ and one line in the table of builders.cpp.
#pragma once

#include <string_view>
#include <vector>

#include "core/settings.hpp"
#include "topology/topology.hpp"

namespace berth {

// Reads {kind: NAME, ...}. InputError when a value is wrong or the fleet would not fit in memory.
Topology build_topology(Setting cluster);
std::vector<std::string_view> fleet_kinds();

// The builders.
Topology uniform_topology(Setting cluster);  // nodes all alike, no domains
Topology leveled_topology(Setting cluster);  // nodes all alike in a regular tree of named domains
Topology mixed_topology(Setting cluster);    // parts of the two above, side by side

// Of real fabrics: with wiring, seats, plant and network.
Topology superpod_topology(Setting cluster);    // rail-optimised scalable units of DGX
Topology fat_tree_topology(Setting cluster);    // a k-ary folded Clos
Topology nvl72_topology(Setting cluster);       // racks that NVLink joins, InfiniBand above
Topology leaf_spine_topology(Setting cluster);  // Ethernet, oversubscribed as one likes
Topology fleet_topology(Setting cluster);       // sites with halls of any of these

}  // namespace berth
