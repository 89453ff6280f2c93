// `leases` of summary.json.
#pragma once

#include <nlohmann/json.hpp>

#include "simulator/allocator/lease_numbers.hpp"

namespace berth {

nlohmann::ordered_json leases_json(const LeaseNumbers& numbers);

}  // namespace berth
