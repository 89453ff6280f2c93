// What the builders share: reading what is in a node, the tree of levels, names, and the guard
// against fleets that no machine could hold.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/settings.hpp"
#include "topology/topology.hpp"

namespace berth {

// A regular part of a fleet: `per_parent[i]` domains of level i in each domain of level i - 1, and
// `nodes` nodes in each innermost domain.
struct FleetPart {
  std::vector<std::string> levels;
  std::vector<std::int64_t> per_parent;
  std::int64_t nodes = 0;
  NodeKind kind;
  [[nodiscard]] std::int64_t total_nodes() const;
};

// Reads `nodes`, `gpus_per_node`, `cpus_per_node`, `memory_per_node`, `gpu_model`, the marks of
// nodes (topology/marks.hpp), and `levels` when `leveled`. InputError when the part alone is larger
// than Berth holds.
FleetPart read_part(Setting cluster, bool leveled);

// Reads `node_names` (a hostlist; by default n[1-N], padded), then builds the parts side by side.
Fleet build_parts(Setting cluster, const std::vector<FleetPart>& parts);

// Reads `node_names` as above.
std::vector<std::string> read_node_names(Setting cluster, std::int64_t nodes);

// A fleet of whose wiring nothing is known.
Topology bare(Fleet fleet);

}  // namespace berth
