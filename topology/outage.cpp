#include "topology/outage.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <utility>

#include "topology/analysis/homes.hpp"
#include "topology/cut_cables.hpp"

namespace berth {
namespace {

template <class Id>
std::vector<Id> united(const std::vector<Id>& a, const std::vector<Id>& b) {
  std::vector<Id> all;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

// The cables that carry nothing any more, by cable: those named and those of devices named. A node
// that is off takes no cable with it that others could use, so it is not asked.
std::vector<bool> dead_cables(const Fabric& fabric, const Outage& outage) {
  std::vector<bool> dead(fabric.cables());
  for (const CableId cable : outage.cables) {
    dead[cable.index()] = true;
  }
  for (const DeviceId device : outage.devices) {
    for (const Fabric::Link& link : fabric.links(device)) {
      dead[link.cable.index()] = true;
    }
  }
  return dead;
}

// Whether cables join a node to any other, by node.
std::vector<bool> joined_nodes(const Topology& topology, const std::vector<bool>& dead) {
  const Fabric& fabric = topology.fabric;
  std::vector<std::uint32_t> part(fabric.devices());
  std::iota(part.begin(), part.end(), 0U);
  const auto part_of_device = [&part](DeviceId device) {
    std::uint32_t at = device.index();
    while (part[at] != at) {
      at = part[at] = part[part[at]];
    }
    return at;
  };
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    if (!dead[i]) {
      const Cable& cable = fabric.cable(CableId(i));
      part[part_of_device(cable.a.device)] = part_of_device(cable.b.device);
    }
  }
  // By part: the node that is in it; `several` when there are more.
  constexpr std::uint32_t nobody = UINT32_MAX;
  constexpr std::uint32_t several = UINT32_MAX - 1;
  std::vector<std::uint32_t> inside(fabric.devices(), nobody);
  const auto each_part = [&](std::uint32_t node, auto&& act) {
    for (const DeviceId hca : topology.seats.hcas(NodeId(node))) {
      act(inside[part_of_device(hca)]);
    }
  };
  const std::uint32_t nodes = topology.fleet.nodes();
  for (std::uint32_t node = 0; node < nodes; ++node) {
    each_part(node,
              [&](std::uint32_t& who) { who = who == nobody || who == node ? node : several; });
  }
  std::vector<bool> joined(nodes);
  for (std::uint32_t node = 0; node < nodes; ++node) {
    each_part(node, [&](std::uint32_t who) { joined[node] = joined[node] || who == several; });
  }
  return joined;
}

std::vector<bool> off_nodes(const Topology& topology, const Outage& outage) {
  std::vector<bool> off(topology.fleet.nodes());
  for (const NodeId node : outage.nodes) {
    off[node.index()] = true;
  }
  return off;
}

// Bytes per second, before and lost.
struct Loss {
  std::int64_t before = 0;
  std::int64_t lost = 0;

  void add(std::int64_t bandwidth, bool dead) {
    before += bandwidth;
    lost += dead ? bandwidth : 0;
  }
  [[nodiscard]] double share() const {
    return lost == 0 ? 1 : static_cast<double>(before - lost) / static_cast<double>(before);
  }
};

// What each node has lost of its own bandwidth and of that of its domains. The HCAs of a node are
// its own: they are not counted again for a rack that has no switch.
std::vector<double> shares(const Topology& topology, const std::vector<Home>& home,
                           const std::vector<bool>& dead) {
  const Fleet& fleet = topology.fleet;
  const Fabric& fabric = topology.fabric;
  std::vector<Loss> of_node(fleet.nodes());
  std::vector<Loss> of_domain(fleet.domains());
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    const std::int64_t bandwidth = bytes_per_second(cable.rate);
    for (const DeviceId end : {cable.a.device, cable.b.device}) {
      if (const auto seat = topology.seats.of(end)) {
        of_node[seat->node.index()].add(bandwidth, dead[i]);
      }
    }
    each_domain_left(fleet, home, cable, [&](DomainId domain, DeviceId end) {
      if (fabric.device(end).kind != DeviceKind::hca) {
        of_domain[domain.index()].add(bandwidth, dead[i]);
      }
    });
  }
  std::vector<double> result(fleet.nodes());
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    result[node] = of_node[node].share();
    for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
      const DomainId domain = fleet.domain_of(NodeId(node), LevelId(level));
      result[node] = std::min(result[node], of_domain[domain.index()].share());
    }
  }
  return result;
}

// Those that are dead, and those of nodes that are off.
std::vector<CableId> cables_gone(const Topology& topology, const std::vector<bool>& dead,
                                 const std::vector<bool>& off) {
  const auto is_off = [&](DeviceId device) {
    const auto seat = topology.seats.of(device);
    return seat && off[seat->node.index()];
  };
  std::vector<CableId> gone;
  for (std::uint32_t i = 0; i < topology.fabric.cables(); ++i) {
    const Cable& cable = topology.fabric.cable(CableId(i));
    if (dead[i] || is_off(cable.a.device) || is_off(cable.b.device)) {
      gone.emplace_back(i);
    }
  }
  return gone;
}

}  // namespace

Outage both(Outage a, const Outage& b) {
  return {united(a.devices, b.devices), united(a.cables, b.cables), united(a.nodes, b.nodes)};
}

Fabric without(const Fabric& fabric, const Outage& outage, const Seats& seats) {
  std::vector<bool> gone(fabric.devices());
  for (const DeviceId device : outage.devices) {
    gone[device.index()] = true;
  }
  for (const NodeId node : outage.nodes) {
    if (fabric.empty()) {
      break;
    }
    for (const DeviceId hca : seats.hcas(node)) {
      gone[hca.index()] = true;
    }
  }
  FabricBuilder builder;
  std::vector<DeviceId> place(fabric.devices());
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    if (gone[i]) {
      continue;
    }
    place[i] = builder.add(fabric.device(DeviceId(i)));
    for (const EndPort& one : fabric.end_ports(DeviceId(i))) {
      builder.set_end_port({place[i], one.port}, one.guid, one.lid, one.lmc);
    }
  }
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const auto& [a, b, rate] = fabric.cable(CableId(i));
    if (!gone[a.device.index()] && !gone[b.device.index()] &&
        !std::binary_search(outage.cables.begin(), outage.cables.end(), CableId(i))) {
      builder.connect({place[a.device.index()], a.port}, {place[b.device.index()], b.port}, rate);
    }
  }
  return builder.build();
}

Impact impact_of(const Topology& topology, const Outage& outage) {
  Impact impact;
  if (topology.fabric.empty()) {
    impact.lost = outage.nodes;
    impact.network = topology.network;
    return impact;
  }
  const auto off = off_nodes(topology, outage);
  const auto dead = dead_cables(topology.fabric, outage);
  const auto home = homes(topology.fleet, topology.fabric, topology.seats);
  const auto joined_before =
      joined_nodes(topology, std::vector<bool>(topology.fabric.cables(), false));
  const auto joined_now = joined_nodes(topology, dead);
  const auto share = shares(topology, home, dead);
  for (std::uint32_t i = 0; i < topology.fleet.nodes(); ++i) {
    if (off[i] || (joined_before[i] && !joined_now[i])) {
      impact.lost.emplace_back(i);
    } else if (share[i] < 1) {
      impact.slowed.push_back({NodeId(i), share[i]});
    }
  }
  impact.network = CutCables(topology).without(cables_gone(topology, dead, off));
  return impact;
}

}  // namespace berth
