// Topograph's documents of a topology: the model that it simulates from, and the JSON that its
// graph engine answers with (its docs/engines/graph.md).
#include <algorithm>

#include <fmt/format.h>

#include "topology/formats.hpp"
#include "topology/formats/domain_tree.hpp"
#include "topology/formats/names.hpp"

namespace berth {
namespace {

constexpr std::string_view region_label = "topology.kubernetes.io/region";
constexpr std::string_view zone_label = "topology.kubernetes.io/zone";
constexpr std::string_view accelerator_annotation = "accelerator.topology.test/domain";
constexpr std::string_view accelerator_label = "accelerator.topograph.run/domain";

// The name at `key` of the nodes of a group where all have the same, unless the group around it
// says so already: labels hold for all that is below.
void add_inherited(const DomainTree& tree, const DomainTree::Group& group, const LevelNames& names,
                   std::string_view key, TopographModel::Labels& labels) {
  const auto common = [&names](NodeRange nodes) {
    const std::string& first = names.of(NodeId(nodes.first));
    return first == names.of(NodeId(nodes.past - 1)) ? first : std::string();
  };
  const std::string name = common(group.nodes);
  const auto& around = tree.groups[group.parent];
  if (!name.empty() && (&around == &group || common(around.nodes) != name)) {
    labels.emplace_back(key, name);
  }
}

struct Names {
  explicit Names(const Topology& topology)
      : site(topology.fleet, topology.fleet.find_level("site")),
        hall(topology.fleet, topology.fleet.find_level("hall")),
        nvlink(topology.fleet, nvlink_level(topology)) {}
  LevelNames site;
  LevelNames hall;
  LevelNames nvlink;
};

void add_switches(const DomainTree& tree, const Names& names, TopographModel& model) {
  std::vector<std::uint32_t> order{tree.root()};  // parents first
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& group = tree.groups[order[i]];
    order.insert(order.end(), group.inside.begin(), group.inside.end());
    TopographModel::Switch made{group.name, {}, {}, {}};
    add_inherited(tree, group, names.site, region_label, made.labels);
    add_inherited(tree, group, names.hall, zone_label, made.labels);
    for (const std::uint32_t inner : group.inside) {
      made.switches.push_back(tree.groups[inner].name);
    }
    if (!made.switches.empty() || !made.labels.empty() || tree.groups.size() == 1) {
      model.switches.push_back(std::move(made));
    }
  }
}

std::string quoted(std::string_view text) {
  std::string made = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') {
      made += '\\';
    }
    made += static_cast<unsigned char>(byte) < 0x20 ? fmt::format("\\u{:04x}", int{byte})
                                                    : std::string(1, byte);
  }
  return made + '"';
}

std::string layers_json(const DomainTree& tree, std::uint32_t group) {
  std::string text = quoted(tree.groups[group].name);
  while (tree.groups[group].parent != group) {
    group = tree.groups[group].parent;
    text += ", " + quoted(tree.groups[group].name);
  }
  return "[" + text + "]";
}

std::string labels_json(const Names& names, NodeId node) {
  const std::pair<std::string_view, std::string> labels[] = {
      {accelerator_label, names.nvlink.of(node)},
      {region_label, names.site.of(node)},
      {zone_label, names.hall.of(node)}};
  std::string text;
  for (const auto& [key, value] : labels) {
    if (!value.empty()) {
      text += (text.empty() ? "" : ", ") + quoted(key) + ": " + quoted(value);
    }
  }
  return "{" + text + "}";
}

}  // namespace

TopographModel topograph_of(const Topology& topology) {
  const Fleet& fleet = topology.fleet;
  const DomainTree tree = domain_tree(fleet);
  const Names names(topology);
  std::vector<std::string> nodes;
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    nodes.push_back(fleet.name(NodeId(node)));
  }
  nodes = hostlist_names(std::move(nodes));
  TopographModel model;
  add_switches(tree, names, model);
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    const std::string& leaf = tree.groups[tree.leaf_of[node]].name;
    const std::string& domain = names.nvlink.of(NodeId(node));
    const bool same =
        node > 0 && model.blocks.back().leaf == leaf && names.nvlink.of(NodeId(node - 1)) == domain;
    if (!same) {
      model.blocks.push_back({leaf, {}, {}, {}});
    }
    if (!same && !domain.empty()) {
      model.blocks.back().annotations.emplace_back(accelerator_annotation, domain);
    }
    model.blocks.back().nodes.push_back(nodes[node]);
  }
  return model;
}

std::string topograph_graph_json(const Topology& topology) {
  const Fleet& fleet = topology.fleet;
  const DomainTree tree = domain_tree(fleet);
  const Names names(topology);
  std::string text = "{\"instances\": [\n";
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    // Topograph's simulations call the instance of node n1 `i-n1`.
    text += "  {\"id\": " + quoted("i-" + fleet.name(NodeId(node))) +
            ", \"network_layers\": " + layers_json(tree, tree.leaf_of[node]) +
            ", \"labels\": " + labels_json(names, NodeId(node)) +
            (node + 1 < fleet.nodes() ? "},\n" : "}\n");
  }
  return text + "]}\n";
}

}  // namespace berth
