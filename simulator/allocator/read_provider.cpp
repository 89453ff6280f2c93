#include "simulator/allocator/read_provider.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/settings_tree.hpp"
#include "core/units.hpp"
#include "topology/marks.hpp"

namespace berth {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

// What is not written is as if it were `otherwise`, a map: so it shows in the resolved config.
Setting written_or(Setting map, const std::string& key, const Lines& otherwise) {
  if (!map.find(key)) {
    SettingNode& node = add_child(map.node(), key);
    node.kind = SettingNode::Kind::map;
    node.where = map.where();
    for (const auto& [name, value] : otherwise) {
      SettingNode& line = add_child(node, name);
      line.kind = SettingNode::Kind::scalar;
      line.where = node.where;
      line.scalar = value;
    }
  }
  return map.at(key);
}

Distribution constant_or(Setting map, const std::string& key, const std::string& otherwise) {
  return Distribution::read(written_or(map, key, {{"kind", "constant"}, {"value", otherwise}}));
}
Distribution lognormal_or(Setting map, const std::string& key, const std::string& median,
                          const std::string& sigma) {
  return Distribution::read(
      written_or(map, key, {{"kind", "lognormal"}, {"median", median}, {"sigma", sigma}}));
}

Work read_rest_of_work(Setting map, Distribution lasts) {
  constexpr double fails = 0.01;
  constexpr double fails_most = 0.99;
  constexpr std::int64_t most = 1'000'000;
  Work work;
  work.lasts = std::move(lasts);
  work.fails = map.number_or("fails", fails, 0, fails_most);
  work.attempts = static_cast<std::uint32_t>(map.count_or("attempts", work.attempts, 1, 100));
  work.at_once = static_cast<std::uint32_t>(map.count_or("at_once", work.at_once, 1, most));
  return work;
}

// Medians of Ironic and of clouds of its kind: 12 minutes to deploy, of which one in a hundred
// fails; two minutes to erase by dropping keys; a test of 20 minutes (CoreWeave's HPC
// verification); three days of burn-in.
void read_works(Setting bare_metal, BareMetal& terms) {
  const Setting provision = written_or(bare_metal, "provision", {});
  terms.provision = read_rest_of_work(provision, lognormal_or(provision, "lasts", "12m", "0.35"));
  const Setting clean = written_or(bare_metal, "clean", {});
  terms.clean = read_rest_of_work(clean, constant_or(clean, "lasts", "2m"));
  terms.test = constant_or(bare_metal, "test", "20m");
  terms.burn_in = constant_or(bare_metal, "burn_in", "72h");
  terms.repair = lognormal_or(bare_metal, "repair", "4h", "0.8");
}

std::string levels_of(const Fleet& fleet) {
  std::string names;
  for (std::uint32_t i = 0; i < fleet.levels(); ++i) {
    names += (names.empty() ? "it has: " : ", ") + fleet.level_name(LevelId(i));
  }
  return names.empty() ? "it has no domains" : names;
}

void read_deliveries(Setting bare_metal, const Fleet& fleet, std::optional<Duration> horizon,
                     BareMetal& terms) {
  const auto list = bare_metal.find("deliveries");
  if (!list) {
    return;
  }
  std::vector<NodeId> all;
  for (const Setting& map : list->items()) {
    Delivery one{nodes_named(map.at("nodes"), fleet), SimTime{map.at("at").duration()}};
    if (horizon && one.at >= SimTime{*horizon}) {
      map.at("at").fail("is when the run is over: its horizon is " + format_duration(*horizon),
                        "an earlier delivery, or a longer horizon");
    }
    all.insert(all.end(), one.nodes.begin(), one.nodes.end());
    terms.deliveries.push_back(std::move(one));
  }
  std::ranges::sort(all);
  if (std::ranges::adjacent_find(all) != all.end()) {
    list->fail("delivers a node twice", "each node comes once");
  }
}

// By kind, how many times the nodes there are may be sold.
void read_overbooking(Setting bare_metal, BareMetal& terms) {
  const auto map = bare_metal.find("overbooking");
  if (!map) {
    return;
  }
  constexpr double most = 100;
  bool any = false;
  for (const LeaseKind kind : {LeaseKind::on_demand, LeaseKind::spot}) {
    if (const auto factor = map->find(to_string(kind))) {
      terms.overbooking.at(static_cast<std::size_t>(kind)) = factor->number(0, most);
      any = true;
    }
  }
  if (!any && map->is_map() && map->node().children.empty()) {
    map->fail("names no kind of lease", "overbooking: {on_demand: 1.1, spot: 1.5}");
  }
}

// One subnet manager programs one port after the other.
void read_keys(Setting bare_metal, BareMetal& terms) {
  const auto map = bare_metal.find("partition_keys");
  if (!map) {
    return;
  }
  constexpr std::int64_t nodes_most = 1'000'000;
  constexpr std::int64_t keys_most = 32'767;  // 15 bits of a key, and 0 is none
  PartitionKeys keys;
  keys.set.lasts = constant_or(*map, "lasts", "5s");
  keys.set.attempts = 1;
  keys.set.at_once = static_cast<std::uint32_t>(map->count_or("at_once", 1, 1, nodes_most));
  keys.most = static_cast<std::uint32_t>(map->count_or("most", keys_most, 1, keys_most));
  terms.keys = std::move(keys);
}

void read_spares(Setting bare_metal, const Fleet& fleet, BareMetal& terms) {
  const auto map = bare_metal.find("spares");
  if (!map) {
    return;
  }
  LeaseSpares& spares = terms.spares;
  spares.count = static_cast<std::uint32_t>(map->at("count").count(0, fleet.nodes()));
  std::uint32_t fewest = fleet.nodes();
  if (const auto per = map->find("per")) {
    spares.per = fleet.find_level(per->text());
    if (!spares.per) {
      per->fail("the cluster has no level '" + per->text() + "'", levels_of(fleet));
    }
    for (std::uint32_t i = 0; i < fleet.domains(*spares.per); ++i) {
      fewest = std::min(fewest, fleet.nodes_in(fleet.domain(*spares.per, i)).size());
    }
  }
  if (spares.count >= fewest) {
    map->at("count").fail("leaves none of " + std::to_string(fewest) + " nodes", "fewer");
  }
  if (map->choice_or("ready", "cold", {"cold", "warm"}) == 1) {
    spares.handed_over.emplace();
    spares.handed_over->lasts = constant_or(*map, "hand_over", "3m");
    spares.handed_over->at_once = fleet.nodes();
  }
}

}  // namespace

void read_provider(Setting bare_metal, const Fleet& fleet, std::optional<Duration> horizon,
                   BareMetal& terms) {
  read_works(bare_metal, terms);
  read_deliveries(bare_metal, fleet, horizon, terms);
  read_overbooking(bare_metal, terms);
  read_keys(bare_metal, terms);
  read_spares(bare_metal, fleet, terms);
  terms.defragment = bare_metal.flag_or("defragment", false);
}

}  // namespace berth
