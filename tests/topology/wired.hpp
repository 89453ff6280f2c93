// Topologies for tests, wired by hand: a Clos of any size, rail-optimised, and small ones at
// random.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/random.hpp"
#include "topology/topology.hpp"

namespace berth::testing {

inline constexpr std::int64_t gb = 1'000'000'000;
inline constexpr LinkRate ndr{4, Speed::ndr};  // 50 GB/s

// Puts a fleet and its fabric together: nodes with their HCAs, switches, cables in the next ports.
class Wiring {
 public:
  explicit Wiring(std::vector<std::string> levels) : fleet(std::move(levels)) {}

  DeviceId add_switch(const std::string& name) { return add(DeviceKind::switch_, name, 254); }
  DeviceId add_hca(const std::string& name) { return add(DeviceKind::hca, name, 2); }
  NodeId add_node(const std::string& name) {
    NodeKind kind;
    kind.gpus = 8;
    fleet.add_node(name, kind);
    return NodeId(nodes_++);
  }
  // An HCA of the node, cabled to a switch.
  DeviceId seat(NodeId node, std::uint8_t rail, DeviceId leaf, LinkRate rate = ndr) {
    const DeviceId hca = add_hca(fmt::format("node{} HCA-{}", node.index(), rail + 1));
    seats_.back() = {node, rail};
    join(hca, leaf, rate);
    return hca;
  }
  CableId join(DeviceId a, DeviceId b, LinkRate rate = ndr) {
    const PortRef from{a, ++used_[a.index()]};
    return fabric_.connect(from, {b, ++used_[b.index()]}, rate);
  }
  Topology done(FrontEnd front_end = {}) {
    Topology made;
    made.fleet = fleet.build();
    made.fabric = fabric_.build();
    made.seats = Seats(nodes_, std::move(seats_));
    made.network = derive_network(made.fleet, made.fabric, made.seats, front_end);
    return made;
  }

  FleetBuilder fleet;  // to enter and leave domains

 private:
  DeviceId add(DeviceKind kind, const std::string& name, std::uint8_t ports) {
    Device device;
    device.kind = kind;
    device.ports = ports;
    device.guid = Guid{0x1000 * (fabric_.devices() + std::uint64_t{1})};
    device.system = device.guid;
    device.description = name;
    seats_.emplace_back();
    used_.push_back(0);
    return fabric_.add(device);
  }

  FabricBuilder fabric_;
  std::vector<std::optional<Seat>> seats_;
  std::vector<PortNumber> used_;  // by device
  std::uint32_t nodes_ = 0;
};

struct Clos {
  std::uint32_t superpods = 1;
  std::uint32_t units = 2;   // leaf groups in a superpod
  std::uint32_t nodes = 4;   // in a unit
  std::uint32_t rails = 2;   // HCAs of a node, and leaves of a unit
  std::uint32_t spines = 2;  // of a superpod
  std::uint32_t cables = 2;  // from a leaf to each spine
  std::uint32_t cores = 0;
  std::uint32_t core_cables = 0;  // from a spine to each core
};

// Levels fabric, superpod, leaf; leaves are named "leaf1.1.2" (superpod, unit, rail), nodes
// "n1.1.4", spines "spine1.2", cores "core1".
inline Topology clos(const Clos& plan) {
  Wiring wiring({"fabric", "superpod", "leaf"});
  wiring.fleet.enter("fabric1");
  std::vector<DeviceId> cores;
  for (std::uint32_t i = 1; i <= plan.cores; ++i) {
    cores.push_back(wiring.add_switch(fmt::format("core{}", i)));
  }
  const auto join_all = [&wiring](DeviceId low, const std::vector<DeviceId>& high,
                                  std::uint32_t cables) {
    for (const DeviceId one : high) {
      for (std::uint32_t i = 0; i < cables; ++i) {
        wiring.join(low, one);
      }
    }
  };
  for (std::uint32_t pod = 1; pod <= plan.superpods; ++pod) {
    wiring.fleet.enter(fmt::format("superpod{}", pod));
    std::vector<DeviceId> spines;
    for (std::uint32_t i = 1; i <= plan.spines; ++i) {
      spines.push_back(wiring.add_switch(fmt::format("spine{}.{}", pod, i)));
      join_all(spines.back(), cores, plan.core_cables);
    }
    for (std::uint32_t unit = 1; unit <= plan.units; ++unit) {
      wiring.fleet.enter(fmt::format("su{}.{}", pod, unit));
      std::vector<DeviceId> leaves;
      for (std::uint32_t rail = 1; rail <= plan.rails; ++rail) {
        leaves.push_back(wiring.add_switch(fmt::format("leaf{}.{}.{}", pod, unit, rail)));
        join_all(leaves.back(), spines, plan.cables);
      }
      for (std::uint32_t i = 1; i <= plan.nodes; ++i) {
        const NodeId node = wiring.add_node(fmt::format("n{}.{}.{}", pod, unit, i));
        for (std::uint32_t rail = 0; rail < plan.rails; ++rail) {
          wiring.seat(node, static_cast<std::uint8_t>(rail), leaves[rail]);
        }
      }
      wiring.fleet.leave();
    }
    wiring.fleet.leave();
  }
  wiring.fleet.leave();
  return wiring.done();
}

inline DomainId domain_named(const Fleet& fleet, const std::string& name) {
  for (std::uint32_t i = 0; i < fleet.domains(); ++i) {
    if (fleet.name(DomainId(i)) == name) {
      return DomainId(i);
    }
  }
  throw std::runtime_error("no domain " + name);
}

// Up to 18 nodes in up to 3 x 3 domains, up to 7 switches, cables wherever chance puts them.
inline Topology random_topology(std::uint64_t number) {
  Random random({}, Stream::test, number);
  const auto draw = [&random](std::uint64_t below) {
    return static_cast<std::uint32_t>(random.next() % below);
  };
  constexpr LinkRate rates[] = {{4, Speed::edr}, {4, Speed::hdr}, {4, Speed::ndr}};
  Wiring wiring({"outer", "inner"});
  std::vector<DeviceId> switches;
  for (std::uint32_t i = 2 + draw(6); i > 0; --i) {
    switches.push_back(wiring.add_switch(fmt::format("s{}", switches.size() + 1)));
  }
  std::uint32_t nodes = 0;
  for (std::uint32_t outer = 1 + draw(3); outer > 0; --outer) {
    wiring.fleet.enter(fmt::format("o{}", outer));
    for (std::uint32_t inner = 1 + draw(3); inner > 0; --inner) {
      wiring.fleet.enter(fmt::format("i{}.{}", outer, inner));
      for (std::uint32_t i = 1 + draw(2); i > 0; --i) {
        const NodeId node = wiring.add_node(fmt::format("n{}", ++nodes));
        for (std::uint32_t rail = 0, rails = draw(3); rail < rails; ++rail) {
          wiring.seat(node, static_cast<std::uint8_t>(rail),
                      switches[draw(switches.size() / 2 + 1)], rates[draw(3)]);
        }
      }
      wiring.fleet.leave();
    }
    wiring.fleet.leave();
  }
  for (std::uint32_t i = draw(12); i > 0; --i) {
    const std::uint32_t a = draw(switches.size());
    const std::uint32_t b = draw(switches.size());
    if (a != b) {
      wiring.join(switches[a], switches[b], rates[draw(3)]);
    }
  }
  if (draw(3) == 0) {
    wiring.join(wiring.add_hca("Mellanox Technologies Aggregation Node"), switches.back());
  }
  return wiring.done();
}

}  // namespace berth::testing
