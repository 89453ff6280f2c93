// The wiring: switches, HCAs and routers with their ports, and the cables between them. Immutable:
// a broken part gives another fabric (topology/outage.hpp). It is what ibnetdiscover sees, for an
// Ethernet fabric too, and may hold several subnets that no cable joins. Which HCA is in which
// node is not known here (topology/topology.hpp).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ids.hpp"

namespace berth {

using DeviceId = Id<struct DeviceTag>;  // a switch, an HCA or a router of a fabric
using CableId = Id<struct CableTag>;
using PortNumber = std::uint8_t;                   // 1 to 254; 0 is the switch itself
inline constexpr std::uint16_t lid_most = 0xBFFF;  // unicast; InfiniBand specification 1.4, 4.1.3

// A 64-bit name that InfiniBand gives to everything.
struct Guid {
  std::uint64_t value = 0;
  auto operator<=>(const Guid&) const = default;
};

enum class DeviceKind : std::uint8_t { switch_, hca, router };
enum class Technology : std::uint8_t { infiniband, ethernet };
enum class Speed : std::uint8_t { sdr, ddr, qdr, fdr10, fdr, edr, hdr, ndr, xdr };

// "4xNDR": lanes and the signalling of each.
struct LinkRate {
  std::uint8_t width = 4;  // 1, 2, 4, 8 or 12 lanes
  Speed speed = Speed::ndr;
  auto operator<=>(const LinkRate&) const = default;
};
std::string_view speed_name(Speed speed);                 // "NDR"
std::optional<Speed> speed_named(std::string_view name);  // of "NDR"
std::int64_t bytes_per_second(LinkRate rate);             // of data, one direction

struct Device {
  DeviceKind kind = DeviceKind::hca;
  bool enhanced_port_0 = false;  // of a switch
  std::uint8_t ports = 1;        // it has 1..ports, cabled or not
  std::uint32_t vendor = 0;
  std::uint32_t model = 0;  // the "devid"
  Guid guid;
  Guid system;              // of the box it is part of
  std::string description;  // "leaf03", "host7 HCA-1"
  Technology technology = Technology::infiniband;

  bool operator==(const Device&) const = default;
};

// What a packet can be sent to: port 0 of a switch, a cabled port of an HCA or a router.
struct EndPort {
  DeviceId device;
  PortNumber port = 0;
  std::uint8_t lmc = 0;
  std::uint16_t lid = 0;  // 0: none was given
  Guid guid;

  bool operator==(const EndPort&) const = default;
};

struct PortRef {
  DeviceId device;
  PortNumber port = 0;
  auto operator<=>(const PortRef&) const = default;
};

struct Cable {
  PortRef a;  // a < b
  PortRef b;
  LinkRate rate;
  bool operator==(const Cable&) const = default;
};

class Fabric {
 public:
  // Ethernet when all devices are.
  [[nodiscard]] Technology technology() const;
  [[nodiscard]] bool empty() const { return devices_.empty(); }

  [[nodiscard]] std::uint32_t devices() const {
    return static_cast<std::uint32_t>(devices_.size());
  }
  [[nodiscard]] const Device& device(DeviceId id) const { return devices_[id.index()]; }
  [[nodiscard]] bool is_switch(DeviceId id) const {
    return devices_[id.index()].kind == DeviceKind::switch_;
  }
  [[nodiscard]] std::optional<DeviceId> find(Guid guid) const;
  // The devices of this description, in order of id (names are not unique in real fabrics).
  [[nodiscard]] std::vector<DeviceId> described(std::string_view description) const;

  [[nodiscard]] std::uint32_t cables() const { return static_cast<std::uint32_t>(cables_.size()); }
  [[nodiscard]] const Cable& cable(CableId id) const { return cables_[id.index()]; }
  [[nodiscard]] std::optional<CableId> cable_at(PortRef port) const;
  // The other end of the cable in `port`.
  [[nodiscard]] std::optional<PortRef> peer(PortRef port) const;
  // The cabled ports of a device in order of number: (port, the other end, cable).
  struct Link {
    PortNumber port;
    PortRef to;
    CableId cable;
    bool operator==(const Link&) const = default;
  };
  [[nodiscard]] std::span<const Link> links(DeviceId id) const {
    return {links_.data() + first_link_[id.index()], links_.data() + first_link_[id.index() + 1]};
  }

  // In order of device and port; those of one device are consecutive.
  [[nodiscard]] const std::vector<EndPort>& end_ports() const { return end_ports_; }
  [[nodiscard]] std::span<const EndPort> end_ports(DeviceId id) const;
  // REQUIRES: it is a switch.
  [[nodiscard]] std::uint16_t switch_lid(DeviceId id) const { return end_ports(id).front().lid; }

  // Same devices, end ports and cables, in the same order.
  bool operator==(const Fabric&) const = default;

 private:
  friend class FabricBuilder;
  void index_links();
  void index_guids();
  void list_end_ports(const std::vector<EndPort>& said);

  std::vector<Device> devices_;
  std::vector<Cable> cables_;
  std::vector<EndPort> end_ports_;
  std::vector<std::uint32_t> first_link_;      // by device, and one more
  std::vector<Link> links_;                    // by device, then port
  std::vector<std::uint32_t> first_end_port_;  // by device, and one more
  std::vector<std::uint32_t> by_guid_;         // devices in order of GUID
};

// Builds a fabric. What a file may get wrong (GUIDs twice, ports twice) its reader finds before,
// and says where; here it is a bug.
class FabricBuilder {
 public:
  DeviceId add(Device device);  // REQUIRES: a GUID of its own (checked by build)
  // REQUIRES: both ports exist and are free; not the same device's same port. Devices may have
  // a cable to themselves.
  CableId connect(PortRef a, PortRef b, LinkRate rate);
  // Port 0 of every switch and each cabled port of the others is an end port anyway, with the
  // device's GUID plus the port number and no LID; this says otherwise.
  void set_end_port(PortRef port, Guid guid, std::uint16_t lid, std::uint8_t lmc = 0);

  [[nodiscard]] const Device& device(DeviceId id) const { return fabric_.devices_[id.index()]; }
  [[nodiscard]] std::uint32_t devices() const { return fabric_.devices(); }

  // End ports without a LID get one: in each subnet the lowest that are free, in the order of end
  // ports. InputError when a subnet has more than InfiniBand's 49,151.
  Fabric build();

 private:
  Fabric fabric_;
  std::vector<EndPort> said_;
};

// The subnets: devices that cables join, each in order of id; the one with the lowest id first.
std::vector<std::vector<DeviceId>> subnets(const Fabric& fabric);
// A fabric of the devices (in that order) and the cables among them; LIDs stay.
Fabric part_of(const Fabric& fabric, const std::vector<DeviceId>& devices);

}  // namespace berth
