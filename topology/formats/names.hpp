// Names as other tools allow them: each its own, short enough, of permitted characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

std::uint64_t fnv64a(std::string_view text);
std::string hex16(std::uint64_t value);

// Each name once. Those that are the same get the nearest of their `outers` in front that tells
// them apart ("hall1.rack1"), else a number. REQUIRES: outers, from the nearest, for each name.
std::vector<std::string> unique_names(std::vector<std::string> names,
                                      const std::vector<std::vector<std::string>>& outers);
// With numbers only.
std::vector<std::string> numbered_names(std::vector<std::string> names);

// What cannot stand in a hostlist becomes '-'; a longer name ends in its hash. Each name once.
std::vector<std::string> hostlist_names(std::vector<std::string> names);

// A label value of Kubernetes: at most 63 letters, digits, '-', '_' or '.', the outer ones letters
// or digits. Others become `x` and the FNV-64a of the text in hex, as Topograph does for long ones.
std::string label_value(std::string_view text);

}  // namespace berth
