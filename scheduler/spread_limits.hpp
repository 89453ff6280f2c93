// Kubernetes' topologySpreadConstraints with whenUnsatisfiable: DoNotSchedule, as a filter: after a
// pod is placed, its domain has at most `max_skew` more pods of its group than the eligible domain
// that has the fewest. Eligible are domains with a node that the pod selects by GPU model and
// labels (nodeAffinityPolicy: Honor), tainted or out of service or not (nodeTaintsPolicy: Ignore),
// and only pods on such nodes count; where there are fewer than `min_domains`, the fewest are none.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scheduler/filter.hpp"

namespace berth {

// What holds for the next pod of its class. O(nodes) to make.
class SpreadLimits {
 public:
  // REQUIRES: the fleet has the levels that the pod names.
  SpreadLimits(const Pod& pod, const Occupancy& free);

  [[nodiscard]] bool allow(NodeId node) const;

 private:
  struct Rule {
    std::optional<LevelId> level;    // nothing: over nodes
    std::int64_t at_most = 0;        // pods in a domain, before one more comes
    std::vector<std::int64_t> pods;  // by domain of the level, or by node
  };
  [[nodiscard]] std::size_t place_of(NodeId node, const Rule& rule) const;

  const Fleet& fleet_;
  std::vector<Rule> rules_;
};

}  // namespace berth
