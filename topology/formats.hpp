// The files that real tools read and write. Each format is a document of its own, so that reading
// and writing lose nothing of it (parse -> write -> parse is the identity); a Topology is made of a
// document by topology/import.hpp, and documents of a Topology by the functions at the end. One
// format is one file in topology/formats/. Readers take the whole text and the path that errors
// name; an error is InputError with the line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/settings.hpp"
#include "topology/fabric.hpp"
#include "topology/routing.hpp"
#include "topology/topology.hpp"

namespace berth {

// --- ibnetdiscover (infiniband-diags), also the input of ibsim ---------------------------------
// Devices keep the order of the file, cables are in that of their first ends. Also reads the output
// of -g and -f, and what ibsim's own examples have: `Hca` for `Ca`, names of any kind, no remarks
// (then GUIDs and 4xSDR are those that ibsim takes); not its orders (include, do, width=, ...).
Fabric read_ibnetdiscover(std::string_view text, const std::string& path);
// A fabric without any cable is not read back: it looks like a file that breaks off.
std::string write_ibnetdiscover(const Fabric& fabric);

// --- opensm-lfts.dump, also the input of `opensm -R file -U` -----------------------------------
struct LftDump {
  struct Entry {
    std::uint16_t lid = 0;
    PortNumber port = 0;
    std::optional<DeviceKind> kind;  // of whose LID it is; nothing: nobody's, or not said
    Guid port_guid;
    std::string description;
    bool operator==(const Entry&) const = default;
  };
  struct Switch {
    std::uint16_t lid = 0;
    std::uint16_t top = 0;  // "Unicast lids [0-top]"
    Guid guid;
    std::string description;
    std::vector<Entry> entries;  // in order of LID; a LID that is absent cannot be reached
    bool operator==(const Switch&) const = default;
  };
  std::vector<Switch> switches;
  bool operator==(const LftDump&) const = default;
};
// Also reads what dump_fts (infiniband-diags) prints.
LftDump read_lfts(std::string_view text, const std::string& path);
std::string write_lfts(const LftDump& dump);
// Switches in the order in which opensm dumps them.
LftDump lfts_of(const Fabric& fabric, const ForwardingTables& tables);
// InputError when the dump speaks of other switches, LIDs or ports than the fabric has, or leaves
// out switches of the subnet.
ForwardingTables tables_of(const LftDump& dump, const Fabric& fabric, const std::string& path);

// --- Slurm topology.conf and topology.yaml -----------------------------------------------------
// Two are equal when they say the same, on whatever line.
struct SlurmSwitch {
  std::string name;
  std::vector<std::string> switches;  // children, expanded; or
  std::vector<std::string> nodes;     // expanded; one of the two is empty
  std::string link_speed;             // as written; empty: none
  std::size_t line = 0;
  bool operator==(const SlurmSwitch& other) const {
    return name == other.name && switches == other.switches && nodes == other.nodes &&
           link_speed == other.link_speed;
  }
};
struct SlurmBlock {
  std::string name;
  std::vector<std::string> nodes;
  std::size_t line = 0;
  bool operator==(const SlurmBlock& other) const {
    return name == other.name && nodes == other.nodes;
  }
};
struct SlurmTree {
  std::vector<SlurmSwitch> switches;  // in the order of the file, which Slurm's ties follow
  bool operator==(const SlurmTree&) const = default;
};
struct SlurmBlocks {
  std::vector<SlurmBlock> blocks;
  std::vector<std::uint32_t> block_sizes;  // in nodes
  bool operator==(const SlurmBlocks&) const = default;
};
struct SlurmRing {
  std::vector<SlurmBlock> rings;
  bool operator==(const SlurmRing&) const = default;
};
// Slurm 26.05 and later, in topology.yaml only.
struct SlurmTorus {
  std::string name;
  std::uint32_t x = 1;
  std::uint32_t y = 1;
  std::uint32_t z = 1;
  std::vector<std::string> nodes;  // x counts fastest, then y; none where regions name them
  // Lists in YAML's flow style, carried along as written: they do not say who is near whom.
  std::string placements;
  std::string regions;
  std::size_t line = 0;
  bool operator==(const SlurmTorus& other) const {
    return name == other.name && x == other.x && y == other.y && z == other.z &&
           nodes == other.nodes && placements == other.placements && regions == other.regions;
  }
};
struct SlurmToruses {
  std::vector<SlurmTorus> toruses;
  bool operator==(const SlurmToruses&) const = default;
};
struct SlurmFlat {
  bool operator==(const SlurmFlat&) const = default;
};
// One named topology; `topology.conf` holds one without a name.
struct SlurmTopology {
  std::string name;
  bool cluster_default = false;
  std::variant<SlurmTree, SlurmBlocks, SlurmRing, SlurmToruses, SlurmFlat> shape;
  bool operator==(const SlurmTopology&) const = default;
};
SlurmTopology read_topology_conf(std::string_view text, const std::string& path);
std::string write_topology_conf(const SlurmTopology& topology);  // REQUIRES: no flat, no torus
std::vector<SlurmTopology> read_topology_yaml(Setting root);
std::string write_topology_yaml(const std::vector<SlurmTopology>& topologies);

// --- NVIDIA Topograph's simulation model --------------------------------------------------------
struct TopographModel {
  using Labels = std::vector<std::pair<std::string, std::string>>;  // in order of writing
  struct Switch {
    std::string name;
    Labels labels;
    Labels annotations;
    std::vector<std::string> switches;
    bool operator==(const Switch&) const = default;
  };
  struct Block {
    std::string leaf;  // the switch it hangs on; empty: none is known
    std::vector<std::string> nodes;
    Labels labels;
    Labels annotations;
    bool operator==(const Block&) const = default;
  };
  std::vector<Switch> switches;
  std::vector<Block> blocks;
  bool operator==(const TopographModel&) const = default;
};
TopographModel read_topograph(Setting root);
std::string write_topograph(const TopographModel& model);

// --- nodes one by one, as the openb trace lists them ---------------------------------------------
struct NodeList {
  struct Node {
    std::string name;
    NodeKind kind;
    bool operator==(const Node&) const = default;
  };
  std::vector<Node> nodes;
  bool operator==(const NodeList&) const = default;
};
NodeList read_openb_nodes(std::string_view text, const std::string& path);

// --- of a topology ------------------------------------------------------------------------------
// A tree of domains: leaf groups as leaf switches, the levels outside above them, one root. A
// domain that holds one other is left out. Leaves come first, in the order of nodes.
SlurmTopology slurm_tree_of(const Topology& topology);
// NVLink domains as blocks, or racks, or leaf groups where there are none.
SlurmTopology slurm_blocks_of(const Topology& topology);
TopographModel topograph_of(const Topology& topology);
std::string topograph_graph_json(const Topology& topology);
// One YAML document a node: Topograph's, CoreWeave's, topology.kubernetes.io/* and
// nvidia.com/gpu.clique labels.
std::string kubernetes_labels(const Topology& topology);
std::string write_graphml(const Topology& topology);
std::string write_dot(const Topology& topology);

}  // namespace berth
