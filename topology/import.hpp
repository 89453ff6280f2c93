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
  FrontEnd front_end;
};
// Reads `host_pattern`, `gpu`, `gpus_per_node`, `cpus_per_node`, `memory_per_node`; 8 GPUs where
// nothing is said of them.
ImportOptions read_import_options(Setting cluster);

struct Imported {
  Topology topology;
  std::vector<std::string> notes;  // what was left out and why: "10 HCAs without a host name"
};

// `path` is what errors name. InputError when no node remains.
Imported import_fabric(Fabric fabric, const ImportOptions& options, const std::string& path);
Imported import_slurm(const SlurmTopology& slurm, const ImportOptions& options,
                      const std::string& path);
Imported import_topograph(const TopographModel& model, const ImportOptions& options,
                          const std::string& path);

}  // namespace berth
