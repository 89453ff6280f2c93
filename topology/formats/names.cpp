#include "topology/formats/names.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/check.hpp"
#include "topology/formats/slurm_check.hpp"

namespace berth {
namespace {

bool is_alphanumeric(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9');
}

// `outers[depth]` of each of `group` differ.
bool tells_apart(const std::vector<std::vector<std::string>>& outers,
                 const std::vector<std::size_t>& group, std::size_t depth) {
  std::set<std::string_view> seen;
  return std::ranges::all_of(group, [&](std::size_t each) {
    return depth < outers[each].size() && seen.insert(outers[each][depth]).second;
  });
}

// The nearest outer names that differ go in front of the names of `group`, which are the same.
void tell_apart(const std::vector<std::size_t>& group,
                const std::vector<std::vector<std::string>>& outers,
                std::vector<std::string>& names) {
  const std::size_t depths = outers[group.front()].size();
  std::size_t depth = 0;
  while (depth < depths && !tells_apart(outers, group, depth)) {
    ++depth;
  }
  for (const std::size_t each : group) {
    if (depth < depths) {
      names[each] = outers[each][depth] + "." + names[each];
    }
  }
}

// With the next number above `last` that makes it none of `all`, which it joins.
std::string numbered(const std::string& name, int& last, std::set<std::string>& all) {
  for (;;) {
    std::string made = name + "-" + std::to_string(++last);
    if (all.insert(made).second) {
      return made;
    }
  }
}

}  // namespace

std::uint64_t fnv64a(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char byte : text) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
  }
  return hash;
}

std::string hex16(std::uint64_t value) { return fmt::format("{:016x}", value); }

std::vector<std::string> unique_names(std::vector<std::string> names,
                                      const std::vector<std::vector<std::string>>& outers) {
  check(names.size() == outers.size(), "every name has its outer ones");
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < names.size(); ++i) {
    groups[names[i]].push_back(i);
  }
  for (const auto& [name, group] : groups) {
    if (group.size() > 1) {
      tell_apart(group, outers, names);
    }
  }
  return numbered_names(std::move(names));
}

std::vector<std::string> numbered_names(std::vector<std::string> names) {
  std::set<std::string> all(names.begin(), names.end());
  std::set<std::string> taken;
  std::map<std::string, int> numbers;  // the last one used, by name
  for (std::string& name : names) {
    if (!taken.insert(name).second) {
      name = numbered(name, numbers.try_emplace(name, 1).first->second, all);
    }
  }
  return names;
}

std::vector<std::string> hostlist_names(std::vector<std::string> names) {
  bool changed = false;
  for (std::string& name : names) {
    if (fault_of_name(name).empty()) {
      continue;
    }
    changed = true;
    const std::string hash = hex16(fnv64a(name));
    for (char& byte : name) {
      byte = fault_of_name(std::string_view(&byte, 1)).empty() ? byte : '-';
    }
    if (name.empty() || name.size() > slurm_name_most) {
      name.resize(std::min(name.size(), slurm_name_most - hash.size() - 1));
      name.append("-").append(hash);
    }
  }
  return changed ? numbered_names(std::move(names)) : names;
}

std::string label_value(std::string_view text) {
  constexpr std::size_t longest = 63;
  const bool valid = !text.empty() && text.size() <= longest && is_alphanumeric(text.front()) &&
                     is_alphanumeric(text.back()) && std::ranges::all_of(text, [](char byte) {
                       return is_alphanumeric(byte) || byte == '-' || byte == '_' || byte == '.';
                     });
  return valid ? std::string(text) : "x" + hex16(fnv64a(text));
}

}  // namespace berth
