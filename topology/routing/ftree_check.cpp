#include <fmt/format.h>

#include "topology/routing/fat_tree.hpp"

namespace berth {
namespace {

std::string name(const FatTree& tree, std::uint32_t s) {
  return fmt::format("switch {:#018x}", tree.subnet.guid(s).value);
}

}  // namespace

// Without roots to go by, all switches of one rank have to be alike.
GaveUp refuse_irregular(const FatTree& tree) {
  std::vector<std::uint32_t> model(std::size_t{tree.leaf_rank} + 1, Subnet::none);  // by rank
  for (std::uint32_t s = 0; s < tree.switches.size(); ++s) {
    const TreeSwitch& at = tree.switches[s];
    if (at.rank > tree.leaf_rank) {
      continue;
    }
    if (model[at.rank] == Subnet::none) {
      model[at.rank] = s;
      continue;
    }
    const std::uint32_t m = model[at.rank];
    const TreeSwitch& like = tree.switches[m];
    const auto differ = [&](const char* what, std::size_t a, std::size_t b) {
      return fmt::format("not a pure fat-tree: {} has {} {}, {} of the same rank has {}",
                         name(tree, m), a, what, name(tree, s), b);
    };
    if (at.up.size() != like.up.size()) {
      return differ("switches above", like.up.size(), at.up.size());
    }
    if (at.rank != tree.leaf_rank && at.down.size() != like.down.size()) {
      return differ("switches below", like.down.size(), at.down.size());
    }
    for (std::size_t i = 0; i < at.up.size(); ++i) {
      if (at.up[i].members.size() != like.up[0].members.size()) {
        return differ("cables to a switch above", like.up[0].members.size(),
                      at.up[i].members.size());
      }
    }
    for (std::size_t i = 0; at.rank != tree.leaf_rank && i < at.down.size(); ++i) {
      if (at.down[i].members.size() != like.down[0].members.size()) {
        return differ("cables to a switch below", like.down[0].members.size(),
                      at.down[i].members.size());
      }
    }
  }
  return {};
}

}  // namespace berth
