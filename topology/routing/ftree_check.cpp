#include <algorithm>

#include <fmt/format.h>

#include "topology/routing/fat_tree.hpp"

namespace berth {
namespace {

// Cables to each neighbour above; to each neighbour below, HCAs among them.
std::vector<std::size_t> cables_of(const std::vector<CableGroup>& groups) {
  std::vector<std::size_t> cables;
  for (const CableGroup& group : groups) {
    cables.push_back(group.ports_there.size());
  }
  return cables;
}

std::vector<std::size_t> cables_below(const TreeSwitch& at) {
  auto cables = cables_of(at.down);
  cables.insert(cables.end(), at.hca_ports.begin(), at.hca_ports.end());
  return cables;
}

std::string name(const FatTree& tree, std::uint32_t s) {
  return fmt::format("switch {:#018x}", tree.subnet.guid(s).value);
}

// How switch `s` differs from `model`, of the same rank; nothing where it does not.
GaveUp difference(const FatTree& tree, std::uint32_t model, std::uint32_t s, const char* where,
                  const std::vector<std::size_t>& wanted, const std::vector<std::size_t>& cables) {
  const auto say = [&](const std::string& what, std::size_t a, std::size_t b) {
    return fmt::format("not a pure fat-tree: {} has {} {}, {} of the same rank has {}",
                       name(tree, model), a, what, name(tree, s), b);
  };
  if (wanted.size() != cables.size()) {
    return say(fmt::format("neighbours {}", where), wanted.size(), cables.size());
  }
  const auto odd = std::find_if(cables.begin(), cables.end(),
                                [&](std::size_t one) { return one != wanted.front(); });
  if (odd != cables.end()) {
    return say(fmt::format("cables to a neighbour {}", where), wanted.front(), *odd);
  }
  return {};
}

}  // namespace

// Without roots to go by, all switches of one rank have to be alike; what hangs on leaves may vary.
GaveUp refuse_irregular(const FatTree& tree) {
  std::vector<std::uint32_t> models(std::size_t{tree.leaf_rank} + 1, Subnet::none);  // by rank
  for (std::uint32_t s = 0; s < tree.switches.size(); ++s) {
    const TreeSwitch& at = tree.switches[s];
    if (at.rank > tree.leaf_rank) {
      continue;
    }
    std::uint32_t& model = models[at.rank];
    if (model == Subnet::none) {
      model = s;
      continue;
    }
    const TreeSwitch& like = tree.switches[model];
    GaveUp why = difference(tree, model, s, "above", cables_of(like.up), cables_of(at.up));
    if (why.empty() && at.rank != tree.leaf_rank) {
      why = difference(tree, model, s, "below", cables_below(like), cables_below(at));
    }
    if (!why.empty()) {
      return why;
    }
  }
  return {};
}

}  // namespace berth
