#include "topology/names.hpp"

#include <algorithm>
#include <optional>

namespace berth {
namespace {

enum class Kind { digits, letters, other };

Kind kind_of(char c) {
  if (c >= '0' && c <= '9') {
    return Kind::digits;
  }
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? Kind::letters : Kind::other;
}

// Takes a run of digits, a run of letters or one other character off the front.
std::string_view take_part(std::string_view& text) {
  std::size_t length = 1;
  const Kind kind = kind_of(text.front());
  while (kind != Kind::other && length < text.size() && kind_of(text[length]) == kind) {
    ++length;
  }
  const std::string_view part = text.substr(0, length);
  text.remove_prefix(length);
  return part;
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    parts.push_back(take_part(text));
  }
  return parts;
}

// -1, 0 or 1; numbers by value, so of any length.
int compare_parts(std::string_view a, std::string_view b) {
  if (kind_of(a.front()) == Kind::digits && kind_of(b.front()) == Kind::digits) {
    a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
    b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
    if (a.size() != b.size()) {
      return a.size() < b.size() ? -1 : 1;
    }
  }
  const int order = a.compare(b);
  return (order > 0) - (order < 0);
}

using Parts = std::vector<std::vector<std::string_view>>;  // of each name, equally many

// Nothing where the names are not built alike.
std::optional<Parts> alike(const std::vector<std::string>& names) {
  Parts all;
  for (const std::string& name : names) {
    all.push_back(parts_of(name));
    if (all.back().size() != all.front().size()) {
      return std::nullopt;
    }
  }
  return all;
}

bool agree(const Parts& names, std::size_t at) {
  return std::all_of(names.begin(), names.end(),
                     [&](const auto& name) { return name[at] == names.front()[at]; });
}

// The parts that all names share, with no separator left twice or at an end.
std::string common_parts(const Parts& names) {
  std::string common;
  bool dropped = true;
  for (std::size_t at = 0; at < names.front().size(); ++at) {
    const std::string_view part = names.front()[at];
    if (!agree(names, at)) {
      dropped = true;
      continue;
    }
    const bool after_separator = common.empty() || kind_of(common.back()) == Kind::other;
    if (!(dropped && after_separator && kind_of(part.front()) == Kind::other)) {
      common += part;
    }
    dropped = false;
  }
  while (!common.empty() && dropped && kind_of(common.back()) == Kind::other) {
    common.pop_back();
  }
  return common;
}

// "leaf000-007": the first, and the last from where it differs.
std::string first_to_last(const Parts& names) {
  std::string range;
  std::string end;
  for (std::size_t at = 0; at < names.front().size(); ++at) {
    range += names.front()[at];
    if (!end.empty() || !agree(names, at)) {
      end += names.back()[at];
    }
  }
  return end.empty() ? range : range + "-" + end;
}

// Nodes, levels and other tools' files take such names as they are.
bool is_plain(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return kind_of(c) != Kind::other || c == '.' || c == '-' || c == '_';
  });
}

template <class Rule>
std::optional<std::vector<std::string>> named_by(
    const std::vector<std::vector<std::string>>& groups, const std::vector<std::string>& taken,
    Rule&& rule) {
  std::vector<std::string> names;
  for (const auto& group : groups) {
    const auto parts = alike(group);
    names.push_back(!group.empty() && parts ? rule(*parts) : std::string());
    const bool alone = group.size() == 1 && names.back() == group.front();
    if (!is_plain(names.back()) ||
        (!alone && std::binary_search(taken.begin(), taken.end(), names.back()))) {
      return std::nullopt;
    }
  }
  auto sorted = names;
  std::sort(sorted.begin(), sorted.end());
  const bool twice = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
  return twice ? std::nullopt : std::optional(names);
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  std::string_view rest_a = a;
  std::string_view rest_b = b;
  while (!rest_a.empty() && !rest_b.empty()) {
    const std::string_view part_a = take_part(rest_a);
    const std::string_view part_b = take_part(rest_b);
    if (const int order = compare_parts(part_a, part_b); order != 0) {
      return order < 0;
    }
  }
  if (rest_a.empty() != rest_b.empty()) {
    return rest_a.empty();
  }
  return a < b;
}

std::string_view switch_name(std::string_view description) {
  const std::size_t semicolon = description.find_first_of(";:");
  if (semicolon == 0 || semicolon == std::string_view::npos || description[semicolon] != ';') {
    return description;
  }
  const std::size_t colon = description.find_first_of(";:", semicolon + 1);
  if (colon == std::string_view::npos || description[colon] != ':' || colon == semicolon + 1 ||
      colon + 1 == description.size() ||
      description.find_first_of(";:", colon + 1) != std::string_view::npos) {
    return description;
  }
  return description.substr(semicolon + 1, colon - semicolon - 1);
}

std::vector<std::string> group_names(std::vector<std::vector<std::string>> groups,
                                     const std::vector<std::string>& taken,
                                     const std::string& numbered) {
  for (auto& group : groups) {
    std::sort(group.begin(), group.end(), natural_less);
  }
  // Of a single group they have everything in common, which says nothing.
  if (auto names = named_by(groups, taken, common_parts); names && groups.size() > 1) {
    return *names;
  }
  if (auto names = named_by(groups, taken, first_to_last)) {
    return *names;
  }
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= groups.size(); ++i) {
    names.push_back(numbered + std::to_string(i));
  }
  return names;
}

}  // namespace berth
