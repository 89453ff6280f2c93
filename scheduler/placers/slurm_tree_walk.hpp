// How Slurm's topology/tree plugin chooses leaves, as the text has it: every leaf of the table is
// looked at for each leaf that is taken. For trees of any form; slurm_tree_index.hpp does the same
// without looking at every leaf.
#pragma once

#include <cstdint>
#include <vector>

#include "scheduler/placers/leaf_shares.hpp"
#include "scheduler/placers/switch_table.hpp"

namespace berth {

enum class TreeVersion : std::uint8_t {
  slurm_22_05,  // counts of inner switches stay as they were when a leaf of theirs is taken
  slurm_24_05,  // they shrink with it, and a nearer leaf has to fit (from 24.05.3 on)
};

class SlurmTreeWalk {
 public:
  // `nodes`: free ones, by switch.
  SlurmTreeWalk(const SwitchTable& table, std::vector<std::uint32_t> nodes, TreeVersion version);

  // Of the leaves that the job has nodes of already (`begun`, in order) the rest is taken first.
  // REQUIRES: there are so many nodes below `top`.
  LeafShares choose(std::uint32_t top, std::uint32_t nodes,
                    const std::vector<std::uint32_t>& begun = {});

 private:
  // Whether the first is better (1), worse (-1) or neither, and whether it fits where that showed.
  struct Verdict {
    int better = 0;
    bool fits = false;
  };
  [[nodiscard]] Verdict compare(std::uint32_t i, std::uint32_t j) const;
  [[nodiscard]] bool replaces(std::uint32_t leaf, std::uint32_t best) const;
  [[nodiscard]] std::uint32_t best_leaf() const;
  void use_up(std::uint32_t leaf);

  const SwitchTable& table_;
  std::vector<std::uint32_t> nodes_;
  TreeVersion version_;
  std::uint32_t wanted_ = 0;
  std::vector<std::uint32_t> leaves_;    // below the top, in order of the table
  std::vector<std::uint32_t> distance_;  // by switch: to all leaves taken so far
};

}  // namespace berth
