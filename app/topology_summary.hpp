// A cluster as a network engineer counts it: nodes and levels, and for each fabric its tiers,
// cables, oversubscription, bisection and weak points. Fabrics that are alike are analysed once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "topology/analysis.hpp"
#include "topology/power.hpp"
#include "topology/topology.hpp"

namespace berth {

struct LevelSummary {
  std::string name;
  std::uint32_t domains = 0;
  std::uint32_t least_nodes = 0;
  std::uint32_t most_nodes = 0;
  bool nvlink = false;  // NVLink joins the GPUs of a domain
};

// A part of the fabric without which nodes are cut off.
struct WeakPoint {
  std::string name;  // "leaf03", or "leaf03[7] - spine01[2]"
  std::uint32_t nodes_cut = 0;
};

struct FabricSummary {
  std::vector<std::string> names;  // of all fabrics of this shape
  std::string level;               // whose domains they fill; may be empty
  Technology technology = Technology::infiniband;
  std::uint32_t nodes = 0;
  std::uint64_t gpus = 0;
  std::uint32_t hcas = 0;  // of nodes
  std::vector<TierSummary> tiers;
  std::map<LinkRate, std::uint32_t> cables;  // of each rate
  std::int64_t bisection = 0;                // bytes per second
  std::vector<WeakPoint> weak_switches;      // those that cut most first
  std::vector<WeakPoint> weak_cables;
};

struct FateSummary {
  std::vector<std::pair<std::string, std::int64_t>> watts_of;  // by name, as the plant has them
  std::int64_t least_watts = 0;                                // of those it is known of
  std::int64_t most_watts = 0;
};

struct ClusterSummary {
  std::uint32_t nodes = 0;
  std::uint64_t gpus = 0;
  std::map<std::string, std::uint64_t> gpus_by_model;  // "": nothing is said
  std::vector<LevelSummary> levels;
  std::vector<FabricSummary> fabrics;
  std::uint32_t loose_hcas = 0;
  std::map<FateKind, FateSummary> fates;
  std::optional<Power> power;  // nothing: it is not known of every node with GPUs
};

ClusterSummary summarised(const Topology& topology);

// "leaf", "spine", "core", "tier 4": of a tier counted from 0.
std::string tier_name(std::size_t tier);
// "4xNDR".
std::string rate_name(LinkRate rate);
std::string cable_name(const Fabric& fabric, CableId cable);

}  // namespace berth
