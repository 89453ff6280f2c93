// How Slurm's topology/tree plugin chooses leaves, as the text has it: every leaf of the table is
// looked at for each leaf that is taken. For trees of any form; slurm_tree_index.hpp does the same
// without looking at every leaf.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scheduler/placers/leaf_shares.hpp"
#include "scheduler/placers/switch_table.hpp"

namespace berth {

enum class TreeVersion : std::uint8_t {
  slurm_22_05,  // counts of inner switches stay as they were when a leaf of theirs is taken
  slurm_24_05,  // they shrink with it, and a nearer leaf has to fit (from 24.05.3 on)
};

// What is still to be placed, in tasks and in the nodes that so many empty ones would be.
struct TreeNeed {
  std::uint32_t tasks = 0;
  std::uint32_t per_node = 1;  // tasks that an empty node takes
  [[nodiscard]] std::uint32_t nodes() const { return (tasks + per_node - 1) / per_node; }
};

class SlurmTreeWalk {
 public:
  // `nodes`, `tasks`: the room by switch.
  SlurmTreeWalk(const SwitchTable& table, std::vector<std::uint32_t> nodes,
                std::vector<std::uint32_t> tasks, TreeVersion version);

  // The root that the job goes below: of the highest with nodes enough, the last in the table.
  [[nodiscard]] std::optional<std::uint32_t> top(const TreeNeed& need) const;
  // REQUIRES: there is room for it below `top`.
  LeafShares choose(std::uint32_t top, TreeNeed need);

 private:
  // Whether the first is better (1), worse (-1) or neither, and whether it fits where that showed.
  struct Verdict {
    int better = 0;
    bool fits = false;
  };
  [[nodiscard]] Verdict compare(std::uint32_t i, std::uint32_t j) const;
  [[nodiscard]] bool fits(std::uint32_t at) const;
  [[nodiscard]] bool replaces(std::uint32_t leaf, std::uint32_t best) const;
  [[nodiscard]] std::uint32_t best_leaf() const;
  void use_up(std::uint32_t leaf);

  const SwitchTable& table_;
  std::vector<std::uint32_t> nodes_;
  std::vector<std::uint32_t> tasks_;
  TreeVersion version_;
  TreeNeed need_;
  std::vector<std::uint32_t> leaves_;    // below the top, in order of the table
  std::vector<std::uint32_t> distance_;  // by switch: to all leaves taken so far
};

}  // namespace berth
