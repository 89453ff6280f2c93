#include "core/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/int128.hpp"

namespace berth {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t size;
};

constexpr std::array time_units{Unit{"w", 604'800'000'000'000},
                                Unit{"d", 86'400'000'000'000},
                                Unit{"h", 3'600'000'000'000},
                                Unit{"m", 60'000'000'000},
                                Unit{"s", 1'000'000'000},
                                Unit{"ms", 1'000'000},
                                Unit{"us", 1'000},
                                Unit{"ns", 1}};

// What a duration is printed in: weeks only confuse.
constexpr std::size_t largest_printed = 1;

constexpr std::array byte_units{Unit{"PiB", std::int64_t{1} << 50},
                                Unit{"TiB", std::int64_t{1} << 40},
                                Unit{"GiB", std::int64_t{1} << 30},
                                Unit{"MiB", std::int64_t{1} << 20},
                                Unit{"KiB", std::int64_t{1} << 10},
                                Unit{"PB", 1'000'000'000'000'000},
                                Unit{"TB", 1'000'000'000'000},
                                Unit{"GB", 1'000'000'000},
                                Unit{"MB", 1'000'000},
                                Unit{"kB", 1'000},
                                Unit{"B", 1}};

bool digit(char c) { return c >= '0' && c <= '9'; }

// Digits from the front of `text`, removed from it.
std::string_view take_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && digit(text[n])) {
    ++n;
  }
  const auto digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

std::string_view take_letters(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && !digit(text[n]) && text[n] != '.') {
    ++n;
  }
  const auto letters = text.substr(0, n);
  text.remove_prefix(n);
  return letters;
}

struct Amount {  // whole + fraction / 10^places
  std::int64_t whole = 0;
  std::int64_t fraction = 0;
  std::int64_t power = 1;
};

// "12" or "1.5" from the front of `text`.
std::optional<Amount> take_amount(std::string_view& text) {
  Amount amount;
  const auto whole = parse_integer(take_digits(text));
  if (!whole) {
    return std::nullopt;
  }
  amount.whole = *whole;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    const auto digits = take_digits(text);
    if (digits.empty() || digits.size() > 18) {
      return std::nullopt;
    }
    for (const char c : digits) {
      amount.fraction = 10 * amount.fraction + (c - '0');
      amount.power *= 10;
    }
  }
  return amount;
}

// amount * size in whole smallest units; nothing when it is not whole or not below 2^63.
std::optional<std::int64_t> scale(const Amount& amount, std::int64_t size) {
  const Int128 fraction = Int128{amount.fraction} * size;
  if (fraction % amount.power != 0) {
    return std::nullopt;
  }
  const Int128 total = Int128{amount.whole} * size + fraction / amount.power;
  if (total > std::numeric_limits<std::int64_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(total);
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") {
    return Duration::zero();
  }
  if (text.empty()) {
    return std::nullopt;
  }
  std::int64_t total = 0;
  std::size_t next = 0;  // units before this one are used up
  while (!text.empty()) {
    const auto amount = take_amount(text);
    if (!amount || (amount->power > 1 && next > 0 && text.empty())) {
      return std::nullopt;
    }
    const auto name = take_letters(text);
    while (next < time_units.size() && time_units[next].name != name) {
      ++next;
    }
    if (next == time_units.size() || (amount->power > 1 && !text.empty())) {
      return std::nullopt;
    }
    const auto part = scale(*amount, time_units[next++].size);
    if (!part || *part > longest_duration.count() - total) {
      return std::nullopt;
    }
    total += *part;
  }
  return Duration(total);
}

std::string format_duration(Duration duration) {
  std::int64_t left = duration.count();
  if (left == 0) {
    return "0s";
  }
  std::string text = left < 0 ? "-" : "";
  for (std::size_t i = largest_printed; i < time_units.size(); ++i) {
    const std::int64_t number = left / time_units[i].size;
    left %= time_units[i].size;
    if (number != 0) {
      text += std::to_string(number < 0 ? -number : number);
      text += time_units[i].name;
    }
  }
  return text;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  const auto amount = take_amount(text);
  if (!amount) {
    return std::nullopt;
  }
  if (text.empty()) {
    return amount->power == 1 ? std::optional(amount->whole) : std::nullopt;
  }
  for (const Unit& unit : byte_units) {
    if (unit.name == text) {
      return scale(*amount, unit.size);
    }
  }
  return std::nullopt;
}

std::string format_bytes(std::int64_t bytes) {
  constexpr std::size_t binary_units = 5;
  for (std::size_t i = 0; i < binary_units; ++i) {
    const Unit& unit = byte_units[i];
    if (bytes >= unit.size && bytes % unit.size == 0) {
      return std::to_string(bytes / unit.size) + std::string(unit.name);
    }
  }
  return std::to_string(bytes) + "B";
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || !digit(digits.front()) || (digits.size() > 1 && digits.front() == '0') ||
      text == "-0") {
    return std::nullopt;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  if (text.empty() || (!digit(text.front()) && text.front() != '-' && text.front() != '.')) {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

}  // namespace berth
