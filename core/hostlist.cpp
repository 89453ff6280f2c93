#include "core/hostlist.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "core/error.hpp"

namespace berth {
namespace {

constexpr std::size_t brackets_most = 8;  // of one name; expand() recurses once for each

[[noreturn]] void refuse(std::string_view text, const std::string& what) {
  throw InputError({}, "hostlist '" + std::string(text) + "': " + what,
                   "write names and ranges like n[001-016,020],m3");
}

struct Range {
  std::string_view digits;  // of the first number: its width is the padding
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// A name with its bracket groups: literals around ranges.
struct Pattern {
  std::vector<std::string_view> literals;  // one more than groups
  std::vector<std::vector<Range>> groups;
};

std::uint64_t number(std::string_view text, std::string_view whole) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.size() > 18 || error != std::errc{} ||
      end != text.data() + text.size()) {
    refuse(whole, "'" + std::string(text) + "' is not a number");
  }
  return value;
}

Range read_range(std::string_view text, std::string_view whole) {
  const auto dash = text.find('-');
  Range range;
  range.digits = text.substr(0, dash);
  range.first = number(range.digits, whole);
  range.last = dash == std::string_view::npos ? range.first : number(text.substr(dash + 1), whole);
  if (range.last < range.first) {
    refuse(whole, "the range " + std::string(text) + " goes down");
  }
  return range;
}

std::vector<Range> read_group(std::string_view text, std::string_view whole) {
  std::vector<Range> ranges;
  for (std::size_t at = 0; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    ranges.push_back(read_range(text.substr(at, comma - at), whole));
    at = comma + 1;
  }
  return ranges;
}

Pattern read_pattern(std::string_view text, std::string_view whole) {
  Pattern pattern;
  for (;;) {
    const auto open = text.find('[');
    pattern.literals.push_back(text.substr(0, open));
    if (open == std::string_view::npos) {
      return pattern;
    }
    const auto close = text.find(']', open);
    if (close == std::string_view::npos) {
      refuse(whole, "a bracket is not closed");
    }
    if (pattern.groups.size() == brackets_most) {
      refuse(whole, "a name has more than " + std::to_string(brackets_most) + " brackets");
    }
    pattern.groups.push_back(read_group(text.substr(open + 1, close - open - 1), whole));
    text.remove_prefix(close + 1);
  }
}

std::uint64_t size_of(const Pattern& pattern) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t size = 1;
  for (const auto& group : pattern.groups) {
    std::uint64_t names = 0;
    for (const Range& range : group) {
      const std::uint64_t more = range.last - range.first + 1;
      names = more > most - names ? most : names + more;
    }
    size = size > most / names ? most : size * names;
  }
  return size;
}

std::string padded(std::uint64_t value, std::size_t width) {
  std::string digits = std::to_string(value);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

void expand(const Pattern& pattern, std::size_t group, const std::string& prefix,
            std::vector<std::string>& names) {
  const std::string so_far = prefix + std::string(pattern.literals[group]);
  if (group == pattern.groups.size()) {
    names.push_back(so_far);
    return;
  }
  for (const Range& range : pattern.groups[group]) {
    for (std::uint64_t value = range.first; value <= range.last; ++value) {
      expand(pattern, group + 1, so_far + padded(value, range.digits.size()), names);
    }
  }
}

// Where the name that begins at `at` ends: at a comma outside brackets, or at the end.
std::size_t end_of_name(std::string_view text, std::size_t at) {
  bool inside = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '[' || text[at] == ']') {
      if (inside == (text[at] == '[')) {
        refuse(text, "brackets do not match");
      }
      inside = !inside;
    } else if (text[at] == ',' && !inside) {
      break;
    }
  }
  return at;
}

struct Numbered {  // prefix + number of so many digits
  std::string_view prefix;
  std::string_view digits;
  std::uint64_t value = 0;
};

std::optional<Numbered> split(std::string_view name) {
  std::size_t at = name.size();
  while (at > 0 && name[at - 1] >= '0' && name[at - 1] <= '9') {
    --at;
  }
  const auto digits = name.substr(at);
  if (digits.empty() || digits.size() > 18) {
    return std::nullopt;
  }
  return Numbered{name.substr(0, at), digits, number(digits, name)};
}

// True when `next` may follow `last` in one range: its padding is what the range's first number
// would give it.
bool follows(const Numbered& first, std::uint64_t last, const Numbered& next) {
  return next.value == last + 1 &&
         next.digits.size() == padded(next.value, first.digits.size()).size();
}

std::string folded(std::string_view prefix,
                   const std::vector<std::pair<Numbered, Numbered>>& runs) {
  if (runs.size() == 1 && runs[0].first.value == runs[0].second.value) {
    return std::string(prefix) + std::string(runs[0].first.digits);
  }
  std::string text = std::string(prefix) + "[";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    text += i > 0 ? "," : "";
    text += runs[i].first.digits;
    if (runs[i].second.value != runs[i].first.value) {
      text += "-" + std::string(runs[i].second.digits);
    }
  }
  return text + "]";
}

}  // namespace

std::vector<std::string> expand_hostlist(std::string_view text, std::size_t most) {
  std::vector<Pattern> patterns;
  std::uint64_t total = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = end_of_name(text, at);
    if (end == at) {
      refuse(text, "a name is empty");
    }
    patterns.push_back(read_pattern(text.substr(at, end - at), text));
    const std::uint64_t size = size_of(patterns.back());
    if (size > most || total + size > most) {
      refuse(text, "names more than " + std::to_string(most) + " nodes");
    }
    total += size;
    at = end + 1;
  }
  std::vector<std::string> names;
  names.reserve(total);
  for (const Pattern& pattern : patterns) {
    expand(pattern, 0, "", names);
  }
  return names;
}

std::string fold_hostlist(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size();) {
    text += text.empty() ? "" : ",";
    const auto first = split(names[i]);
    if (!first) {
      text += names[i++];
      continue;
    }
    std::vector<std::pair<Numbered, Numbered>> runs{{*first, *first}};
    for (++i; i < names.size(); ++i) {
      const auto next = split(names[i]);
      if (!next || next->prefix != first->prefix) {
        break;
      }
      if (follows(runs.back().first, runs.back().second.value, *next)) {
        runs.back().second = *next;
      } else {
        runs.emplace_back(*next, *next);
      }
    }
    text += folded(first->prefix, runs);
  }
  return text;
}

}  // namespace berth
