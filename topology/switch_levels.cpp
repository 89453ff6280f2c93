#include "topology/switch_levels.hpp"

#include <algorithm>

namespace berth {
namespace {

constexpr std::uint32_t levels_most = 32;

// By switch, its longest way down to a switch with nodes.
std::vector<std::uint32_t> heights(const SwitchTree& tree,
                                   const std::vector<std::uint32_t>& leaf_of, const Where& where) {
  std::vector<std::uint32_t> height(tree.names.size());
  std::vector<bool> done(tree.names.size());
  for (const std::uint32_t leaf : leaf_of) {
    if (done[leaf]) {
      continue;
    }
    done[leaf] = true;
    for (std::uint32_t at = leaf; tree.parents[at]; at = *tree.parents[at]) {
      std::uint32_t& above = height[*tree.parents[at]];
      above = std::max(above, height[at] + 1);
      if (above >= levels_most) {
        throw InputError(where, "the switches stand in more than 32 levels",
                         "at most 32 levels of switches");
      }
    }
  }
  return height;
}

std::string level_name(std::uint32_t height, std::uint32_t top) {
  if (height == 0) {
    return "leaf";
  }
  if (height == top) {
    return "fabric";
  }
  return height == 1 ? "superpod" : "tier" + std::to_string(height + 1);
}

// By switch, its place in the file; none where it only stands in at this level.
std::vector<std::optional<std::uint32_t>> ranks_at(std::uint32_t level,
                                                   const std::vector<std::uint32_t>& height) {
  std::vector<std::optional<std::uint32_t>> ranks(height.size());
  for (std::uint32_t i = 0; i < height.size(); ++i) {
    if (height[i] == level) {
      ranks[i] = i;
    }
  }
  return ranks;
}

}  // namespace

LevelTable switch_levels(const SwitchTree& tree, std::vector<std::string> nodes,
                         const std::vector<std::uint32_t>& leaf_of, const Where& where) {
  const auto height = heights(tree, leaf_of, where);
  const std::uint32_t top = *std::ranges::max_element(height);
  LevelTable table(std::move(nodes));
  for (std::uint32_t level = top + 1; level-- > 0;) {
    LevelColumn column{level_name(level, top), {}, tree.names, ranks_at(level, height)};
    for (std::uint32_t at : leaf_of) {
      while (tree.parents[at] && height[*tree.parents[at]] <= level) {
        at = *tree.parents[at];
      }
      column.of.push_back(at);
    }
    table.add_innermost(std::move(column));
  }
  return table;
}

}  // namespace berth
