// Nodes that a config takes out of service for newcomers.
#pragma once

#include <optional>
#include <vector>

#include "core/settings.hpp"
#include "core/time.hpp"
#include "simulator/simulation.hpp"

namespace berth {

// The list at `drains` of a config: [{nodes: n[1-4], from: 1h, until: 3h, by: kubernetes}, ...];
// without `until` they stay closed. Empty when there is none.
std::vector<Drain> read_drains(Setting root, const Fleet& fleet);

}  // namespace berth
