#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "topology/analysis/homes.hpp"
#include "topology/names.hpp"
#include "topology/outage.hpp"

namespace berth {
namespace {

std::optional<std::uint64_t> number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const char* const past = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), past, value, base);
  return error == std::errc() && end == past ? std::optional(value) : std::nullopt;
}

std::string hex(Guid guid) { return fmt::format("{:#x}", guid.value); }

// By GUID ("0x2c90400010003"), by description, or as people call a managed switch.
std::vector<DeviceId> devices_named(const Fabric& fabric, std::string_view name) {
  if (name.substr(0, 2) == "0x") {
    if (const auto guid = number(name.substr(2), 16)) {
      const auto device = fabric.find(Guid{*guid});
      return device ? std::vector{*device} : std::vector<DeviceId>{};
    }
  }
  std::vector<DeviceId> found;
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    const std::string& description = fabric.device(DeviceId(i)).description;
    if (description == name ||
        (fabric.is_switch(DeviceId(i)) && switch_name(description) == name)) {
      found.emplace_back(i);
    }
  }
  return found;
}

[[noreturn]] void refuse_several(const Fabric& fabric, std::string_view name,
                                 const std::vector<DeviceId>& devices) {
  constexpr std::size_t shown = 4;
  std::string guids;
  for (std::size_t i = 0; i < std::min(shown, devices.size()); ++i) {
    guids += (i == 0 ? "" : ", ") + hex(fabric.device(devices[i]).guid);
  }
  throw InputError(
      {}, fmt::format("'{}' is the description of {} devices", name, devices.size()),
      fmt::format("say which by its GUID: {}{}", guids, devices.size() > shown ? ", ..." : ""));
}

// "leaf03[7]" is the cable in port 7 of leaf03; nothing where no device is called so.
std::optional<Outage> cable_outage(const Fabric& fabric, std::string_view what) {
  const std::size_t open = what.rfind('[');
  if (open == std::string_view::npos || what.back() != ']') {
    return std::nullopt;
  }
  const std::string_view name = what.substr(0, open);
  const auto devices = devices_named(fabric, name);
  const auto port = number(what.substr(open + 1, what.size() - open - 2), 10);
  if (devices.empty() || !port) {
    return std::nullopt;
  }
  if (devices.size() > 1) {
    refuse_several(fabric, name, devices);
  }
  const std::uint8_t ports = fabric.device(devices.front()).ports;
  if (*port < 1 || *port > ports) {
    throw InputError({}, fmt::format("'{}' has no port {}", name, *port),
                     fmt::format("its ports are 1 to {}", ports));
  }
  const auto cable = fabric.cable_at({devices.front(), static_cast<PortNumber>(*port)});
  if (!cable) {
    throw InputError({}, fmt::format("no cable is in port {} of '{}'", *port, name));
  }
  return Outage{{}, {*cable}, {}};
}

void add_nodes(Outage& outage, NodeRange range) {
  for (std::uint32_t node = range.first; node < range.past; ++node) {
    outage.nodes.emplace_back(node);
  }
}

Outage fate_outage(const SharedFate& fate) {
  Outage outage;
  outage.devices = fate.devices;
  std::sort(outage.devices.begin(), outage.devices.end());
  for (const NodeRange& range : fate.nodes) {
    add_nodes(outage, range);
  }
  return outage;
}

// The nodes of a domain and the switches that belong to it.
Outage domain_outage(const Topology& topology, std::uint32_t level, DomainId domain) {
  Outage outage;
  add_nodes(outage, topology.fleet.nodes_in(domain));
  const auto home = homes(topology.fleet, topology.fabric, topology.seats);
  for (std::uint32_t i = 0; i < home.size(); ++i) {
    if (topology.fabric.device(DeviceId(i)).kind != DeviceKind::hca && !home[i].empty() &&
        level < home[i].levels && domain_of(topology.fleet, home[i], level) == domain) {
      outage.devices.emplace_back(i);
    }
  }
  return outage;
}

