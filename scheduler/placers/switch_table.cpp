#include "scheduler/placers/switch_table.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace berth {
namespace {

std::vector<SwitchTable::Switch> listed_switches(const Fleet& fleet, LevelId leaf) {
  std::vector<SwitchTable::Switch> all;
  for (std::uint32_t level = 0; level <= leaf.index(); ++level) {
    for (std::uint32_t i = 0; i < fleet.domains(LevelId(level)); ++i) {
      const DomainId domain = fleet.domain(LevelId(level), i);
      if (!fleet.filler(domain) && fleet.nodes_in(domain).size() > 0) {
        all.push_back(
            {domain, 0, leaf.index() - level, 0, fleet.rank(domain), fleet.nodes_in(domain)});
      }
    }
  }
  std::ranges::stable_sort(all, {}, &SwitchTable::Switch::rank);
  return all;
}

}  // namespace

SwitchTable::SwitchTable(const Fleet& fleet, std::optional<LevelId> leaf) {
  if (leaf) {
    switches_ = listed_switches(fleet, *leaf);
  }
  if (!leaf || (!fleet.listed() && fleet.domains(LevelId(0)) > 1)) {
    const std::uint32_t height = leaf ? leaf->index() + 1 : 0;
    switches_.push_back({std::nullopt, 0, height, 0, 0, {0, fleet.nodes()}});
  }
  find_parents(fleet);
}

void SwitchTable::find_parents(const Fleet& fleet) {
  std::vector<std::uint32_t> place_of(fleet.domains());
  for (std::uint32_t i = 0; i < switches_.size(); ++i) {
    if (switches_[i].domain) {
      place_of[switches_[i].domain->index()] = i;
    }
  }
  const bool joined = !switches_.back().domain.has_value();
  const auto last = static_cast<std::uint32_t>(switches_.size()) - 1;
  for (std::uint32_t i = 0; i < switches_.size(); ++i) {
    Switch& each = switches_[i];
    each.parent = joined ? last : i;
    each.depth = joined && i != last ? 1 : 0;
    if (!each.domain) {
      continue;
    }
    bool nearest = true;
    for (std::uint32_t level = fleet.level_of(*each.domain).index(); level-- > 0;) {
      const DomainId outer = fleet.domain_of(*each.domain, LevelId(level));
      if (!fleet.filler(outer)) {
        each.parent = nearest ? place_of[outer.index()] : each.parent;
        nearest = false;
        ++each.depth;
      }
    }
  }
}

std::uint32_t SwitchTable::find(std::optional<DomainId> domain) const {
  // A fleet of one outermost domain has no root above it.
  const auto found = domain ? std::ranges::find(switches_, domain, &Switch::domain)
                            : std::ranges::find_if(switches_, [this](const Switch& each) {
                                return &each == &switches_[each.parent];
                              });
  check(found != switches_.end(), "a switch is in its table");
  return static_cast<std::uint32_t>(found - switches_.begin());
}

bool SwitchTable::below(std::uint32_t place, std::uint32_t root) const {
  while (place != root && switches_[place].parent != place) {
    place = switches_[place].parent;
  }
  return place == root;
}

std::uint32_t SwitchTable::hops(std::uint32_t a, std::uint32_t b) const {
  std::uint32_t links = 0;
  while (a != b) {
    if (switches_[a].depth < switches_[b].depth) {
      std::swap(a, b);
    }
    a = switches_[a].parent;
    ++links;
  }
  return links;
}

std::vector<std::uint32_t> SwitchTable::counts(const RoomIndex& room) const {
  std::vector<std::uint32_t> counts;
  counts.reserve(switches_.size());
  for (const Switch& each : switches_) {
    counts.push_back(each.domain ? room.of(*each.domain) : room.all());
  }
  return counts;
}

}  // namespace berth
