// Kueue's balanced placement (KEP-2724, gate TASBalancedPlacement): not as many pods as fit into
// each domain, but evenly over as few domains as there have to be, so that none is left with a
// handful and its links do not slow all others down.
#pragma once

#include <cstdint>
#include <optional>

#include "scheduler/placers/tas_descend.hpp"

namespace berth {

// With L the preferred level: of the domains one level out that hold the job the one with the
// greatest T, the least that any domain one level in would get of the job; of those the one where
// fewest domains of L hold it, then the first. There, without what has no room for T: the fewest
// domains of L (then of least capacity, then of most even insides), in these the fewest one level
// in (then of least capacity). Each gets T, and the rest goes to those with most room.
//
// Slices are not cut: where they lie in domains of L, those get T slices. Where the fewest domains
// are so many that T for each is more than the job, each gets an equal share instead.
//
// Nothing where no domain outside L holds the job. REQUIRES: ask.level is a level of the fleet.
std::optional<TasFound> place_balanced(const TasTree& tree, const TasAsk& ask);

}  // namespace berth
