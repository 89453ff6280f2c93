#include "app/topology_summary.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "app/fabric_shapes.hpp"

namespace berth {
namespace {

LevelSummary level_summary(const Topology& topology, LevelId level) {
  const Fleet& fleet = topology.fleet;
  LevelSummary summary{fleet.level_name(level), fleet.domains(level), UINT32_MAX, 0, false};
  for (std::uint32_t i = 0; i < summary.domains; ++i) {
    const std::uint32_t nodes = fleet.nodes_in(fleet.domain(level, i)).size();
    summary.least_nodes = std::min(summary.least_nodes, nodes);
    summary.most_nodes = std::max(summary.most_nodes, nodes);
  }
  summary.nvlink = topology.network.nvlink_level() == level;
  return summary;
}

template <class Weak, class Name>
std::vector<WeakPoint> worst_first(const std::vector<Weak>& weak, Name name) {
  std::vector<WeakPoint> points;
  for (const Weak& each : weak) {
    points.push_back({name(each), each.nodes_cut});
  }
  std::ranges::stable_sort(points, std::ranges::greater{}, &WeakPoint::nodes_cut);
  return points;
}

FabricSummary fabric_summary(const FabricShape& shape) {
  const Topology& one = shape.first;
  FabricSummary summary;
  summary.names = shape.names;
  summary.level = shape.level;
  summary.technology = one.fabric.technology();
  summary.nodes = one.fleet.nodes();
  summary.gpus = one.fleet.gpus();
  summary.hcas = shape.hcas;
  for (std::uint32_t i = 0; i < one.fabric.cables(); ++i) {
    ++summary.cables[one.fabric.cable(CableId(i)).rate];
  }
  if (summary.nodes == 0) {
    return summary;
  }
  summary.tiers = tier_summary(one.fabric, one.seats);
  summary.bisection = summary.nodes > 1 ? bisection(one) : 0;
  const SinglePoints points = single_points(one);
  summary.weak_switches = worst_first(points.switches, [&](const WeakSwitch& weak) {
    return one.fabric.device(weak.device).description;
  });
  summary.weak_cables = worst_first(
      points.cables, [&](const WeakCable& weak) { return cable_name(one.fabric, weak.cable); });
  return summary;
}

std::map<FateKind, FateSummary> fate_summaries(const Plant& plant) {
  std::map<FateKind, FateSummary> summaries;
  for (const SharedFate& fate : plant.fates) {
    FateSummary& summary = summaries[fate.kind];
    summary.watts_of.emplace_back(fate.name, fate.watts);
    const bool first = summary.most_watts == 0;
    if (fate.watts > 0) {
      summary.least_watts = first ? fate.watts : std::min(summary.least_watts, fate.watts);
      summary.most_watts = std::max(summary.most_watts, fate.watts);
    }
  }
  return summaries;
}

std::optional<Power> known_power(const Fleet& fleet) {
  bool known = fleet.gpus() > 0;
  for (std::size_t i = 0; i < fleet.kinds().size(); ++i) {
    const NodeKind& kind = fleet.kinds()[i];
    known = known && (kind.watts > 0 || kind.gpus == 0);
  }
  return known ? std::optional(power_of(fleet)) : std::nullopt;
}

}  // namespace

ClusterSummary summarised(const Topology& topology) {
  const Fleet& fleet = topology.fleet;
  ClusterSummary summary;
  summary.nodes = fleet.nodes();
  summary.gpus = fleet.gpus();
  for (std::size_t i = 0; i < fleet.kinds().size(); ++i) {
    const NodeKind& kind = fleet.kinds()[i];
    if (kind.gpus > 0) {
      summary.gpus_by_model[kind.gpu_model] += std::uint64_t{kind.gpus} * fleet.nodes_of_kind(i);
    }
  }
  for (std::uint32_t i = 0; i < fleet.levels(); ++i) {
    summary.levels.push_back(level_summary(topology, LevelId(i)));
  }
  for (const FabricShape& shape : fabric_shapes(topology)) {
    summary.fabrics.push_back(fabric_summary(shape));
  }
  summary.loose_hcas = loose_hcas(topology);
  summary.fates = fate_summaries(topology.plant);
  summary.power = known_power(fleet);
  return summary;
}

std::string tier_name(std::size_t tier) {
  constexpr std::array names{"leaf", "spine", "core"};
  return tier < names.size() ? names[tier] : fmt::format("tier {}", tier + 1);
}

std::string rate_name(LinkRate rate) {
  return fmt::format("{}x{}", rate.width, speed_name(rate.speed));
}

std::string cable_name(const Fabric& fabric, CableId id) {
  const Cable& cable = fabric.cable(id);
  return fmt::format("{}[{}] - {}[{}]", fabric.device(cable.a.device).description, cable.a.port,
                     fabric.device(cable.b.device).description, cable.b.port);
}

}  // namespace berth
