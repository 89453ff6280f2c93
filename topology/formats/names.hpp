// Names as other tools allow them: each its own, short enough, of permitted characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

std::uint64_t fnv64a(std::string_view text);
std::string hex16(std::uint64_t value);

// Each name once: one that occurs again gets its `outer` in front ("hall1.rack1"), and a number if
// that is still not enough. REQUIRES: as many outers (or "") as names.
std::vector<std::string> unique_names(std::vector<std::string> names,
                                      const std::vector<std::string>& outers);

// What cannot stand in a hostlist becomes '-'; a longer name ends in its hash. Each name once.
std::vector<std::string> hostlist_names(std::vector<std::string> names);

// A label value of Kubernetes: at most 63 letters, digits, '-', '_' or '.', the outer ones letters
// or digits. Others become `x` and the FNV-64a of the text in hex, as Topograph does for long ones.
std::string label_value(std::string_view text);

}  // namespace berth
