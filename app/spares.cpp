#include "app/spares.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "topology/marks.hpp"

namespace berth {
namespace {

LevelId read_level(Setting at, const Fleet& fleet) {
  const auto level = fleet.find_level(at.text());
  if (!level) {
    std::string known;
    for (std::uint32_t i = 0; i < fleet.levels(); ++i) {
      known += (i > 0 ? ", " : "") + fleet.level_name(LevelId(i));
    }
    at.fail("the cluster has no level '" + at.text() + "'",
            known.empty() ? "it has no domains" : "it has: " + known);
  }
  return *level;
}

// The last `count` of a range; InputError where that leaves none.
void keep_last(NodeRange range, std::uint32_t count, Setting at, std::vector<NodeId>& spares) {
  if (count >= range.size()) {
    at.fail(fmt::format("leaves none of {} nodes", range.size()), "fewer");
  }
  for (std::uint32_t node = range.past - count; node < range.past; ++node) {
    spares.emplace_back(node);
  }
}

void read_count(Setting map, const Fleet& fleet, Spares& spares) {
  const Setting at = map.at("count");
  const auto count = static_cast<std::uint32_t>(at.count(0, fleet.nodes()));
  const auto per = map.find("per");
  if (!per) {
    keep_last({0, fleet.nodes()}, count, at, spares.nodes);
    return;
  }
  const LevelId level = read_level(*per, fleet);
  for (std::uint32_t i = 0; i < fleet.domains(level); ++i) {
    keep_last(fleet.nodes_in(fleet.domain(level, i)), count, at, spares.nodes);
  }
}

}  // namespace

Spares read_spares(Setting root, const Fleet& fleet) {
  Spares spares;
  const auto map = root.find("spares");
  if (!map) {
    return spares;
  }
  if (const auto nodes = map->find("nodes")) {
    spares.nodes = nodes_named(*nodes, fleet);
    std::ranges::sort(spares.nodes);
    if (std::ranges::adjacent_find(spares.nodes) != spares.nodes.end()) {
      nodes->fail("names a node twice");
    }
    if (spares.nodes.size() == fleet.nodes()) {
      nodes->fail("leaves no node for jobs");
    }
  } else {
    read_count(*map, fleet, spares);
  }
  if (const auto within = map->find("within")) {
    spares.within = read_level(*within, fleet);
  }
  if (const auto classes = map->find("lent_to")) {
    for (const Setting& name : classes->is_list() ? classes->items() : std::vector{*classes}) {
      spares.lent_to.push_back(name.text());
    }
  }
  if (map->choice_or("ready", "warm", {"warm", "cold"}) == 1) {
    spares.set_up = Distribution::read(map->at("set_up"));
  } else if (const auto set_up = map->find("set_up")) {
    set_up->fail("is of cold spares, and these are warm", "write ready: cold, or leave it out");
  }
  return spares;
}

}  // namespace berth
