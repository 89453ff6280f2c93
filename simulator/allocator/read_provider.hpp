// What the provider does to nodes, as a config says it: the keys of `bare_metal:` beside tenants
// and contracts. A part of read_contracts.cpp.
#pragma once

#include "core/settings.hpp"
#include "simulator/allocator/contract.hpp"

namespace berth {

// InputError where it cannot be. `horizon`: when the run is over, where that is known.
void read_provider(Setting bare_metal, const Fleet& fleet, std::optional<Duration> horizon,
                   BareMetal& terms);

}  // namespace berth
