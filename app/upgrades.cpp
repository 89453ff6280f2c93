#include "app/upgrades.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/units.hpp"
#include "scheduler/placers/level_option.hpp"
#include "topology/marks.hpp"

namespace berth {
namespace {

std::vector<NodeId> read_nodes(Setting map, const Fleet& fleet) {
  std::vector<NodeId> nodes;
  const auto written = map.find("nodes");
  if (written) {
    nodes = nodes_named(*written, fleet);
    std::ranges::sort(nodes);
    if (std::ranges::adjacent_find(nodes) != nodes.end()) {
      written->fail("names a node twice");
    }
    return nodes;
  }
  for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
    nodes.emplace_back(i);
  }
  return nodes;
}

std::vector<std::vector<NodeId>> batches_per(Setting per, const std::vector<NodeId>& nodes,
                                             const Fleet& fleet) {
  const auto level = fleet.find_level(per.text());
  if (!level) {
    const std::string levels = level_names(fleet);
    per.fail("the cluster has no level '" + per.text() + "'",
             levels.empty() ? "it has no domains" : "it has: " + levels);
  }
  std::vector<std::vector<NodeId>> batches;
  for (const NodeId node : nodes) {
    if (batches.empty() ||
        fleet.domain_of(node, *level) != fleet.domain_of(batches.back().front(), *level)) {
      batches.emplace_back();
    }
    batches.back().push_back(node);
  }
  return batches;
}

std::vector<std::vector<NodeId>> read_batches(Setting map, const Fleet& fleet) {
  const std::vector<NodeId> nodes = read_nodes(map, fleet);
  if (const auto per = map.find("per")) {
    if (const auto batch = map.find("batch")) {
      batch->fail("is of so many nodes, and batches are domains", "batch, or per");
    }
    return batches_per(*per, nodes, fleet);
  }
  const auto size = static_cast<std::size_t>(map.count_or("batch", 1, 1, fleet.nodes()));
  std::vector<std::vector<NodeId>> batches;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (i % size == 0) {
      batches.emplace_back();
    }
    batches.back().push_back(nodes[i]);
  }
  return batches;
}

// A count, or a part of the nodes, rounded down as Kubernetes does it, but at least 1.
std::uint32_t read_max_unavailable(Setting map, const Upgrade& upgrade) {
  std::size_t nodes = 0;
  std::size_t largest = 0;
  for (const auto& batch : upgrade.batches) {
    nodes += batch.size();
    largest = std::max(largest, batch.size());
  }
  const auto written = map.find("max_unavailable");
  if (!written) {
    return static_cast<std::uint32_t>(largest);
  }
  std::string text = written->text();
  std::size_t most = 0;
  if (text.ends_with('%')) {
    text.pop_back();
    const auto percent = parse_integer(text).value_or(0);
    if (percent < 1 || percent > 100) {
      written->fail("must be between 1% and 100%");
    }
    most = std::max<std::size_t>(nodes * static_cast<std::size_t>(percent) / 100, 1);
  } else {
    most = static_cast<std::size_t>(written->count(1, static_cast<std::int64_t>(nodes)));
  }
  if (most < largest) {
    written->fail(fmt::format("is {}, and a batch has {} nodes", most, largest),
                  "smaller batches, or more");
  }
  return static_cast<std::uint32_t>(most);
}

Upgrade read_upgrade(Setting map, const Fleet& fleet, bool leases) {
  Upgrade upgrade;
  upgrade.at = SimTime{map.duration_or("at", Duration{})};
  upgrade.batches = read_batches(map, fleet);
  upgrade.max_unavailable = read_max_unavailable(map, upgrade);
  upgrade.every = map.duration_or("every", Duration{});
  upgrade.lasts = Distribution::read(map.at("lasts"));
  const auto test = map.find("test");
  upgrade.test = test ? Distribution::read(*test)
                      : Distribution(Distribution::Constant{std::chrono::minutes(20)});
  if (const auto deadline = map.find("deadline")) {
    upgrade.deadline = deadline->duration();
  }
  const auto leased = map.find("leased");
  if (leases) {
    constexpr std::array kinds{Upgrade::Leased::upgraded, Upgrade::Leased::skipped};
    upgrade.leased = kinds.at(map.at("leased").choice({"upgraded", "skipped"}));
  } else if (leased) {
    leased->fail("is of nodes that tenants lease, and nobody does", "leave it out");
  }
  return upgrade;
}

}  // namespace

std::vector<Upgrade> read_upgrades(Setting root, const Fleet& fleet) {
  std::vector<Upgrade> upgrades;
  if (const auto written = root.find("upgrades")) {
    const bool leases = root.find("bare_metal").has_value();
    for (const Setting& one : written->is_list() ? written->items() : std::vector{*written}) {
      upgrades.push_back(read_upgrade(one, fleet, leases));
    }
    if (upgrades.empty()) {
      written->fail("lists no upgrade", "leave it out");
    }
  }
  return upgrades;
}

}  // namespace berth
