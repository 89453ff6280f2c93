#include "app/arguments.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/settings_tree.hpp"
#include "core/units.hpp"

namespace berth {

std::int64_t count_of(const std::string& option, const std::string& text, std::int64_t least,
                      std::int64_t most) {
  const std::string range = most == std::numeric_limits<std::int64_t>::max()
                                ? fmt::format("{} or more", least)
                                : fmt::format("{} to {}", least, most);
  const auto value = parse_integer(text);
  if (!value) {
    throw InputError({option}, "must be a whole number, is " + shown(text), "expected " + range);
  }
  if (*value < least || *value > most) {
    throw InputError({option}, fmt::format("must be {}, is {}", range, *value));
  }
  return *value;
}

}  // namespace berth
