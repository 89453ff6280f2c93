#include <algorithm>

#include <fmt/format.h>

#include "topology/routing/fat_tree.hpp"

namespace berth {
namespace {

// Hops from the nearest of `sources`, whose rank is 0.
void rank_from(FatTree& tree, const std::vector<std::uint32_t>& sources) {
  for (TreeSwitch& one : tree.switches) {
    one.rank = unreached;
  }
  std::vector<std::uint32_t> wave = sources;
  for (const std::uint32_t s : sources) {
    tree.switches[s].rank = 0;
  }
  for (std::size_t next = 0; next < wave.size(); ++next) {
    const auto rank = static_cast<std::uint8_t>(tree.switches[wave[next]].rank + 1);
    for (const Subnet::Port& port : tree.subnet.ports(wave[next])) {
      if (port.to_switch != Subnet::none && tree.switches[port.to_switch].rank == unreached) {
        tree.switches[port.to_switch].rank = rank;
        wave.push_back(port.to_switch);
      }
    }
  }
}

std::uint8_t lowest_rank(const FatTree& tree) {
  std::uint8_t most = 0;
  for (const TreeSwitch& one : tree.switches) {
    most = std::max(most, one.rank);
  }
  return most;
}

}  // namespace

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
    rank_from(tree, with_hcas);
    const std::uint8_t furthest = lowest_rank(tree);
    for (std::uint32_t s = 0; s < tree.switches.size(); ++s) {
      if (tree.switches[s].rank == furthest) {
        roots.push_back(s);
      }
    }
    if (furthest == 0 && roots.size() > 1) {
      return "HCAs hang on every switch, so none of them is a root";
    }
  }
  rank_from(tree, roots);
  return {};
}

}  // namespace berth
