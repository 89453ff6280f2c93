// A fabric to route, taken out of what a file holds: one subnet, whole or with parts that failed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/arguments.hpp"
#include "app/described_cluster.hpp"
#include "topology/topology.hpp"

namespace berth {

struct RoutedFabric {
  Fabric fabric;
  Seats seats;  // of the nodes of the whole
  std::vector<std::uint8_t> tiers;
};

struct RoutedFabrics {
  RoutedFabric intact;
  std::optional<RoutedFabric> broken;  // with --without
  std::uint32_t switches_cut = 0;      // that failed or that nothing joins to the rest
  std::uint32_t hcas_cut = 0;
  std::vector<std::string> notes;  // of the importer
};

RoutedFabrics fabrics_to_route(const TopologyFile& file, const Arguments& arguments);

}  // namespace berth
