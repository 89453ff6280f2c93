// A subnet as OpenSM walks it: its switches in the order of OpenSM's tables, the ports of each, and
// what hangs on them. The routing engines see nothing else.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "topology/fabric.hpp"

namespace berth {

// OpenSM keeps GUIDs in network byte order and its tables compare them as little-endian integers.
std::uint64_t table_key(Guid guid);

class Subnet {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  // A cabled port of a switch. Cables from a switch to itself are left out: OpenSM ignores them.
  struct Port {
    PortNumber number = 0;
    PortNumber peer_port = 0;
    std::uint32_t to_switch = none;  // index of a switch; or
    std::uint32_t to_end = none;     // index of an end
  };
  // A port of an HCA or a router, and the switch that it hangs on.
  struct End {
    DeviceId device;
    Guid port_guid;
    bool hca = true;
    std::uint8_t lmc = 0;
    std::uint16_t lid = 0;
    std::uint32_t on = 0;  // index of a switch
    PortNumber by = 0;     // port of that switch
  };

  // Of the switches of one plane: cables join them.
  Subnet(const Fabric& fabric, const std::vector<DeviceId>& switches);

  [[nodiscard]] std::uint32_t switches() const {
    return static_cast<std::uint32_t>(devices_.size());
  }
  [[nodiscard]] DeviceId device(std::uint32_t s) const { return devices_[s]; }
  [[nodiscard]] Guid guid(std::uint32_t s) const { return guids_[s]; }
  [[nodiscard]] std::uint16_t lid(std::uint32_t s) const { return lids_[s]; }
  // In order of number. A port's place in `all_ports` is its index.
  [[nodiscard]] std::span<const Port> ports(std::uint32_t s) const {
    return {ports_.data() + first_port_[s], ports_.data() + first_port_[s + 1]};
  }
  [[nodiscard]] std::uint32_t first_port(std::uint32_t s) const { return first_port_[s]; }
  [[nodiscard]] const std::vector<Port>& all_ports() const { return ports_; }
  // In the order of OpenSM's table of nodes, then of port.
  [[nodiscard]] const std::vector<End>& ends() const { return ends_; }

 private:
  void list_ends(const Fabric& fabric, const std::vector<std::uint32_t>& place);
  void list_ports(const Fabric& fabric, const std::vector<std::uint32_t>& place);

  std::vector<DeviceId> devices_;
  std::vector<Guid> guids_;
  std::vector<std::uint16_t> lids_;
  std::vector<std::uint32_t> first_port_;  // by switch, and one more
  std::vector<Port> ports_;
  std::vector<End> ends_;
};

// The switches that cables join without passing an HCA, each plane in order of id.
std::vector<std::vector<DeviceId>> planes(const Fabric& fabric);

// Hops of each switch from the nearest of `sources`; Subnet::none where no cables lead.
std::vector<std::uint32_t> ranks_from(const Subnet& subnet,
                                      const std::vector<std::uint32_t>& sources);

}  // namespace berth
