// The fabrics of a cluster: what cables join is one, and those that are alike to the last cable are
// one shape, so that each is analysed once. A fleet of 33 sites has a handful.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "topology/topology.hpp"

namespace berth {

struct FabricShape {
  std::vector<std::string> names;  // of each fabric of this shape: the domain it fills
  std::string level;               // of those domains; empty: it fills none
  Topology first;                  // of them: its nodes, fabric and seats alone
  std::uint32_t hcas = 0;          // of nodes, in one
};

// In the order of their first devices. Devices without a switch are no fabric.
std::vector<FabricShape> fabric_shapes(const Topology& topology);

// HCAs of nodes that no cable joins to a switch.
std::uint32_t loose_hcas(const Topology& topology);

}  // namespace berth
