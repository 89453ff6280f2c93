#include "topology/formats/text_line.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace berth {
namespace {

bool is_control(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return ((code < 0x20) & (byte != '\t')) | (code == 0x7F);
}

// What stands at a place, short enough for a message.
std::string quoted(std::string_view rest) {
  constexpr std::size_t longest = 24;
  if (rest.empty()) {
    return "the end of the line";
  }
  return fmt::format("'{}{}'", rest.substr(0, longest), rest.size() > longest ? "..." : "");
}

}  // namespace

Where where_of(const std::string& path, std::size_t line, std::size_t column) {
  constexpr std::size_t most = std::numeric_limits<int>::max();
  return {path, static_cast<int>(std::min(line, most)), static_cast<int>(std::min(column, most))};
}

void TextLine::fail(const std::string& what, std::string_view remedy) const {
  fail_at(column(), what, remedy);
}

void TextLine::fail_at(std::size_t column, const std::string& what, std::string_view remedy) const {
  throw InputError(where_of(*path_, number_, column), what, std::string(remedy));
}

void TextLine::fail_expected(std::string_view what, std::string_view remedy) const {
  fail(fmt::format("expected '{}', found {}", what, quoted(rest_)), remedy);
}

std::string_view TextLine::until(char end, std::string_view remedy) {
  const std::size_t length = rest_.find(end);
  if (length == std::string_view::npos) {
    fail(fmt::format("there is no closing '{}'", end), remedy);
  }
  const std::string_view before = rest_.substr(0, length);
  rest_.remove_prefix(length + 1);
  return before;
}

std::string_view TextLine::until_last(char end, std::string_view remedy) {
  const std::size_t length = rest_.rfind(end);
  if (length == std::string_view::npos) {
    fail(fmt::format("there is no closing '{}'", end), remedy);
  }
  const std::string_view before = rest_.substr(0, length);
  rest_.remove_prefix(length + 1);
  return before;
}

std::uint64_t TextLine::hex(std::string_view name) {
  std::uint64_t value = 0;
  const char* const begin = rest_.data();
  const auto [end, error] = std::from_chars(begin, begin + rest_.size(), value, 16);
  if (error == std::errc::result_out_of_range) {
    fail(fmt::format("the {} has more than 64 bits", name), "at most 16 hexadecimal digits");
  }
  if (error != std::errc{}) {
    fail(fmt::format("expected a {} of hexadecimal digits, found {}", name, quoted(rest_)));
  }
  rest_.remove_prefix(static_cast<std::size_t>(end - begin));
  return value;
}

std::uint32_t TextLine::number(std::string_view name, std::uint32_t least, std::uint32_t most) {
  std::uint32_t value = 0;
  const char* const begin = rest_.data();
  const auto [end, error] = std::from_chars(begin, begin + rest_.size(), value);
  if (error == std::errc::invalid_argument) {
    fail(fmt::format("expected a {}, found {}", name, quoted(rest_)));
  }
  if (error != std::errc{} || value < least || value > most) {
    fail(fmt::format("the {} is {}, out of range", name,
                     std::string_view(begin, static_cast<std::size_t>(end - begin))),
         fmt::format("{} to {}", least, most));
  }
  rest_.remove_prefix(static_cast<std::size_t>(end - begin));
  return value;
}

std::optional<TextLine> TextOfLines::next() {
  if (rest_.empty()) {
    return std::nullopt;
  }
  ++number_;
  const std::size_t length = std::min(rest_.find('\n'), rest_.size());
  std::string_view line = rest_.substr(0, length);
  rest_.remove_prefix(std::min(length + 1, rest_.size()));
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  bool any = false;
  for (const char byte : line) {  // all of them: several in a step, unlike a search that may stop
    any |= is_control(byte);
  }
  if (any) [[unlikely]] {
    const auto* const bad = std::find_if(line.begin(), line.end(), is_control);
    throw InputError(where_of(*path_, number_, static_cast<std::size_t>(bad - line.begin()) + 1),
                     fmt::format("byte {:#04x} is not text", static_cast<unsigned char>(*bad)),
                     "a plain text file is expected; unpack it if it is packed");
  }
  return TextLine(line, number_, *path_);
}

}  // namespace berth
