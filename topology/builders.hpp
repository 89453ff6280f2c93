// Fleets from a few settings: {kind: uniform, nodes: 100, gpus_per_node: 8} and its siblings. One
// builder is one file in topology/builders/ and one line in the table of builders.cpp.
#pragma once

#include <string_view>
#include <vector>

#include "core/settings.hpp"
#include "topology/fleet.hpp"

namespace berth {

// Reads {kind: NAME, ...}. InputError when a value is wrong or the fleet would not fit in memory.
Fleet build_fleet(Setting cluster);
std::vector<std::string_view> fleet_kinds();

// The builders.
Fleet uniform_fleet(Setting cluster);  // nodes all alike, no domains
Fleet leveled_fleet(Setting cluster);  // nodes all alike in a regular tree of named domains
Fleet mixed_fleet(Setting cluster);    // parts of the two above, side by side

}  // namespace berth
