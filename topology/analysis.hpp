// Capacity and weakness of a fabric: tiers, oversubscription, bisection bandwidth by maximum flow,
// and single points of failure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "topology/topology.hpp"

namespace berth {

// The tier of each device: HCAs 0, switches with HCAs of nodes 1 (leaves), 2 for spines, 3 for
// cores: the distance from the nearest leaf. An aggregation node inside a spine makes it no leaf.
// 0 also for switches that no leaf reaches. Routers count as switches.
std::vector<std::uint8_t> tiers(const Fabric& fabric, const Seats& seats);

struct TierSummary {
  std::uint32_t switches = 0;
  std::uint32_t cables_down = 0;  // to the tier below
  std::int64_t bytes_per_s_down = 0;
  std::int64_t bytes_per_s_up = 0;  // 0 at the top
};
// [0] are the leaves. Switches that no leaf reaches are in no tier.
std::vector<TierSummary> tier_summary(const Fabric& fabric, const Seats& seats);

// Bytes per second from the nodes of `a` to those of `b` when both do nothing else: the maximum
// flow, each cable carrying its rate in either direction, each HCA what its cable does, other nodes
// nothing. REQUIRES: neither holds the other.
std::int64_t flow_between(const Topology& topology, DomainId a, DomainId b);
// The figure on the data sheet: the flow from the first half of the nodes (the smaller, where their
// number is odd) of `domain`, or of the whole fleet, to the others. Where nothing blocks, half the
// hosts times what each can send.
std::int64_t bisection(const Topology& topology, std::optional<DomainId> domain = std::nullopt);

// A switch or cable without which some nodes are cut from the largest part that is left of their
// fabric, and how many.
struct WeakSwitch {
  DeviceId device;
  std::uint32_t nodes_cut = 0;
};
struct WeakCable {
  CableId cable;
  std::uint32_t nodes_cut = 0;
};
struct SinglePoints {
  std::vector<WeakSwitch> switches;  // articulation points, in order of id
  std::vector<WeakCable> cables;     // bridges between switches, in order of id
};
// A node hangs on all its HCAs: losing one rail cuts no node. Parallel cables are no bridge.
SinglePoints single_points(const Topology& topology);

}  // namespace berth
