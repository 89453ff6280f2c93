// How far apart the nodes of a job are: the domains of each level that it spans.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/placement.hpp"
#include "core/quantile_sketch.hpp"
#include "simulator/summary.hpp"
#include "topology/fleet.hpp"

namespace berth {

class Spread {
 public:
  explicit Spread(const Fleet& fleet) : fleet_(&fleet), by_level_(fleet.levels()) {}

  // Counts the placement when it is on more than one node.
  void add(const Placement& placement);

  void report(Summary& summary) const;

 private:
  std::int64_t domains_spanned(LevelId level) const;

  const Fleet* fleet_;
  QuantileSketch nodes_;
  std::vector<QuantileSketch> by_level_;
  std::vector<std::uint32_t> sorted_;  // scratch: the nodes of one job in order of id
};

}  // namespace berth
