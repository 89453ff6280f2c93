// summary.json: a Summary as JSON, the same bytes for the same numbers everywhere.
#pragma once

#include <string>

#include "simulator/summary.hpp"

namespace berth {

// Keys in a fixed order, numbers in their shortest form that reads back the same. What a run does
// not have is absent (a group of one, a spread without levels); statistics of no job are null.
std::string summary_json(const Summary& summary);

}  // namespace berth
