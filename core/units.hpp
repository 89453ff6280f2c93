// Durations, bytes and counts in and out, as people write them. Parsing is strict: the whole text
// or nothing; no octal, hex, sign tricks, locale, or silent saturation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace berth {

// "90s", "2h30m", "7d", "1.5h", "250ms", "0"; units w d h m s ms us ns, each at most once, biggest
// first; nothing when malformed, negative, or longer than longest_duration.
std::optional<Duration> parse_duration(std::string_view text);
// The shortest exact form with the same units: "2h30m", "1d", "0s", "1.5s" never ("1s500ms").
std::string format_duration(Duration duration);

// "40GiB", "2TB", "512": KiB MiB GiB TiB PiB (1024) and kB MB GB TB PB (1000), B; whole bytes.
std::optional<std::int64_t> parse_bytes(std::string_view text);
std::string format_bytes(std::int64_t bytes);

// Decimal digits, optionally with a leading '-'; no '+', no leading zeros ("010" is refused).
std::optional<std::int64_t> parse_integer(std::string_view text);
// Finite decimal number ("0.5", "1e-3"); locale-free; nan and inf refused.
std::optional<double> parse_number(std::string_view text);

}  // namespace berth
