// Names as people give them to switches and hosts: their order, their parts, and a name for what
// several of them make together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth {

// As a person sorts them: "n2" before "n10". Total: names that differ are never equal.
bool natural_less(std::string_view a, std::string_view b);

// Of a switch's description: "leaf03" of "MF0;leaf03:MQM9701/U1" (what managed switches say), any
// other as it stands. Topograph's rule, `^[^;:]+;([^;:]+):[^;:]+$`.
std::string_view switch_name(std::string_view description);

// Names for groups of switches, from the names of these: what all of a group have in common
// ("pod3" of "pod3-leaf1", "pod3-leaf2"), else from the first to the last ("leaf000-007"). Each
// differs from the others and from `taken` (sorted), but a group of one may be called as its
// switch is. Where that fails for one, all are numbered: `numbered` and 1, 2, ...
std::vector<std::string> group_names(std::vector<std::vector<std::string>> groups,
                                     const std::vector<std::string>& taken,
                                     const std::string& numbered);

}  // namespace berth
