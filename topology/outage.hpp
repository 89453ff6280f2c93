// Parts that fail: cables, ports, switches, HCAs, nodes, and racks, PDUs or CDUs with all they keep
// alive; and what that does to the nodes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "topology/topology.hpp"

namespace berth {

// Each list in order, without repetition.
struct Outage {
  std::vector<DeviceId> devices;
  std::vector<CableId> cables;
  std::vector<NodeId> nodes;

  bool operator==(const Outage&) const = default;
};

// `what` names a part: a device by description or GUID ("leaf03", "0x2c90400010003"), the cable in
// a port ("leaf03[7]"), a node, a rack, PDU or CDU ("rack7"), or a domain ("su1": its nodes and the
// switches that belong to it). Of one name a device goes before a domain, as an importer names a
// leaf group after its only leaf. InputError, with the nearest name, when it is none, or when it
// names several different things.
Outage outage_of(const Topology& topology, std::string_view what);
Outage both(Outage a, const Outage& b);

// The wiring that is left: devices keep their order, LIDs stay.
Fabric without(const Fabric& fabric, const Outage& outage, const Seats& seats);

// What is left to a node, 0 to 1: the least of
//   its own cables' bandwidth, left / before, and
//   that of the switches of each of its domains to the outside, left / before.
// 0: cut from all outside of some domain.
struct SlowedNode {
  NodeId node;
  double share = 1;
  bool operator==(const SlowedNode&) const = default;
};
struct Impact {
  std::vector<NodeId> lost;        // off, or no cables join them to any other node any more
  std::vector<SlowedNode> slowed;  // the others that have less bandwidth than before
  // The bandwidths that are left: as they were, less those of cables that are dead or end at a node
  // that is off. Each switch still belongs where it did; hops stay.
  Network network;
};
// The more is out, the more nodes are lost and the less is left to each.
Impact impact_of(const Topology& topology, const Outage& outage);

}  // namespace berth
