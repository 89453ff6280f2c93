// The placements that a job could have if the fleet were its own: as few domains of every level as
// its shape needs.
#pragma once

#include <vector>

#include "cluster/placement.hpp"
#include "cluster/shape.hpp"
#include "topology/fleet.hpp"

namespace berth {

// In the smallest domain that holds the shape, one for each kind of node where several kinds have
// such domains; fullest domains first. REQUIRES: the empty fleet holds the shape.
std::vector<Placement> tightest_placements(const Fleet& fleet, const Shape& shape);

}  // namespace berth
