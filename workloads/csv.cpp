#include "workloads/csv.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <ratio>
#include <utility>

#include "core/int128.hpp"
#include "workloads/log_number.hpp"

namespace berth {
namespace {

std::string joined(const std::vector<std::string_view>& names) {
  std::string text;
  for (const auto name : names) {
    text += (text.empty() ? "" : ", ") + std::string(name);
  }
  return text;
}

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

Csv::Csv(TextLines lines, std::vector<std::string_view> columns,
         const std::vector<std::string_view>& optional)
    : lines_(std::move(lines)), columns_(std::move(columns)) {
  const auto header = lines_.next();
  if (!header) {
    throw InputError(Where{path()}, "holds no job",
                     "a header line is expected: " + joined(columns_));
  }
  split(*header);
  width_ = fields_.size();
  for (const auto column : columns_) {
    const auto found = std::ranges::find(fields_, column);
    if (found == fields_.end()) {
      lines_.fail("the header has no column " + in_quotes(column),
                  "expected columns: " + joined(columns_));
    }
    place_.push_back(static_cast<std::size_t>(std::distance(fields_.begin(), found)));
  }
  for (const auto column : optional) {
    const auto found = std::ranges::find(fields_, column);
    columns_.push_back(column);
    place_.push_back(found == fields_.end()
                         ? nowhere
                         : static_cast<std::size_t>(std::distance(fields_.begin(), found)));
  }
}

bool Csv::next() {
  while (const auto line = lines_.next()) {
    if (line->empty()) {
      continue;
    }
    split(*line);
    if (fields_.size() != width_) {
      lines_.fail("has " + std::to_string(fields_.size()) + " fields, the header has " +
                  std::to_string(width_));
    }
    return true;
  }
  return false;
}

void Csv::split(std::string_view line) {
  fields_.clear();
  if (line.find('"') != std::string_view::npos) {
    split_quoted(line);
    return;
  }
  std::size_t begin = 0;
  for (std::size_t comma = line.find(','); comma != std::string_view::npos;
       comma = line.find(',', begin)) {
    fields_.push_back(line.substr(begin, comma - begin));
    begin = comma + 1;
  }
  fields_.push_back(line.substr(begin));
}

void Csv::split_quoted(std::string_view line) {
  unquoted_.clear();
  unquoted_.reserve(line.size());  // fields_ points into it: it must not move
  while (true) {
    const std::size_t begin = unquoted_.size();
    if (line.starts_with('"')) {
      take_quoted(line);
    } else {
      take_bare(line);
    }
    fields_.push_back(std::string_view(unquoted_).substr(begin));
    if (line.empty()) {
      return;
    }
    if (line.front() != ',') {
      lines_.fail("a quote stands inside a field", "write the field in quotes and \" as \"\"");
    }
    line.remove_prefix(1);
  }
}

void Csv::take_quoted(std::string_view& line) {
  do {
    const std::size_t end = line.find('"', 1);
    if (end == std::string_view::npos) {
      lines_.fail("a quoted field does not end on its line");
    }
    unquoted_ += line.substr(1, end - 1);
    line.remove_prefix(end + 1);
    if (line.starts_with('"')) {
      unquoted_ += '"';
    }
  } while (line.starts_with('"'));
}

void Csv::take_bare(std::string_view& line) {
  const std::size_t end = std::min(line.find_first_of(",\""), line.size());
  unquoted_ += line.substr(0, end);
  line.remove_prefix(end);
}

std::string_view Csv::text(std::size_t column) const {
  return has(column) ? fields_[place_[column]] : std::string_view();
}

Duration Csv::seconds(std::size_t column) const { return length(column, std::nano::den); }
Duration Csv::milliseconds(std::size_t column) const { return length(column, std::micro::den); }

Duration Csv::length(std::size_t column, std::int64_t nanoseconds_of_one) const {
  const std::string_view field = text(column);
  const auto number = parse_log_number(field);
  if (!number) {
    fail(column, "must be a number of " +
                     std::string(nanoseconds_of_one == std::nano::den ? "" : "milli") +
                     "seconds, is " + in_quotes(field));
  }
  if (number->is_negative()) {
    fail(column, "is negative (" + std::string(field) + ")");
  }
  const Int128 length = Int128{number->whole} * nanoseconds_of_one +
                        Int128{number->billionths} * nanoseconds_of_one / std::nano::den;
  if (length > longest_duration.count()) {
    fail(column, "is too long (" + std::string(field) + ")", "the longest is 146 years");
  }
  return Duration(static_cast<std::int64_t>(length));
}

std::uint32_t Csv::count(std::size_t column, std::uint32_t least) const {
  return count(column, least, std::numeric_limits<std::int32_t>::max());
}

std::uint32_t Csv::count(std::size_t column, std::uint32_t least, std::uint32_t most) const {
  const std::string_view field = text(column);
  const auto number = parse_log_number(field);
  if (!number || !number->is_whole()) {
    fail(column, "must be a whole number, is " + in_quotes(field));
  }
  if (number->whole < least || number->whole > most) {
    fail(column, "must be " + std::to_string(least) + ".." + std::to_string(most) + ", is " +
                     std::string(field));
  }
  return static_cast<std::uint32_t>(number->whole);
}

void Csv::fail(std::size_t column, const std::string& what, const std::string& remedy) const {
  lines_.fail(std::string(columns_[column]) + ": " + what, remedy);
}

}  // namespace berth
