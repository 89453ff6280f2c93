// A fabric counted by hand from its devices and cables alone: switches by how far they are from
// HCAs, cables between tiers, ports in use.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/settings.hpp"
#include "tests/core/settings_trees.hpp"
#include "topology/builders.hpp"

namespace berth::testing {

using Entries = std::vector<std::pair<std::string, Value>>;

inline Topology topology_of(const Entries& entries) {
  const SettingsTree config = tree(map({{"cluster", map(entries)}}));
  Topology topology = build_topology(config.root().at("cluster"));
  check_all_used(config.root());
  return topology;
}

inline std::string refusal_of(const Entries& entries) {
  return error_of([&] { topology_of(entries); });
}

struct Counts {
  std::vector<std::uint32_t> switches;  // leaves, spines, cores
  std::vector<std::uint32_t> cables;    // to nodes, leaf to spine, spine to core
  bool operator==(const Counts&) const = default;
};

inline std::vector<int> heights(const Fabric& fabric) {
  std::vector<int> height(fabric.devices(), -1);
  std::vector<DeviceId> reached;
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    if (!fabric.is_switch(DeviceId(i))) {
      height[i] = 0;
      reached.emplace_back(i);
    }
  }
  for (std::size_t next = 0; next < reached.size(); ++next) {
    for (const auto& link : fabric.links(reached[next])) {
      if (height[link.to.device.index()] < 0) {
        height[link.to.device.index()] = height[reached[next].index()] + 1;
        reached.push_back(link.to.device);
      }
    }
  }
  return height;
}

inline Counts counts_of(const Fabric& fabric) {
  const auto height = heights(fabric);
  Counts counts;
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    const auto tier = static_cast<std::size_t>(height[i]);
    if (tier > 0) {
      counts.switches.resize(std::max(counts.switches.size(), tier));
      ++counts.switches[tier - 1];
    }
  }
  counts.cables.resize(counts.switches.size());
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    ++counts.cables[static_cast<std::size_t>(
        std::min(height[cable.a.device.index()], height[cable.b.device.index()]))];
  }
  return counts;
}

// How many cables each pair of neighbouring switches has, and how many pairs have as many.
inline std::map<std::uint32_t, std::uint32_t> cables_per_pair(const Fabric& fabric, int lower) {
  const auto height = heights(fabric);
  std::map<std::pair<DeviceId, DeviceId>, std::uint32_t> pairs;
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    const int a = height[cable.a.device.index()];
    const int b = height[cable.b.device.index()];
    if (std::min(a, b) == lower && std::max(a, b) == lower + 1) {
      ++pairs[{cable.a.device, cable.b.device}];
    }
  }
  std::map<std::uint32_t, std::uint32_t> by_count;
  for (const auto& pair : pairs) {
    ++by_count[pair.second];
  }
  return by_count;
}

// Every port in use is within the radix and holds one cable.
inline bool ports_are_conserved(const Fabric& fabric) {
  std::set<PortRef> used;
  bool fine = true;
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    for (const PortRef end : {fabric.cable(CableId(i)).a, fabric.cable(CableId(i)).b}) {
      fine = fine && end.port >= 1 && end.port <= fabric.device(end.device).ports &&
             used.insert(end).second;
    }
  }
  return fine;
}

}  // namespace berth::testing
