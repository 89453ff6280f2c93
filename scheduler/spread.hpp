// Kubernetes' spreading of pods over domains (PodTopologySpread, as a score): the fewer pods of its
// group a node's domains have already, the better.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/ids.hpp"

namespace berth {

// Over what pods are spread.
struct Spread {
  std::optional<LevelId> level;  // nothing: over nodes
  // How uneven they may be: it is added to what a node has, so that a difference weighs less.
  std::int64_t max_skew = 1;

  bool operator==(const Spread&) const = default;
};

// What the domains of one node have: for each Spread the pods of the group that are in its domain,
// and the number of domains that have a candidate. The sum of pods * ln(domains + 2) + max_skew -
// 1, rounded.
std::int64_t crowd(std::span<const Spread> spreads, std::span<const std::int64_t> pods,
                   std::span<const std::uint32_t> domains);

// The score of a node with that crowd when those of all candidates are from `least` to `most`: 100
// times (most + least - crowd) / most, truncated; 100 where all are 0.
std::int64_t spread_score(std::int64_t crowd, std::int64_t least, std::int64_t most);

}  // namespace berth
