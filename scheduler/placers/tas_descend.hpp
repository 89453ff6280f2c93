// What tas does once it has found domains: each deals out among its inner ones what it has got,
// level by level, down to nodes.
#pragma once

#include <cstdint>
#include <optional>

#include "scheduler/placers/tas_domains.hpp"
#include "scheduler/placers/tas_options.hpp"

namespace berth {

// So many slices, or pods inside the level of slices, in domains of `level`.
struct TasFound {
  std::uint32_t level = 0;
  TasShares shares;
};

// Among the domains of `level` inside `outer`; nothing when they hold less.
std::optional<TasFound> fill_inside(const TasTree& tree, const NodeRange& outer,
                                    std::uint32_t level, std::uint32_t count, TasProfile profile);

// In slices down to their level, then in pods. REQUIRES: there is room.
std::optional<Placement> descend(const TasTree& tree, const TasAsk& ask, TasFound found,
                                 const Request& request, const Occupancy& free);

}  // namespace berth
