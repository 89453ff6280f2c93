#include "topology/builders/parts.hpp"

#include <algorithm>
#include <limits>

#include "core/hostlist.hpp"
#include "core/units.hpp"
#include "topology/marks.hpp"

namespace berth {
namespace {

// Names, ids and the occupancy index of one node, measured at 31,250 nodes and rounded up.
constexpr std::int64_t bytes_per_node = 512;
constexpr std::int64_t nodes_most = 4'000'000;
constexpr std::size_t levels_most = 32;
constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();

std::int64_t times(std::int64_t a, std::int64_t b) { return a > huge / b ? huge : a * b; }

// Whole GiB, so that a person can read it.
std::string memory_for(std::int64_t nodes) {
  constexpr std::int64_t gib = std::int64_t{1} << 30;
  return format_bytes(std::min(times(nodes, bytes_per_node), huge - gib) / gib * gib + gib);
}

void refuse_absurd(Setting place, std::int64_t nodes) {
  if (nodes > nodes_most) {
    place.fail(std::to_string(nodes) + (nodes == huge ? " or more nodes" : " nodes") +
                   " would need " + memory_for(nodes) + " of memory",
               "at most " + std::to_string(nodes_most) + " nodes");
  }
}

void read_levels(Setting cluster, FleetPart& part) {
  for (const auto& [name, count] : cluster.at("levels").entries()) {
    part.levels.push_back(name);
    part.per_parent.push_back(count.count(1, huge));
  }
  if (part.levels.size() > levels_most) {
    cluster.at("levels").fail(std::to_string(part.levels.size()) + " levels are named",
                              "at most " + std::to_string(levels_most) + " levels");
  }
  if (part.levels.empty()) {
    cluster.at("levels").fail("no level is named",
                              "name levels from the outermost, for example {site: 2, rack: 10}");
  }
}

struct Growing {
  FleetBuilder& builder;
  const std::vector<std::string>& names;
  std::size_t used = 0;
  std::vector<std::int64_t> numbers;  // domains so far, by level, for their names
};

void grow(Growing& tree, const FleetPart& part, std::size_t level) {
  if (level == part.levels.size()) {
    for (std::int64_t i = 0; i < part.nodes; ++i) {
      tree.builder.add_node(tree.names[tree.used++], part.kind);
    }
    return;
  }
  for (std::int64_t i = 0; i < part.per_parent[level]; ++i) {
    tree.builder.enter(part.levels[level] + std::to_string(++tree.numbers[level]));
    grow(tree, part, level + 1);
    tree.builder.leave();
  }
}

}  // namespace

std::vector<std::string> read_node_names(Setting cluster, std::int64_t nodes) {
  const std::string digits = std::to_string(nodes);
  const std::string usual = "n[" + std::string(digits.size() - 1, '0') + "1-" + digits + "]";
  const std::string text = cluster.text_or("node_names", nodes == 1 ? "n1" : usual);
  std::vector<std::string> names;
  try {
    names = expand_hostlist(text, static_cast<std::size_t>(nodes_most));
  } catch (const InputError& error) {
    cluster.at("node_names").fail(error.what());
  }
  if (static_cast<std::int64_t>(names.size()) != nodes) {
    cluster.at("node_names")
        .fail("names " + std::to_string(names.size()) + " nodes, but there are " + digits);
  }
  return names;
}

std::int64_t FleetPart::total_nodes() const {
  std::int64_t total = nodes;
  for (const std::int64_t count : per_parent) {
    total = times(total, count);
  }
  return total;
}

FleetPart read_part(Setting cluster, bool leveled) {
  FleetPart part;
  if (leveled) {
    read_levels(cluster, part);
  }
  const Setting nodes = cluster.at("nodes");
  part.nodes = nodes.count(1, huge);
  refuse_absurd(nodes, part.total_nodes());
  part.kind.gpus = static_cast<std::uint32_t>(
      cluster.at("gpus_per_node").count(0, std::int64_t{gpus_per_node_most}));
  part.kind.cpu_milli = 1000 * cluster.count_or("cpus_per_node", 0, 0, 1'000'000);
  part.kind.memory = cluster.bytes_or("memory_per_node", 0);
  part.kind.gpu_model = cluster.text_or("gpu_model", "");
  read_marks(cluster, part.kind);
  if (part.kind.gpus == 0 && part.kind.cpu_milli == 0) {
    cluster.at("gpus_per_node")
        .fail("a node has neither GPUs nor CPUs",
              "set gpus_per_node or cpus_per_node to at least 1");
  }
  return part;
}

Fleet build_parts(Setting cluster, const std::vector<FleetPart>& parts) {
  std::int64_t nodes = 0;
  for (const auto& part : parts) {
    nodes += part.total_nodes();
  }
  refuse_absurd(cluster, nodes);
  const auto names = read_node_names(cluster, nodes);
  FleetBuilder builder(parts.front().levels);
  Growing tree{builder, names, 0, std::vector<std::int64_t>(parts.front().levels.size())};
  for (const auto& part : parts) {
    grow(tree, part, 0);
  }
  try {
    return builder.build();
  } catch (const InputError& error) {
    cluster.at("node_names").fail(error.what());
  }
}

Topology bare(Fleet fleet) {
  Topology topology;
  topology.fleet = std::move(fleet);
  return topology;
}

}  // namespace berth
