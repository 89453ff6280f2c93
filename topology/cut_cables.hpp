// The network without some cables, again and again: what is known of the wiring is found once.
#pragma once

#include <vector>

#include "topology/analysis/homes.hpp"
#include "topology/topology.hpp"

namespace berth {

class CutCables {
 public:
  // `topology` outlives it. REQUIRES: it has a fabric.
  explicit CutCables(const Topology& topology)
      : topology_(topology), homes_(homes(topology.fleet, topology.fabric, topology.seats)) {}

  // The bandwidths as they were, less those of these cables; hops stay. REQUIRES: each once.
  [[nodiscard]] Network without(const std::vector<CableId>& cables) const;

 private:
  const Topology& topology_;
  std::vector<Home> homes_;
};

}  // namespace berth
