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

std::map<std::string, std::size_t> counts(const std::vector<std::string>& names) {
  std::map<std::string, std::size_t> count;
  for (const std::string& name : names) {
    ++count[name];
  }
  return count;
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
                                      const std::vector<std::string>& outers) {
  check(names.size() == outers.size(), "every name has an outer one");
  const auto before = counts(names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (before.at(names[i]) > 1 && !outers[i].empty()) {
      names[i] = outers[i] + "." + names[i];
    }
  }
  std::set<std::string> all(names.begin(), names.end());
  std::set<std::string> taken;
  for (std::string& name : names) {
    if (!taken.insert(name).second) {
      std::string numbered;
      for (int number = 2; numbered.empty() || all.contains(numbered); ++number) {
        numbered = name + "-" + std::to_string(number);
      }
      name = numbered;
      all.insert(name);
      taken.insert(name);
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
      name = name.substr(0, slurm_name_most - hash.size() - 1) + "-" + hash;
    }
  }
  return changed ? unique_names(names, std::vector<std::string>(names.size())) : names;
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
