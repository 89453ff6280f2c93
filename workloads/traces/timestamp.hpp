// Points in time as logs write them, "2017-10-09 07:01:55", in a calendar without time zones.
#pragma once

#include <optional>
#include <string_view>

#include "core/time.hpp"

namespace berth {

// Since 1970-01-01 00:00:00; also with a 'T' between day and time, and a fraction of a second.
// Nothing when malformed, no day of the calendar, or before 1970.
std::optional<Duration> parse_timestamp(std::string_view text);

}  // namespace berth
