// Kueue's hot swap: the pods of one failed node move, all others stay where they are.
#pragma once

#include <optional>

#include "scheduler/placers/tas_options.hpp"

namespace berth {

// The pods of `lost` go to the required domain that it stands in; where a level is only preferred,
// to the innermost domain around the others that has room, from that level outwards. Slices stay
// whole: pods that leave others of their slice behind stay in its domain. See Placer::replace.
std::optional<Placement> replace_node(const TasAsk& ask, const Request& request,
                                      const Occupancy& free, const Placement& held, NodeId lost);

}  // namespace berth
