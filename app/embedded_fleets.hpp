// The fleets of configs/fleets, built into the program so that {kind: fleet, preset: neocloud}
// works wherever it is installed. The build writes the table (cmake/Embed.cmake).
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace berth {

// (name, YAML text), by name; the name is the file's without .yaml.
const std::vector<std::pair<std::string, std::string>>& embedded_fleets();

}  // namespace berth
