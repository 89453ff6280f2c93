#include <algorithm>
#include <map>
#include <utility>

#include "core/settings_tree.hpp"
#include "topology/formats/text_line.hpp"
#include "topology/import.hpp"
#include "topology/slurm_conf.hpp"

namespace berth {
namespace {

constexpr std::string_view remedy = "name the same nodes in both files";

Topology flat(const SlurmConf& conf) {
  FleetBuilder builder;
  for (const SlurmConf::Node& node : conf.nodes) {
    builder.add_node(node.name, node.kind);
  }
  Topology topology;
  topology.fleet = builder.build();
  return topology;
}

}  // namespace

Topology topology_of(const SlurmConf& conf, const std::string& path, const SlurmTopology* topology,
                     const std::string& topology_path) {
  if (topology == nullptr) {
    return flat(conf);
  }
  Topology made = import_slurm(*topology, {}, topology_path).topology;
  std::map<std::string_view, const NodeKind*> kinds;
  for (const SlurmConf::Node& node : conf.nodes) {
    if (!made.fleet.find(node.name)) {
      throw InputError(where_of(path, node.line),
                       "node " + shown(node.name) + " is not in " + topology_path,
                       std::string(remedy));
    }
    kinds.emplace(node.name, &node.kind);
  }
  std::vector<NodeKind> by_node;
  for (std::uint32_t node = 0; node < made.fleet.nodes(); ++node) {
    const std::string& name = made.fleet.name(NodeId(node));
    const auto found = kinds.find(name);
    if (found == kinds.end()) {
      throw InputError({topology_path}, "node " + shown(name) + " is not in " + path,
                       std::string(remedy));
    }
    by_node.push_back(*found->second);
  }
  made.fleet = with_kinds(std::move(made.fleet), by_node);
  return made;
}

}  // namespace berth
