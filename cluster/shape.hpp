// What a job takes from a given fleet: so many equal tasks, each within one node. A gang of two
// HGX nodes is 2 tasks of 8 GPUs; twelve GPUs on such nodes are 3 tasks of 4; a notebook is 1 of 1.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/placement.hpp"
#include "topology/fleet.hpp"
#include "workloads/job.hpp"

namespace berth {

inline constexpr std::uint32_t apart_nodes = 1;
constexpr std::uint32_t apart_in(LevelId level) { return 2 + level.index(); }

inline constexpr std::uint32_t alone_in_fleet = 1;
constexpr std::uint32_t alone_in(LevelId level) { return 2 + level.index(); }

struct Shape {
  std::uint32_t tasks = 1;
  std::uint32_t gpus = 0;  // of each task, whole ones
  std::int64_t cpu_milli = 0;
  std::int64_t memory = 0;
  std::uint32_t gpu_milli = 0;  // of each task, a share of one GPU in thousandths; then gpus is 0
  std::uint32_t group = 0;      // its tasks are pods of that group (PodGroups); 0: of none
  std::uint32_t apart = 0;  // no other pod of the group is on the same node (apart_nodes) or in the
                            // same domain (apart_in()); 0: they may be
  std::uint32_t alone = 0;  // no other job is in the domains of this level (alone_in()) that it has
                            // nodes in, or in the fleet (alone_in_fleet); 0: others may be

  [[nodiscard]] std::uint64_t total_gpus() const { return std::uint64_t{tasks} * gpus; }
  [[nodiscard]] std::uint64_t total_gpu_milli() const {
    return std::uint64_t{tasks} * (std::uint64_t{gpus} * 1000 + gpu_milli);
  }
  // True when whole GPUs are all it asks for, so that the index by free GPUs answers alone.
  [[nodiscard]] bool only_gpus() const { return cpu_milli == 0 && memory == 0 && gpu_milli == 0; }
  auto operator<=>(const Shape&) const = default;
};

// The shape of `ask` on `fleet`: as many tasks as it says; else one task where a node holds its
// GPUs, and tasks of as many GPUs as divide both the job and a node (the largest first, of the
// kinds of nodes that differ). Nothing when its GPUs cannot be dealt out to its tasks or the fleet
// could not hold it even when empty; of a moldable job, with that many tasks of it.
std::optional<Shape> shape_of(const Ask& ask, const Fleet& fleet, std::uint32_t tasks_least = 0);

// The nodes that a job keeps others from: those of the domains that it has for itself, in ascending
// order. REQUIRES: shape.alone > 0.
std::vector<NodeRange> kept_for(const Shape& shape, const Placement& placement, const Fleet& fleet);
// Those of them on which it has nothing, as parts of no tasks. None where it has none for itself.
Placement kept_empty(const Shape& shape, const Placement& placement, const Fleet& fleet);
// Of the domain that a node is in.
NodeRange kept_around(const Shape& shape, NodeId node, const Fleet& fleet);

// Tasks of `shape` that the empty fleet holds.
std::uint64_t capacity_for(const Shape& shape, const Fleet& fleet);
// That an empty node of one of its kinds holds.
std::uint64_t capacity_for(const Shape& shape, const Fleet& fleet, std::size_t kind);

}  // namespace berth
