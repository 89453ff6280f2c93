// Texts as YAML scalars that every reader takes for texts: plain where that is safe, in double
// quotes where a reader could see a number, a truth value, a list or a comment.
#pragma once

#include <string>
#include <string_view>

#include "core/settings.hpp"

namespace berth {

std::string yaml_scalar(std::string_view text);
// Always in double quotes, for numbers that are names.
std::string yaml_quoted(std::string_view text);
// A value as it was read, in flow style: {x: 2, y: [1, 2]}.
std::string yaml_flow(Setting value);

}  // namespace berth
