#include <algorithm>

#include "topology/routing/fat_tree.hpp"

namespace berth {

// Without roots, they are the switches furthest from those that have HCAs.
GaveUp rank_switches(FatTree& tree, const FtreeOptions& options) {
  std::vector<std::uint32_t> roots = options.roots;
  if (roots.empty()) {
    std::vector<std::uint32_t> with_hcas;
    for (std::uint32_t s = 0; s < tree.switches.size(); ++s) {
      if (tree.switches[s].has_hcas) {
        with_hcas.push_back(s);
      }
    }
    const auto ranks = ranks_from(tree.subnet, with_hcas);
    const std::uint32_t furthest = *std::max_element(ranks.begin(), ranks.end());
    for (std::uint32_t s = 0; s < ranks.size(); ++s) {
      if (ranks[s] == furthest) {
        roots.push_back(s);
      }
    }
    if (furthest == 0 && roots.size() > 1) {
      return "HCAs hang on every switch, so none of them is a root";
    }
  }
  const auto ranks = ranks_from(tree.subnet, roots);
  for (std::uint32_t s = 0; s < ranks.size(); ++s) {
    tree.switches[s].rank = ranks[s];
  }
  return {};
}

}  // namespace berth
