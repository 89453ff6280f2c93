// What shares a fate: the nodes and switches that one rack, one power distribution unit (PDU) or
// one cooling distribution unit (CDU) keeps alive, and the power it may draw.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topology/fabric.hpp"
#include "topology/fleet.hpp"

namespace berth {

enum class FateKind : std::uint8_t { rack, pdu, cdu };
std::string_view fate_name(FateKind kind);  // "rack", "pdu", "cdu"

struct SharedFate {
  FateKind kind = FateKind::rack;
  std::string name;
  std::vector<NodeRange> nodes;   // in order, not touching
  std::vector<DeviceId> devices;  // the switches; HCAs go with their nodes
  std::int64_t watts = 0;         // it may draw; 0 where nothing is known

  bool operator==(const SharedFate&) const = default;
};

struct Plant {
  std::vector<SharedFate> fates;
};

}  // namespace berth
