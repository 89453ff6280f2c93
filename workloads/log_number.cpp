#include "workloads/log_number.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace berth {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::int32_t take_fraction(const char*& at, const char* end) {
  std::int32_t fraction = 0;
  std::int32_t unit = 100'000'000;
  for (; at != end && is_digit(*at); ++at) {
    fraction += unit * (*at - '0');
    unit /= 10;
  }
  return fraction;
}

}  // namespace

std::optional<LogNumber> take_number(std::string_view& text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at != end && *at == '-';
  at += negative ? 1 : 0;
  if (at == end || !is_digit(*at)) {
    return std::nullopt;
  }
  LogNumber number;
  for (; at != end && is_digit(*at); ++at) {
    number.whole = std::min(number.whole, LogNumber::most / 10) * 10 + (*at - '0');
  }
  number.whole = std::min(number.whole, LogNumber::most);
  if (end - at > 1 && *at == '.' && is_digit(at[1])) {
    ++at;
    number.billionths = take_fraction(at, end);
  }
  if (negative) {
    number.whole = -number.whole;
    number.billionths = -number.billionths;
  }
  text.remove_prefix(static_cast<std::size_t>(at - text.data()));
  return number;
}

std::optional<LogNumber> parse_log_number(std::string_view text) {
  const auto number = take_number(text);
  return text.empty() ? number : std::nullopt;
}

std::optional<Duration> LogNumber::seconds() const {
  constexpr std::int64_t most_seconds = longest_duration / std::chrono::seconds(1);
  if (is_negative() || whole >= most_seconds) {
    return std::nullopt;
  }
  return std::chrono::seconds(whole) + Duration(billionths);
}

std::string seconds_text(Duration duration) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(duration);
  std::string text = std::to_string(whole.count());
  if (const auto rest = (duration - whole).count(); rest != 0) {
    std::string digits = std::to_string(rest);
    digits.insert(0, 9 - digits.size(), '0');
    text += "." + digits.substr(0, digits.find_last_not_of('0') + 1);
  }
  return text + "s";
}

}  // namespace berth
