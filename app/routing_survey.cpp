#include "app/routing_survey.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/topology_summary.hpp"

namespace berth {
namespace {

// A cabled port of an HCA.
struct HcaPort {
  PortRef port;
  std::uint16_t lid = 0;
};

std::vector<HcaPort> hca_ports(const Fabric& fabric) {
  std::vector<HcaPort> ports;
  for (const EndPort& end : fabric.end_ports()) {
    const auto peer = fabric.peer({end.device, end.port});
    if (fabric.device(end.device).kind == DeviceKind::hca && peer &&
        fabric.is_switch(peer->device)) {
      ports.push_back({{end.device, end.port}, end.lid});
    }
  }
  return ports;
}

std::vector<std::uint16_t> lids_of(const std::vector<HcaPort>& ports) {
  std::vector<std::uint16_t> lids;
  for (const HcaPort& port : ports) {
    lids.push_back(port.lid);
  }
  return lids;
}

// By name, which is node after node and HCA after HCA; equal names by LID.
std::vector<std::uint16_t> name_order(const Fabric& fabric, std::vector<HcaPort> ports) {
  const auto name = [&](const HcaPort& port) {
    return std::pair(std::string_view(fabric.device(port.port.device).description), port.lid);
  };
  std::ranges::sort(ports, {}, name);
  return lids_of(ports);
}

void count_entries(const Fabric& fabric, const ForwardingTables& tables, RoutingSurvey& survey) {
  for (const EndPort& end : fabric.end_ports()) {
    const std::uint32_t lids = end.lid == 0 ? 0 : 1U << end.lmc;
    const bool to_switch = fabric.is_switch(end.device);
    survey.lids += lids;
    for (std::uint32_t lid = end.lid; lid < end.lid + lids; ++lid) {
      for (const DeviceId from : tables.switches()) {
        const bool missing =
            lid > tables.top() ||
            tables.port(from, static_cast<std::uint16_t>(lid)) == ForwardingTables::no_path;
        (to_switch ? survey.missing_to_switches : survey.missing_to_hcas) += missing ? 1U : 0U;
      }
    }
  }
  survey.switches = static_cast<std::uint32_t>(tables.switches().size());
  survey.entries = std::uint64_t{survey.switches} * survey.lids;
}

// The HCA ports of each switch go the same way, so that one of them stands for all.
std::map<DeviceId, std::vector<HcaPort>> by_leaf(const Fabric& fabric,
                                                 const std::vector<HcaPort>& ports) {
  std::map<DeviceId, std::vector<HcaPort>> leaves;
  for (const HcaPort& port : ports) {
    if (const auto peer = fabric.peer(port.port); peer && fabric.is_switch(peer->device)) {
      leaves[peer->device].push_back(port);
    }
  }
  return leaves;
}

void count_pairs(const Fabric& fabric, const ForwardingTables& tables,
                 const std::vector<HcaPort>& ports, RoutingSurvey& survey) {
  const auto leaves = by_leaf(fabric, ports);
  for (const HcaPort& to : ports) {
    const auto home = fabric.peer(to.port);
    for (const auto& [leaf, senders] : leaves) {
      const std::uint64_t others = senders.size() - (home && home->device == leaf ? 1U : 0U);
      if (others > 0) {
        const bool first_is_it = senders.front().port == to.port;
        const PortRef from = senders[first_is_it ? 1 : 0].port;
        survey.pairs[switches_passed(fabric, tables, from, to.lid)] += others;
      }
    }
  }
}

std::string kind_of(const RoutedFabric& routed, const LinkLoad& load) {
  const auto name = [&](DeviceId device) {
    const std::uint8_t tier = routed.tiers[device.index()];
    return tier == 0 ? std::string("switch") : tier_name(tier - 1U);
  };
  return name(load.from.device) + "->" + name(load.to.device);
}

void add_links(const RoutedFabric& routed, const std::vector<LinkLoad>& loads,
               const std::vector<LinkLoad>& by_name, RoutingSurvey& survey) {
  for (std::size_t i = 0; i < loads.size(); ++i) {
    SurveyedLink link{loads[i], by_name[i].most, kind_of(routed, loads[i])};
    LinkKind& kind = survey.kinds[link.kind];
    kind.least = kind.links == 0 ? link.load.pairs : std::min(kind.least, link.load.pairs);
    kind.most = std::max(kind.most, link.load.pairs);
    kind.total += link.load.pairs;
    kind.shift_most =
        std::max(kind.shift_most, survey.ca_order ? link.load.most : link.most_by_name);
    ++kind.links;
    survey.links.push_back(std::move(link));
  }
}

}  // namespace

RoutingSurvey surveyed(const RoutedFabric& routed, const ForwardingTables& tables,
                       const std::vector<std::uint16_t>& hca_order) {
  const Fabric& fabric = routed.fabric;
  const auto ports = hca_ports(fabric);
  RoutingSurvey survey;
  survey.hca_ports = static_cast<std::uint32_t>(ports.size());
  survey.shifts = survey.hca_ports <= shifts_most;
  survey.ca_order = !hca_order.empty();
  count_entries(fabric, tables, survey);
  count_pairs(fabric, tables, ports, survey);
  auto loads = all_to_all_loads(fabric, tables, lids_of(ports));
  auto by_name = loads;
  if (survey.shifts) {
    add_shift_loads(fabric, tables, name_order(fabric, ports), by_name);
    if (survey.ca_order) {
      add_shift_loads(fabric, tables, hca_order, loads);
    }
  }
  add_links(routed, loads, by_name, survey);
  return survey;
}

}  // namespace berth
