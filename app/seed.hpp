// Options that say the same as a key of the config.
#pragma once

#include <string>
#include <vector>

#include "app/arguments.hpp"

namespace berth {

// The --set assignments, and --seed as one more.
std::vector<std::string> with_seed(const Arguments& arguments);

}  // namespace berth
