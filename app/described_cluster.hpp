// The cluster of a config, of `--topology FILE` or of a file of `berth topology`: built from its
// settings, or imported from a file that another tool wrote.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/arguments.hpp"
#include "app/topology_file.hpp"
#include "core/settings_tree.hpp"
#include "topology/topology.hpp"

namespace berth {

struct DescribedCluster {
  std::shared_ptr<const Topology> topology;
  std::vector<std::string> notes;  // of the importer: what was left out, and why
  std::string assumption;          // of the importer, about what is in a node; may be empty
  std::vector<std::string> files;  // that it was read from, besides the config
};

// What stands at `cluster`. {file: x.yaml} is replaced by what that file says; {file: fabric.txt,
// ...} in a format of another tool is imported, and the other keys say what the file does not.
DescribedCluster read_cluster(Setting cluster);

// A file that holds a fleet: the map itself, or a config with one at `cluster`, of whose other keys
// only the names are looked at.
Setting fleet_setting(const SettingsTree& file);

// A file of the command line, with --from, and --set over it.
TopologyFile open_topology_file(const Arguments& arguments, const std::string& path);
// Its cluster. REQUIRES: `file` outlives nothing of it.
DescribedCluster cluster_of(const TopologyFile& file, const Arguments& arguments);

// The one that a config means which names none: the default of the file, else the first.
const SlurmTopology& default_of(const std::vector<SlurmTopology>& topologies);

}  // namespace berth
