// The typed reads of settings: what a scalar must look like, and which default stands for a missing
// key.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/check.hpp"
#include "core/settings.hpp"
#include "core/settings_tree.hpp"
#include "core/time.hpp"
#include "core/units.hpp"

namespace berth {
namespace {

bool is_all_digits(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  return !digits.empty() && digits.find_first_not_of("0123456789") == digits.npos;
}

[[noreturn]] void fail_expected(const SettingNode& node, std::string_view expected,
                                const std::string& remedy) {
  const bool only_quotes = node.kind == SettingNode::Kind::scalar && node.quoted;
  fail_at(node, node.where, fmt::format("must be {}, is {}", expected, described(node)),
          only_quotes ? "write it without quotes" : remedy);
}

const std::string& plain_scalar(const SettingNode& node, std::string_view expected,
                                const std::string& remedy) {
  if (node.kind != SettingNode::Kind::scalar || node.quoted) {
    fail_expected(node, expected, remedy);
  }
  return node.scalar;
}

template <class Number>
std::string limits_text(Number least, Number most) {
  const bool from = least > std::numeric_limits<Number>::lowest();
  const bool to = most < std::numeric_limits<Number>::max();
  if (from && to) {
    return fmt::format("between {} and {}", least, most);
  }
  return from ? fmt::format("at least {}", least) : fmt::format("at most {}", most);
}

template <class Number>
[[noreturn]] void fail_limits(const SettingNode& node, Number least, Number most) {
  // Only now is the text known to be a number, and it may be too long for any.
  const std::string written = shown(node.scalar);
  fail_at(node, node.where,
          fmt::format("must be {}, is {}", limits_text(least, most),
                      written.substr(1, written.size() - 2)));
}

void note_default(SettingNode& node, std::string_view key, std::string value) {
  const auto known = [&](const auto& entry) { return entry.first == key; };
  if (std::none_of(node.defaults.begin(), node.defaults.end(), known)) {
    node.defaults.emplace_back(key, std::move(value));
  }
}

std::string whole_number_remedy() { return "write decimal digits only, for example 42"; }

}  // namespace

std::int64_t Setting::count(std::int64_t least, std::int64_t most) const {
  const std::string& text = plain_scalar(*node_, "a whole number", whole_number_remedy());
  const std::optional<std::int64_t> value = parse_integer(text);
  const bool leading_zero = text.starts_with("0") || text.starts_with("-0");
  if (!value && (!is_all_digits(text) || leading_zero)) {
    fail_expected(*node_, "a whole number", whole_number_remedy());
  }
  if (!value && !text.starts_with('-') && most == std::numeric_limits<std::int64_t>::max()) {
    fail(fmt::format("must be at most {}, is {}", most, text));
  }
  if (!value || *value < least || *value > most) {
    fail_limits(*node_, least, most);
  }
  return *value;
}

double Setting::number(double least, double most) const {
  const std::string remedy = "write it like 0.5, 12 or 1e-3";
  const std::optional<double> value = parse_number(plain_scalar(*node_, "a number", remedy));
  if (!value) {
    fail_expected(*node_, "a finite number", remedy);
  }
  if (!(*value >= least && *value <= most)) {
    fail_limits(*node_, least, most);
  }
  return *value;
}

Duration Setting::duration() const {
  const std::string remedy = "write a unit, for example 90s or 2h30m";
  const std::string& text = plain_scalar(*node_, "a duration", remedy);
  const std::optional<Duration> value = parse_duration(text);
  if (value) {
    return *value;
  }
  if (text.starts_with('-')) {
    fail("must not be negative, is " + shown(text));
  }
  if (parse_number(text)) {
    fail("is a duration without a unit: " + shown(text), remedy);
  }
  fail_expected(*node_, "a duration", "units are w d h m s ms us ns, for example 90s or 2h30m");
}

std::int64_t Setting::bytes() const {
  const std::string remedy = "write for example 40GiB, 2TB or 512";
  const std::optional<std::int64_t> value = parse_bytes(plain_scalar(*node_, "a size", remedy));
  if (!value) {
    fail_expected(*node_, "a size", remedy);
  }
  return *value;
}

std::string Setting::text() const {
  if (!is_scalar()) {
    fail("must be a text, is " + described(*node_));
  }
  return node_->scalar;
}

bool Setting::flag() const {
  const std::string& text = plain_scalar(*node_, "true or false", "");
  if (text != "true" && text != "false") {
    fail_expected(*node_, "true or false", "");
  }
  return text == "true";
}

std::int64_t Setting::count_or(std::string_view key, std::int64_t otherwise, std::int64_t least,
                               std::int64_t most) const {
  if (const auto written = find(key)) {
    return written->count(least, most);
  }
  note_default(*node_, key, fmt::format("{}", otherwise));
  return otherwise;
}

double Setting::number_or(std::string_view key, double otherwise, double least, double most) const {
  if (const auto written = find(key)) {
    return written->number(least, most);
  }
  note_default(*node_, key, fmt::format("{}", otherwise));
  return otherwise;
}

Duration Setting::duration_or(std::string_view key, Duration otherwise) const {
  if (const auto written = find(key)) {
    return written->duration();
  }
  note_default(*node_, key, format_duration(otherwise));
  return otherwise;
}

std::string Setting::text_or(std::string_view key, std::string_view otherwise) const {
  if (const auto written = find(key)) {
    return written->text();
  }
  note_default(*node_, key, std::string(otherwise));
  return std::string(otherwise);
}

bool Setting::flag_or(std::string_view key, bool otherwise) const {
  if (const auto written = find(key)) {
    return written->flag();
  }
  note_default(*node_, key, otherwise ? "true" : "false");
  return otherwise;
}

std::int64_t Setting::bytes_or(std::string_view key, std::int64_t otherwise) const {
  if (const auto written = find(key)) {
    return written->bytes();
  }
  note_default(*node_, key, format_bytes(otherwise));
  return otherwise;
}

std::size_t Setting::choice_or(std::string_view key, std::string_view otherwise,
                               const std::vector<std::string_view>& known) const {
  if (const auto written = find(key)) {
    return written->choice(known);
  }
  const auto found = std::find(known.begin(), known.end(), otherwise);
  check(found != known.end(), "the default of a choice is one of the choices");
  note_default(*node_, key, std::string(otherwise));
  return static_cast<std::size_t>(found - known.begin());
}

}  // namespace berth
