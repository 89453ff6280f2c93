// Numbers as job logs write them: decimal digits with an optional '-' and an optional fraction, in
// fixed point, so that 1234567890.123 seconds are exactly that many milliseconds. No exponents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace berth {

// whole + billionths / 10^9, both with the sign of the number. A whole part beyond `most` is held
// at `most`; digits after the ninth of a fraction are dropped.
struct LogNumber {
  static constexpr std::int64_t most = 1'000'000'000'000'000'000;
  std::int64_t whole = 0;
  std::int32_t billionths = 0;

  [[nodiscard]] bool is_negative() const { return whole < 0 || billionths < 0; }
  [[nodiscard]] bool is_whole() const { return billionths == 0; }
  [[nodiscard]] bool is(std::int64_t value) const { return whole == value && billionths == 0; }
  // Taken as seconds; nothing when negative or longer than longest_duration.
  [[nodiscard]] std::optional<Duration> seconds() const;
};

// The number at the beginning of `text`, which is moved behind it; nothing when there is none.
std::optional<LogNumber> take_number(std::string_view& text);
// The whole text or nothing.
std::optional<LogNumber> parse_log_number(std::string_view text);

// "86399s", "0.5s".
std::string seconds_text(Duration duration);

}  // namespace berth
