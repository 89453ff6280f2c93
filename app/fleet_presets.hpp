// Whole fleets by name: {kind: fleet, preset: neocloud}, with other keys over it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/settings.hpp"

namespace berth {

std::vector<std::string_view> fleet_presets();
// The comment that a preset opens with, as one line. REQUIRES: one of them.
std::string fleet_preset_summary(std::string_view name);

// A fleet that names a preset becomes what the preset says; its other keys replace the preset's.
// Anything else stays as it is. InputError for a preset that is not known.
void put_fleet_preset(Setting cluster);

}  // namespace berth
