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
};

// `what` names a part: a device by description or GUID ("leaf03", "0x2c90400010003"), the cable in
// a port ("leaf03[7]"), a node, a domain ("su1"), or a rack, PDU or CDU ("rack7"). InputError, with
// the nearest name, when it is none, or when it names several different things.
Outage outage_of(const Topology& topology, std::string_view what);
Outage both(Outage a, const Outage& b);

// The wiring that is left: devices keep their order, LIDs stay.
Fabric without(const Fabric& fabric, const Outage& outage, const Seats& seats);

struct SlowedNode {
  NodeId node;
  double share =
      1;  // of its bandwidth out of the innermost domain that lost any, still there: 0..1
};
struct Impact {
  std::vector<NodeId> lost;        // off, or cut from every other node that is left
  std::vector<SlowedNode> slowed;  // the others that have less bandwidth than before
  Network network;                 // the bandwidths that are left
};
Impact impact_of(const Topology& topology, const Outage& outage);

}  // namespace berth
