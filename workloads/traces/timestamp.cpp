#include "workloads/traces/timestamp.hpp"

#include <chrono>
#include <cstddef>

#include "workloads/log_number.hpp"

namespace berth {
namespace {

// `digits` decimal digits at `at`, or -1.
int number_at(std::string_view text, std::size_t at, std::size_t digits) {
  int value = 0;
  for (const char c : text.substr(at, digits)) {
    if (c < '0' || c > '9') {
      return -1;
    }
    value = 10 * value + (c - '0');
  }
  return value;
}

bool has_shape(std::string_view text) {
  return text.size() >= 19 && text[4] == '-' && text[7] == '-' &&
         (text[10] == ' ' || text[10] == 'T') && text[13] == ':' && text[16] == ':';
}

}  // namespace

std::optional<Duration> parse_timestamp(std::string_view text) {
  if (!has_shape(text)) {
    return std::nullopt;
  }
  const int month = number_at(text, 5, 2);
  const int day = number_at(text, 8, 2);
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const auto second = number_at(text, 17, 2) < 0 ? std::nullopt : parse_log_number(text.substr(17));
  if (month < 0 || day < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || !second ||
      second->whole > 59) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(number_at(text, 0, 4)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  constexpr int last_year = 2099;  // longest_duration ends in 2116
  if (!date.ok() || static_cast<int>(date.year()) < 1970 ||
      static_cast<int>(date.year()) > last_year) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + second->seconds().value_or(Duration{});
}

}  // namespace berth
