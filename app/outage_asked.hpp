// What --without takes out.
#pragma once

#include <string>
#include <vector>

#include "topology/outage.hpp"

namespace berth {

// InputError that names the option when a part is none of the topology's.
Outage outage_asked(const Topology& topology, const std::vector<std::string>& parts);

}  // namespace berth