struct Meaning {
  std::string kind;  // "rack", or the name of a level
  Outage outage;
};

// Racks, PDUs and CDUs of the name; only where there are none, domains. A level of racks is the
// same racks, and of their switches the rack itself knows more.
std::vector<Meaning> places_named(const Topology& topology, std::string_view name) {
  std::vector<Meaning> found;
  for (const SharedFate& fate : topology.plant.fates) {
    if (fate.name == name) {
      found.push_back({std::string(fate_name(fate.kind)), fate_outage(fate)});
    }
  }
  const Fleet& fleet = topology.fleet;
  const bool fates = !found.empty();
  for (std::uint32_t level = 0; !fates && level < fleet.levels(); ++level) {
    for (std::uint32_t i = 0; i < fleet.domains(LevelId(level)); ++i) {
      const DomainId domain = fleet.domain(LevelId(level), i);
      if (fleet.name(domain) == name) {
        found.push_back({fleet.level_name(LevelId(level)), domain_outage(topology, level, domain)});
      }
    }
  }
  return found;
}

std::optional<Meaning> device_meant(const Topology& topology, std::string_view name,
                                    std::vector<DeviceId> devices) {
  if (devices.empty()) {
    return std::nullopt;
  }
  if (devices.size() > 1) {
    refuse_several(topology.fabric, name, devices);
  }
  const bool is_switch = topology.fabric.is_switch(devices.front());
  return Meaning{is_switch ? "switch" : "HCA", Outage{std::move(devices), {}, {}}};
}

// A leaf group that is named after its only leaf means the leaf; an HCA that is called as its node
// means the node.
std::vector<Meaning> meanings(const Topology& topology, std::string_view name) {
  std::vector<Meaning> found;
  const auto node = topology.fleet.find(name);
  auto devices = devices_named(topology.fabric, name);
  if (node) {
    found.push_back({"node", Outage{{}, {}, {*node}}});
    std::erase_if(devices, [&topology](DeviceId id) { return !topology.fabric.is_switch(id); });
  }
  auto device = device_meant(topology, name, std::move(devices));
  if (device) {
    found.push_back(std::move(*device));
    return found;
  }
  for (Meaning& place : places_named(topology, name)) {
    const bool known = std::any_of(found.begin(), found.end(), [&place](const Meaning& other) {
      return other.outage == place.outage;
    });
    if (!known) {
      found.push_back(std::move(place));
    }
  }
  return found;
}

std::string nearest(const Topology& topology, std::string_view what) {
  std::vector<std::string_view> known;
  for (std::uint32_t i = 0; i < topology.fabric.devices(); ++i) {
    known.push_back(switch_name(topology.fabric.device(DeviceId(i)).description));
  }
  for (std::uint32_t i = 0; i < topology.fleet.nodes(); ++i) {
    known.push_back(topology.fleet.name(NodeId(i)));
  }
  for (std::uint32_t i = 0; i < topology.fleet.domains(); ++i) {
    known.push_back(topology.fleet.name(DomainId(i)));
  }
  for (const SharedFate& fate : topology.plant.fates) {
    known.push_back(fate.name);
  }
  const std::string name(what.substr(0, what.rfind('[')));
  const std::string near = nearest_name(name, known);
  return near.empty() ? "" : "did you mean '" + near + "'?";
}

}  // namespace

Outage outage_of(const Topology& topology, std::string_view what) {
  if (auto cable = cable_outage(topology.fabric, what)) {
    return *cable;
  }
  const auto found = meanings(topology, what);
  if (found.empty()) {
    throw InputError(
        {}, fmt::format("no switch, HCA, node, domain, rack, PDU or CDU is called '{}'", what),
        nearest(topology, what));
  }
  if (found.size() > 1) {
    throw InputError({},
                     fmt::format("'{}' is a {} and a {}, which are not the same parts", what,
                                 found[0].kind, found[1].kind),
                     "name the parts of the one that is meant");
  }
  return found.front().outage;
}

}  // namespace berth
