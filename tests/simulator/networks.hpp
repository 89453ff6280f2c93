// Small wired worlds: regular trees of domains, their bandwidths in GB/s, and placements on them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/placement.hpp"
#include "topology/fleet.hpp"
#include "topology/network.hpp"

namespace berth::test {

struct Wired {
  Fleet fleet;
  Network network;
};

// `pods` of `leaves` of `nodes`, each node with `gpus` at an HCA of 50 GB/s each. The nodes of a
// leaf send `leaf_over` times as much as may leave it, those of a pod `pod_over` times.
struct Tree {
  std::uint32_t pods = 2;
  std::uint32_t leaves = 2;
  std::uint32_t nodes = 4;
  std::uint32_t gpus = 8;
  double leaf_over = 1;
  double pod_over = 1;
  double nvlink = 450;  // GB/s of a GPU
  double hca = 50;      // GB/s of a GPU
  bool nvlink_joins_leaves = false;
};

inline std::int64_t giga(double bytes) { return static_cast<std::int64_t>(bytes * 1e9); }

inline Wired wired(const Tree& tree) {
  FleetBuilder builder({"pod", "leaf"});
  const NodeKind kind{tree.gpus, 0, 0, "", giga(tree.nvlink), 0};
  std::uint32_t number = 0;
  for (std::uint32_t pod = 0; pod < tree.pods; ++pod) {
    builder.enter("p" + std::to_string(pod));
    for (std::uint32_t leaf = 0; leaf < tree.leaves; ++leaf) {
      builder.enter("l" + std::to_string(pod) + "_" + std::to_string(leaf));
      for (std::uint32_t node = 0; node < tree.nodes; ++node) {
        builder.add_node("n" + std::to_string(number++), kind);
      }
      builder.leave();
    }
    builder.leave();
  }
  Wired made{builder.build(), {}};
  NetworkParts parts;
  const double node = tree.hca * tree.gpus;
  for (std::uint32_t i = 0; i < made.fleet.domains(); ++i) {
    const bool is_pod = i < tree.pods;
    const double over = is_pod ? tree.pod_over : tree.leaf_over;
    parts.uplinks.push_back(giga(node * made.fleet.nodes_in(DomainId(i)).size() / over));
  }
  parts.injections.assign(number, giga(node));
  parts.hops = {3, 1};
  if (tree.nvlink_joins_leaves) {
    parts.nvlink_level = LevelId(1);
  }
  made.network = Network(parts);
  return made;
}

// `gpus` on each of the nodes.
inline Placement on(std::initializer_list<std::uint32_t> nodes, std::uint32_t gpus = 8) {
  Placement placement;
  for (const std::uint32_t node : nodes) {
    placement.push_back({NodeId(node), 1, (GpuMask{1} << gpus) - 1});
  }
  return placement;
}

}  // namespace berth::test
