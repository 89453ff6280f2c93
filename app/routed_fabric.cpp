#include "app/routed_fabric.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "app/outage_asked.hpp"
#include "core/error.hpp"
#include "topology/analysis.hpp"

namespace berth {
namespace {

// HCAs without host names: each is a node of its own, named by its GUID.
Topology node_for_each_hca(const Fabric& fabric) {
  FleetBuilder builder;
  std::vector<std::optional<Seat>> seats(fabric.devices());
  std::uint32_t nodes = 0;
  NodeKind kind;
  kind.gpus = 1;
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    if (fabric.device(DeviceId(i)).kind == DeviceKind::hca) {
      builder.add_node(fmt::format("{:#x}", fabric.device(DeviceId(i)).guid.value), kind);
      seats[i] = Seat{NodeId(nodes++), 0};
    }
  }
  Topology topology;
  if (nodes > 0) {
    topology.fleet = builder.build();
  }
  topology.fabric = fabric;
  topology.seats = Seats(nodes, std::move(seats));
  return topology;
}

// A fabric can be routed without knowing its nodes; where they are known, --without names them.
DescribedCluster cluster_to_route(const TopologyFile& file, const Arguments& arguments) {
  const auto* const fabric = std::get_if<Fabric>(&file.document);
  if (fabric == nullptr || !arguments.sets.empty()) {
    return cluster_of(file, arguments);
  }
  try {
    return cluster_of(file, arguments);
  } catch (const InputError& error) {
    return {std::make_shared<const Topology>(node_for_each_hca(*fabric)), {error.what()}, {}, {}};
  }
}

std::vector<std::vector<DeviceId>> with_switches(const Fabric& fabric) {
  auto all = subnets(fabric);
  std::erase_if(all, [&](const auto& devices) {
    return std::ranges::none_of(devices, [&](DeviceId device) { return fabric.is_switch(device); });
  });
  return all;
}

std::vector<DeviceId> chosen_subnet(const Fabric& fabric, const Arguments& arguments,
                                    const std::string& path) {
  auto all = with_switches(fabric);
  if (all.empty()) {
    throw InputError({path}, "names no switches to route",
                     "routing needs cables: an ibnetdiscover file, or a cluster with a fabric");
  }
  const auto most = static_cast<std::int64_t>(all.size());
  if (!arguments.subnet && most > 1) {
    throw InputError({path},
                     fmt::format("holds {} subnets, of {} to {} devices", most,
                                 std::ranges::min(all, {}, &std::vector<DeviceId>::size).size(),
                                 std::ranges::max(all, {}, &std::vector<DeviceId>::size).size()),
                     fmt::format("choose one: --subnet 1 to {}", most));
  }
  const std::int64_t number =
      arguments.subnet ? count_of("--subnet", *arguments.subnet, 1, most) : 1;
  return std::move(all[static_cast<std::size_t>(number - 1)]);
}

RoutedFabric seated(const Topology& whole, Fabric fabric) {
  std::vector<std::optional<Seat>> seats;
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    const auto device = whole.fabric.find(fabric.device(DeviceId(i)).guid);
    seats.push_back(device ? whole.seats.of(*device) : std::nullopt);
  }
  RoutedFabric routed;
  routed.seats = Seats(whole.fleet.nodes(), std::move(seats));
  routed.tiers = tiers(fabric, routed.seats);
  routed.fabric = std::move(fabric);
  return routed;
}

// The largest part that is left of `intact`.
Fabric left_of(const Fabric& intact, const Fabric& broken) {
  std::vector<DeviceId> largest;
  for (auto& devices : with_switches(broken)) {
    const bool of_it = intact.find(broken.device(devices.front()).guid).has_value();
    if (of_it && devices.size() > largest.size()) {
      largest = std::move(devices);
    }
  }
  if (largest.empty()) {
    throw InputError({"--without"}, "no switch is left to route");
  }
  return part_of(broken, largest);
}

std::uint32_t count_of_kind(const Fabric& fabric, DeviceKind kind) {
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    count += fabric.device(DeviceId(i)).kind == kind ? 1U : 0U;
  }
  return count;
}

}  // namespace

RoutedFabrics fabrics_to_route(const TopologyFile& file, const Arguments& arguments) {
  const DescribedCluster cluster = cluster_to_route(file, arguments);
  const Topology& whole = *cluster.topology;
  RoutedFabrics fabrics;
  fabrics.notes = cluster.notes;
  fabrics.intact =
      seated(whole, part_of(whole.fabric, chosen_subnet(whole.fabric, arguments, file.path)));
  if (arguments.without.empty()) {
    return fabrics;
  }
  const Outage outage = outage_asked(whole, arguments.without);
  const Fabric& intact = fabrics.intact.fabric;
  fabrics.broken = seated(whole, left_of(intact, without(whole.fabric, outage, whole.seats)));
  const Fabric& left = fabrics.broken->fabric;
  fabrics.switches_cut =
      count_of_kind(intact, DeviceKind::switch_) - count_of_kind(left, DeviceKind::switch_);
  fabrics.hcas_cut = count_of_kind(intact, DeviceKind::hca) - count_of_kind(left, DeviceKind::hca);
  return fabrics;
}

}  // namespace berth
