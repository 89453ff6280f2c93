#include "topology/routing/cable_groups.hpp"

#include <algorithm>
#include <numeric>

namespace berth {
namespace {

// From left to right; switches of one index share a place.
std::vector<std::uint32_t> places_of(const FatTree& tree) {
  const auto index = [&tree](std::uint32_t s) -> const TreeIndex& {
    return tree.switches[s].index;
  };
  std::vector<std::uint32_t> order(tree.switches.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&index](std::uint32_t a, std::uint32_t b) { return index(a) < index(b); });
  std::vector<std::uint32_t> places(order.size());
  for (std::size_t i = 1; i < order.size(); ++i) {
    places[order[i]] = places[order[i - 1]] + (index(order[i - 1]) < index(order[i]) ? 1U : 0U);
  }
  return places;
}

}  // namespace

CableGroups::CableGroups(const FatTree& tree) {
  const auto places = places_of(tree);
  for (const TreeSwitch& at : tree.switches) {
    add(at.up, places);
    add(at.down, places);
    add(at.level, places);
  }
  first_.push_back(static_cast<std::uint32_t>(groups_.size()));
}

void CableGroups::add(const std::vector<CableGroup>& groups,
                      const std::vector<std::uint32_t>& places) {
  first_.push_back(static_cast<std::uint32_t>(groups_.size()));
  for (const CableGroup& group : groups) {
    const auto first = static_cast<std::uint32_t>(cables_.size());
    for (const PortNumber there : group.ports_there) {
      cables_.push_back({there, 0});
    }
    groups_.push_back(
        {group.to, 0, places[group.to], first, static_cast<std::uint32_t>(cables_.size())});
  }
}

}  // namespace berth
