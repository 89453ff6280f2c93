#include "workloads/traces/swf_line.hpp"

namespace berth {
namespace {

constexpr std::array<std::string_view, swf_fields> names{
    "job number",       "submit time",   "wait time",       "run time",       "allocated procs",
    "average cpu time", "used memory",   "requested procs", "requested time", "requested memory",
    "status",           "user",          "group",           "executable",     "queue",
    "partition",        "preceding job", "think time",
};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
}

std::string first_word(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::size_t length = 0;
  while (length < text.size() && length < longest && !is_blank(text[length])) {
    ++length;
  }
  return std::string(text.substr(0, length));
}

}  // namespace

SwfLine::SwfLine(std::string_view text, const TextLines& lines) : lines_(lines) {
  for (std::size_t i = 0; i < swf_fields; ++i) {
    skip_blanks(text);
    if (text.empty()) {
      lines_.fail("has " + std::to_string(i) + " fields, a job has " + std::to_string(swf_fields),
                  "a field that is not known is written -1");
    }
    const std::string_view field = text;
    const auto number = take_number(text);
    if (!number || (!text.empty() && !is_blank(text.front()))) {
      fail(static_cast<SwfField>(i), "must be a number, is '" + first_word(field) + "'",
           "a field that is not known is written -1");
    }
    numbers_[i] = *number;
  }
  skip_blanks(text);
  if (!text.empty()) {
    lines_.fail("has more than the " + std::to_string(swf_fields) + " fields of a job");
  }
}

std::optional<std::int64_t> SwfLine::count(SwfField field, std::int64_t most) const {
  const LogNumber& number = numbers_[static_cast<std::size_t>(field)];
  if (number.is(-1)) {
    return std::nullopt;
  }
  if (number.is_negative()) {
    fail(field, "is negative (" + shown(field) + ")", "a field that is not known is written -1");
  }
  if (!number.is_whole()) {
    fail(field, "must be a whole number, is " + shown(field));
  }
  if (number.whole > most) {
    fail(field, "is " + shown(field) + ", the most is " + std::to_string(most));
  }
  return number.whole;
}

std::optional<Duration> SwfLine::time(SwfField field) const {
  const LogNumber& number = numbers_[static_cast<std::size_t>(field)];
  if (number.is(-1)) {
    return std::nullopt;
  }
  if (number.is_negative()) {
    fail(field, "is negative (" + shown(field) + "s)", "a time that is not known is written -1");
  }
  const auto time = number.seconds();
  if (!time) {
    fail(field, "is too long (" + shown(field) + "s)", "the longest is 146 years");
  }
  return time;
}

// The number as it was understood: exact, but for whole parts beyond LogNumber::most.
std::string SwfLine::shown(SwfField field) const {
  const LogNumber& number = numbers_[static_cast<std::size_t>(field)];
  std::string text = number.is_negative() ? "-" : "";
  text += std::to_string(number.whole < 0 ? -number.whole : number.whole);
  if (number.billionths != 0) {
    const auto part =
        seconds_text(Duration(number.billionths < 0 ? -number.billionths : number.billionths));
    text += part.substr(1, part.size() - 2);  // "0.5s" to ".5"
  }
  return text;
}

void SwfLine::fail(SwfField field, const std::string& what, const std::string& remedy) const {
  const auto place = static_cast<std::size_t>(field);
  lines_.fail("field " + std::to_string(place + 1) + " (" + std::string(names[place]) + ") " + what,
              remedy);
}

}  // namespace berth
