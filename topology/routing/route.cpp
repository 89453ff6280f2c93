#include <algorithm>

#include <fmt/format.h>

#include "core/check.hpp"
#include "core/error.hpp"
#include "topology/routing/engines.hpp"

namespace berth {
namespace {

void refuse_unknown_roots(const Fabric& fabric, const std::vector<Guid>& roots) {
  for (const Guid root : roots) {
    const auto device = fabric.find(root);
    if (!device || !fabric.is_switch(*device)) {
      throw InputError({}, fmt::format("root {:#018x}: no switch has this GUID", root.value),
                       "give the node GUIDs of the top switches");
    }
  }
}

void refuse_unknown_nodes(const Fabric& fabric, const std::vector<Guid>& nodes) {
  std::vector<Guid> known;
  for (const EndPort& end : fabric.end_ports()) {
    if (fabric.device(end.device).kind == DeviceKind::hca) {
      known.push_back(end.guid);
    }
  }
  std::sort(known.begin(), known.end());
  for (const Guid node : nodes) {
    if (!std::binary_search(known.begin(), known.end(), node)) {
      throw InputError({},
                       fmt::format("compute node {:#018x}: no HCA port has this GUID", node.value),
                       "give the port GUIDs of the HCAs");
    }
  }
}

std::vector<std::uint32_t> indices(const Subnet& subnet, const std::vector<Guid>& guids) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t s = 0; s < subnet.switches(); ++s) {
    if (std::find(guids.begin(), guids.end(), subnet.guid(s)) != guids.end()) {
      found.push_back(s);
    }
  }
  return found;
}

std::vector<bool> compute_ends(const Subnet& subnet, std::vector<Guid> nodes) {
  std::sort(nodes.begin(), nodes.end());
  std::vector<bool> compute;
  for (const Subnet::End& end : subnet.ends()) {
    compute.push_back(end.hca && (nodes.empty() ||
                                  std::binary_search(nodes.begin(), nodes.end(), end.port_guid)));
  }
  return compute;
}

// Returns why the engine asked for gave up.
GaveUp route_plane(const Subnet& subnet, const RoutingOptions& options,
                   const ForwardingTables* kept, Routing& routing) {
  switch (options.engine) {
    case Engine::ftree:
      return route_ftree(
          subnet, {indices(subnet, options.roots), compute_ends(subnet, options.compute_nodes)},
          routing.tables, routing.hca_order);
    case Engine::updn:
      if (options.roots_are_lost) {
        return "none of the roots that were given is left";
      }
      return route_updn(subnet, indices(subnet, options.roots), kept, routing.tables);
    case Engine::minhop:
      route_minhop(subnet, kept, routing.tables);
  }
  return {};
}

ForwardingTables no_entries(const Fabric& fabric) {
  std::vector<DeviceId> switches;
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    if (fabric.is_switch(DeviceId(i))) {
      switches.emplace_back(i);
    }
  }
  check(!switches.empty(), "a subnet that is routed has a switch");
  std::uint32_t top = 0;
  for (const EndPort& end : fabric.end_ports()) {
    top = std::max(top, end.lid + (1U << end.lmc) - 1);
  }
  return {fabric, std::move(switches), static_cast<std::uint16_t>(top)};
}

// Planes that only HCAs with several ports have in common are subnets of their own to OpenSM: it
// does not see through an HCA.
Routing route_all(const Fabric& fabric, const RoutingOptions& options,
                  const ForwardingTables* kept) {
  refuse_unknown_roots(fabric, options.roots);
  refuse_unknown_nodes(fabric, options.compute_nodes);
  Routing routing{no_entries(fabric), options.engine, {}, {}};
  for (const auto& plane : planes(fabric)) {
    const Subnet subnet(fabric, plane);
    const GaveUp why = route_plane(subnet, options, kept, routing);
    if (!why.empty()) {
      route_minhop(subnet, kept, routing.tables);
      routing.engine = Engine::minhop;
      routing.gave_up = why;
    }
  }
  return routing;
}

// The tables as those of another fabric: entries of switches that it does not have are gone.
ForwardingTables moved_to(const Fabric& fabric, const Fabric& before,
                          const ForwardingTables& tables) {
  ForwardingTables moved = no_entries(fabric);
  for (const DeviceId now : moved.switches()) {
    const auto was = before.find(fabric.device(now).guid);
    for (std::uint32_t lid = 0; was && lid <= std::min(moved.top(), tables.top()); ++lid) {
      const auto to = static_cast<std::uint16_t>(lid);
      moved.set(now, to, tables.port(*was, to));
    }
  }
  return moved;
}

}  // namespace

Routing route(const Fabric& fabric, const RoutingOptions& options) {
  return route_all(fabric, options, nullptr);
}

Routing route_after_loss(const Fabric& before, const ForwardingTables& tables, const Fabric& fabric,
                         const RoutingOptions& options) {
  const ForwardingTables kept = moved_to(fabric, before, tables);
  return route_all(fabric, options, &kept);
}

}  // namespace berth
