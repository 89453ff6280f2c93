// A topology to simulate on, made of what a file says. From a fabric: HCAs are grouped into nodes
// by their descriptions, nodes into leaf groups (they share leaves) and superpods (what hangs
// together below the top tier). From Slurm's and Topograph's files: their switches and blocks
// become levels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/settings.hpp"
#include "topology/formats.hpp"
#include "topology/topology.hpp"

namespace berth {

struct ImportOptions {
  // Of an HCA's description: the first group is the node's name. Topograph's rule.
  std::string host_pattern = R"(^(\S+)\s\S+$)";
  NodeKind node;  // what every node holds
  bool gpus_are_told = true;
  FrontEnd front_end;
};
// Reads `host_pattern`, `gpu`, `gpus_per_node`, `cpus_per_node`, `memory_per_node`, the marks of
// nodes (topology/marks.hpp) and `front_end_gbps`; 8 GPUs where nothing is said of them, the front
// end of the `fleet` builder.
ImportOptions read_import_options(Setting cluster);

struct Imported {
  Topology topology;
  std::vector<std::string> notes;  // what was left out and why: "10 HCAs without a host name"
  std::string assumption;          // of what is in a node, where nobody said; empty: none
};

// `path` is what errors name. InputError when no node remains.
//
// Levels: fabric (what cables or nodes join), superpod (only with three tiers: what hangs together
// below the top one), leaf. Nodes are in natural order within their leaf group, leaf groups in the
// order of their leaves. Left out, with a note: aggregation nodes, HCAs without a host name or a
// cable, and hosts of one name. All others are nodes, managers too: `host_pattern` picks.
Imported import_fabric(Fabric fabric, const ImportOptions& options, const std::string& path);
Imported import_slurm(const SlurmTopology& slurm, const ImportOptions& options,
                      const std::string& path);
Imported import_topograph(const TopographModel& model, const ImportOptions& options,
                          const std::string& path);
// The list says what is in its nodes; there are no levels.
Imported import_nodes(const NodeList& list);

}  // namespace berth
