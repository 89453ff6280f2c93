#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/described_cluster.hpp"
#include "app/topology_output.hpp"
#include "core/error.hpp"
#include "topology/formats.hpp"

namespace berth {
namespace {

using enum TopologyFormat;

TopologyFormat target_of(const Arguments& arguments) {
  if (!arguments.to) {
    throw InputError({"berth " + arguments.command}, "no format is given",
                     fmt::format("--to one of {}", fmt::join(writable_formats(), ", ")));
  }
  return writable_format(*arguments.to, "--to");
}

std::string as_topology_conf(const SlurmTopology& topology, const std::string& path) {
  const bool flat = std::holds_alternative<SlurmFlat>(topology.shape);
  if (flat || std::holds_alternative<SlurmToruses>(topology.shape)) {
    throw InputError({path},
                     flat ? "is a flat topology, which a topology.conf cannot say"
                          : "is a torus, which a topology.conf cannot say",
                     "write it --to topology.yaml");
  }
  return write_topology_conf(topology);
}

// One without a name, as it stands in a topology.conf.
std::vector<SlurmTopology> with_a_name(std::vector<SlurmTopology> topologies) {
  for (SlurmTopology& topology : topologies) {
    if (topology.name.empty()) {
      topology.name = "default";
      topology.cluster_default = true;
    }
  }
  return topologies;
}

// Slurm's formats among themselves keep the shape, unless blocks are asked for.
std::optional<std::string> rewritten(const std::vector<SlurmTopology>& topologies,
                                     TopologyFormat to, const std::string& path,
                                     const Console& console) {
  const SlurmTopology& chosen = default_of(topologies);
  const bool blocks = std::holds_alternative<SlurmBlocks>(chosen.shape);
  if (to == topology_yaml) {
    return write_topology_yaml(with_a_name(topologies));
  }
  if (to == topology_yaml_block && blocks) {
    return write_topology_yaml(with_a_name({chosen}));
  }
  if (to == topology_conf || (to == topology_conf_block && blocks)) {
    if (topologies.size() > 1) {
      console.log.warning(fmt::format("{} of {} topologies are left out; written is '{}'",
                                      topologies.size() - 1, topologies.size(), chosen.name));
    }
    return as_topology_conf(chosen, path);
  }
  return std::nullopt;
}

// A file in the format that it has, document to document, so that nothing is lost.
std::optional<std::string> rewritten(const TopologyFile& file, TopologyFormat to,
                                     const Console& console) {
  if (const auto* slurm = std::get_if<std::vector<SlurmTopology>>(&file.document)) {
    return rewritten(*slurm, to, file.path, console);
  }
  if (file.format != to) {
    return std::nullopt;
  }
  if (const auto* fabric = std::get_if<Fabric>(&file.document)) {
    return write_ibnetdiscover(*fabric);
  }
  if (const auto* dump = std::get_if<LftDump>(&file.document)) {
    return write_lfts(*dump);
  }
  return write_topograph(std::get<TopographModel>(file.document));
}

void need_cables(const Topology& topology, TopologyFormat to, const TopologyFile& file) {
  if (to == lfts) {
    throw InputError({"--to"}, "forwarding tables are computed, not converted",
                     "berth topology route FILE --engine ftree --out lfts.dump");
  }
  const bool wants = to == ibnetdiscover || to == graphml || to == dot;
  if (wants && topology.fabric.empty()) {
    throw InputError({file.path}, fmt::format("names no cables, which {} needs", format_name(to)),
                     "targets that need none: topology.conf, topology.yaml, topograph, "
                     "topograph-graph, k8s-labels");
  }
}

std::string written(const Topology& topology, TopologyFormat to) {
  switch (to) {
    case ibnetdiscover:
      return write_ibnetdiscover(topology.fabric);
    case topology_conf:
      return write_topology_conf(slurm_tree_of(topology));
    case topology_conf_block:
      return write_topology_conf(slurm_blocks_of(topology));
    case topology_yaml:
      return write_topology_yaml(with_a_name({slurm_tree_of(topology)}));
    case topology_yaml_block:
      return write_topology_yaml(with_a_name({slurm_blocks_of(topology)}));
    case topograph:
      return write_topograph(topograph_of(topology));
    case topograph_graph:
      return topograph_graph_json(topology);
    case k8s_labels:
      return kubernetes_labels(topology);
    case graphml:
      return write_graphml(topology);
    default:
      return write_dot(topology);
  }
}

std::string converted(const TopologyFile& file, TopologyFormat to, const Arguments& arguments,
                      const Console& console) {
  if (auto same = rewritten(file, to, console)) {
    if (!arguments.sets.empty()) {
      throw InputError({"--set"}, "has nothing to say when a file is written as it is");
    }
    return std::move(*same);
  }
  const DescribedCluster cluster = cluster_of(file, arguments);
  for (const std::string& note : cluster.notes) {
    console.log.warning(note);
  }
  need_cables(*cluster.topology, to, file);
  return written(*cluster.topology, to);
}

}  // namespace

int topology_convert_command(const Arguments& arguments, const Console& console) {
  const TopologyFormat to = target_of(arguments);
  const TopologyFile file = open_topology_file(arguments, arguments.configs.front());
  put_result(arguments.out, converted(file, to, arguments, console), console);
  return exit_done;
}

int topology_generate_command(const Arguments& arguments, const Console& console) {
  const TopologyFormat to = target_of(arguments);
  const TopologyFile file = open_topology_file(arguments, arguments.configs.front());
  if (file.format != config) {
    throw InputError({file.path}, fmt::format("is not a config but {}", format_name(file.format)),
                     fmt::format("berth topology convert {} --to {}", file.path, format_name(to)));
  }
  put_result(arguments.out, converted(file, to, arguments, console), console);
  return exit_done;
}

}  // namespace berth
