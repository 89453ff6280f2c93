#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/topology_report.hpp"
#include "core/hostlist.hpp"

namespace berth {
namespace {

using Json = nlohmann::ordered_json;

Json levels_json(const ClusterSummary& summary) {
  Json levels = Json::array();
  for (const LevelSummary& level : summary.levels) {
    levels.push_back({{"name", level.name},
                      {"domains", level.domains},
                      {"nodes_least", level.least_nodes},
                      {"nodes_most", level.most_nodes},
                      {"nvlink", level.nvlink}});
  }
  return levels;
}

Json fates_json(const ClusterSummary& summary) {
  Json fates = Json::object();
  for (const auto& [kind, fate] : summary.fates) {
    Json watts = Json::object();
    for (const auto& [name, most] : fate.watts_of) {
      watts[name] = most;
    }
    fates[std::string(fate_name(kind))] = {{"count", fate.watts_of.size()},
                                           {"watts_least", fate.least_watts},
                                           {"watts_most", fate.most_watts},
                                           {"watts", std::move(watts)}};
  }
  return fates;
}

Json tiers_json(const FabricSummary& fabric) {
  Json tiers = Json::array();
  for (std::size_t i = 0; i < fabric.tiers.size(); ++i) {
    const TierSummary& tier = fabric.tiers[i];
    Json one{{"tier", tier_name(i)},
             {"switches", tier.switches},
             {"cables_down", tier.cables_down},
             {"down_bytes_per_s", tier.bytes_per_s_down},
             {"up_bytes_per_s", tier.bytes_per_s_up}};
    if (tier.bytes_per_s_up > 0) {
      one["oversubscription"] =
          static_cast<double>(tier.bytes_per_s_down) / static_cast<double>(tier.bytes_per_s_up);
    }
    tiers.push_back(std::move(one));
  }
  return tiers;
}

Json rates_json(const FabricSummary& fabric) {
  Json rates = Json::array();
  for (const auto& [rate, count] : fabric.cables) {
    rates.push_back(
        {{"rate", rate_name(rate)}, {"bytes_per_s", bytes_per_second(rate)}, {"cables", count}});
  }
  return rates;
}

Json points_json(const std::vector<WeakPoint>& points) {
  Json all = Json::array();
  for (const WeakPoint& point : points) {
    all.push_back({{"name", point.name}, {"nodes_cut", point.nodes_cut}});
  }
  return all;
}

Json fabric_json(const FabricSummary& fabric) {
  return {{"fabrics", fabric.names.size()},
          {"names", fabric.names},
          {"level", fabric.level},
          {"technology", fabric.technology == Technology::ethernet ? "ethernet" : "infiniband"},
          {"nodes", fabric.nodes},
          {"gpus", fabric.gpus},
          {"hcas", fabric.hcas},
          {"tiers", tiers_json(fabric)},
          {"cables", rates_json(fabric)},
          {"bisection_bytes_per_s", fabric.bisection},
          {"single_points_of_failure",
           {{"switches", points_json(fabric.weak_switches)},
            {"cables", points_json(fabric.weak_cables)}}}};
}

Json outage_json(const OutageAnswer& outage, const Fleet& fleet) {
  std::vector<std::string> lost;
  for (const NodeId node : outage.impact.lost) {
    lost.push_back(fleet.name(node));
  }
  std::map<double, std::vector<std::string>> slowed;
  for (const SlowedNode& each : outage.impact.slowed) {
    slowed[each.share].push_back(fleet.name(each.node));
  }
  Json shares = Json::array();
  for (const auto& [share, names] : slowed) {
    shares.push_back(
        {{"share_left", share}, {"nodes", names.size()}, {"node_list", fold_hostlist(names)}});
  }
  return {{"parts", outage.parts},
          {"nodes_lost", lost.size()},
          {"lost_node_list", fold_hostlist(lost)},
          {"nodes_slowed", outage.impact.slowed.size()},
          {"slowed", std::move(shares)}};
}

}  // namespace

std::string topology_json(const std::string& path, const ClusterSummary& summary,
                          const OutageAnswer* outage, const Fleet& fleet) {
  Json document{{"format_version", 1}, {"path", path}, {"nodes", summary.nodes}};
  document["gpus"] = summary.gpus;
  Json& models = document["gpus_by_model"] = Json::object();
  for (const auto& [model, gpus] : summary.gpus_by_model) {
    models[model.empty() ? "unknown" : model] = gpus;
  }
  document["levels"] = levels_json(summary);
  document["plant"] = fates_json(summary);
  if (summary.power) {
    document["power"] = {{"nodes_watts", summary.power->nodes_watts},
                         {"auxiliary_watts", summary.power->auxiliary_watts},
                         {"all_in_watts", summary.power->all_in_watts}};
  }
  Json& fabrics = document["fabrics"] = Json::array();
  for (const FabricSummary& fabric : summary.fabrics) {
    fabrics.push_back(fabric_json(fabric));
  }
  document["hcas_without_cable"] = summary.loose_hcas;
  if (outage != nullptr) {
    document["without"] = outage_json(*outage, fleet);
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace berth
