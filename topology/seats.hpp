// Where the HCAs sit: which node each belongs to, and on which rail. An HCA of no node (a SHARP
// aggregation node in a switch, a host without a name, a manager) has no seat.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/ids.hpp"
#include "topology/fabric.hpp"

namespace berth {

struct Seat {
  NodeId node;
  std::uint8_t rail = 0;
  bool operator==(const Seat&) const = default;
};

class Seats {
 public:
  Seats() = default;
  // `by_device`: one entry for each device of the fabric. REQUIRES: nodes below `nodes`.
  Seats(std::uint32_t nodes, std::vector<std::optional<Seat>> by_device);

  [[nodiscard]] std::optional<Seat> of(DeviceId device) const { return by_device_[device.index()]; }
  // The HCAs of a node in order of rail, then id.
  [[nodiscard]] std::span<const DeviceId> hcas(NodeId node) const {
    return {hcas_.data() + first_[node.index()], hcas_.data() + first_[node.index() + 1]};
  }

 private:
  std::vector<std::optional<Seat>> by_device_;
  std::vector<std::uint32_t> first_;  // by node, and one more
  std::vector<DeviceId> hcas_;
};

}  // namespace berth
