#include <algorithm>

#include "core/check.hpp"
#include "topology/routing.hpp"

namespace berth {

std::string_view engine_name(Engine engine) {
  switch (engine) {
    case Engine::ftree:
      return "ftree";
    case Engine::minhop:
      return "minhop";
    case Engine::updn:
      return "updn";
  }
  return "";
}

ForwardingTables::ForwardingTables(const Fabric& fabric, std::vector<DeviceId> switches,
                                   std::uint16_t top)
    : switches_(std::move(switches)),
      row_(fabric.devices(), UINT32_MAX),
      ports_(switches_.size() * (std::size_t{top} + 1), no_path),
      top_(top) {
  for (std::uint32_t i = 0; i < switches_.size(); ++i) {
    row_[switches_[i].index()] = i;
  }
}

std::uint32_t switches_passed(const Fabric& fabric, const ForwardingTables& tables, PortRef from,
                              std::uint16_t lid) {
  auto at = fabric.peer(from);
  for (std::uint32_t passed = 1; at && passed <= tables.switches().size(); ++passed) {
    if (!fabric.is_switch(at->device) || lid > tables.top()) {
      return 0;
    }
    const PortNumber port = tables.port(at->device, lid);
    if (port == ForwardingTables::no_path || port == 0) {
      return port == 0 ? passed : 0;
    }
    at = fabric.peer({at->device, port});
    if (at && !fabric.is_switch(at->device)) {
      const auto ends = fabric.end_ports(at->device);
      const bool arrived = std::any_of(ends.begin(), ends.end(), [&](const EndPort& end) {
        return end.port == at->port && lid >= end.lid && lid < end.lid + (1U << end.lmc);
      });
      return arrived ? passed : 0;
    }
  }
  return 0;
}

namespace {

// Switches of the tables in order of GUID.
std::vector<DeviceId> by_guid(const Fabric& fabric, const ForwardingTables& tables) {
  std::vector<DeviceId> order = tables.switches();
  std::sort(order.begin(), order.end(), [&fabric](DeviceId a, DeviceId b) {
    return fabric.device(a).guid < fabric.device(b).guid;
  });
  return order;
}

PortNumber entry(const ForwardingTables& tables, const DeviceId* from, std::uint32_t lid) {
  return from != nullptr && lid <= tables.top()
             ? tables.port(*from, static_cast<std::uint16_t>(lid))
             : ForwardingTables::no_path;
}

}  // namespace

std::vector<TableChange> changes(const Fabric& before, const ForwardingTables& before_tables,
                                 const Fabric& after, const ForwardingTables& after_tables) {
  const auto old_switches = by_guid(before, before_tables);
  const auto new_switches = by_guid(after, after_tables);
  const std::uint32_t top = std::max(before_tables.top(), after_tables.top());
  std::vector<TableChange> found;
  auto was = old_switches.begin();
  auto is = new_switches.begin();
  while (was != old_switches.end() || is != new_switches.end()) {
    const bool no_new = is == new_switches.end();
    const bool no_old = was == old_switches.end();
    const Guid old_guid = no_old ? Guid{UINT64_MAX} : before.device(*was).guid;
    const Guid new_guid = no_new ? Guid{UINT64_MAX} : after.device(*is).guid;
    const DeviceId* from = !no_old && (no_new || old_guid <= new_guid) ? &*was++ : nullptr;
    const DeviceId* to = !no_new && (no_old || new_guid <= old_guid) ? &*is++ : nullptr;
    for (std::uint32_t lid = 0; lid <= top; ++lid) {
      const PortNumber a = entry(before_tables, from, lid);
      const PortNumber b = entry(after_tables, to, lid);
      if (a != b) {
        found.push_back({std::min(old_guid, new_guid), static_cast<std::uint16_t>(lid), a, b});
      }
    }
  }
  return found;
}

}  // namespace berth
