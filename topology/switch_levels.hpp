// Levels of a tree of switches that may be ragged. A switch stands as many levels above the leaves
// as its longest way down; where a way is shorter, the switch below it stands in for what is
// missing. Levels from the inside: leaf, superpod, tier3, tier4 ...; the outermost of several is
// the fabric: what hangs together. Several roots are several fabrics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "topology/level_table.hpp"

namespace berth {

struct SwitchTree {
  std::vector<std::string> names;
  std::vector<std::optional<std::uint32_t>> parents;
};

// `leaf_of`: the switch each node hangs on. InputError at `where` for more than 32 levels.
LevelTable switch_levels(const SwitchTree& tree, std::vector<std::string> nodes,
                         const std::vector<std::uint32_t>& leaf_of, const Where& where);

}  // namespace berth
