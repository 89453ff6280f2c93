// A comparison for people and for programs.
#pragma once

#include <string>

#include "app/comparison.hpp"
#include "app/scenario.hpp"

namespace berth {

std::string comparison_text(const Comparison& comparison);
// Numbers rounded to twelve digits, so that no machine's last bit shows.
std::string comparison_json(const Comparison& comparison, const Scenario& scenario);

}  // namespace berth
