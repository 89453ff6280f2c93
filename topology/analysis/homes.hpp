// Where the wiring stands in the tree of domains: the home of a device is the innermost domain that
// holds all nodes below it. What a node is to its HCAs, a leaf group is to its leaves, a superpod
// to its spines.
#pragma once

#include <cstdint>
#include <vector>

#include "topology/fabric.hpp"
#include "topology/fleet.hpp"
#include "topology/seats.hpp"

namespace berth {

struct Home {
  NodeRange below;           // from the first node below the device to the last; empty: none
  std::uint32_t levels = 0;  // how many levels, from the outermost, have a domain that holds them

  [[nodiscard]] bool empty() const { return below.size() == 0; }
};

// By device. Nobody's home is that of HCAs without a seat and of switches that no leaf reaches:
// they carry nothing for any node.
std::vector<Home> homes(const Fleet& fleet, const Fabric& fabric, const Seats& seats);

// The domain of this level that a device belongs to; REQUIRES: level < home.levels.
inline DomainId domain_of(const Fleet& fleet, const Home& home, std::uint32_t level) {
  return fleet.domain_of(NodeId(home.below.first), LevelId(level));
}

// Calls act(domain, end) for each domain that the cable leaves, with the end that is inside.
template <class Act>
void each_domain_left(const Fleet& fleet, const std::vector<Home>& homes, const Cable& cable,
                      Act&& act) {
  const Home& a = homes[cable.a.device.index()];
  const Home& b = homes[cable.b.device.index()];
  if (a.empty() || b.empty()) {
    return;
  }
  for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
    const bool has_a = level < a.levels;
    const bool has_b = level < b.levels;
    if (has_a && has_b && domain_of(fleet, a, level) == domain_of(fleet, b, level)) {
      continue;
    }
    if (has_a) {
      act(domain_of(fleet, a, level), cable.a.device);
    }
    if (has_b) {
      act(domain_of(fleet, b, level), cable.b.device);
    }
  }
}

}  // namespace berth
