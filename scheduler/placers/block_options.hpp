// What slurm_block is told: which domains are base blocks, the sizes of blocks, and how the
// segments of a job lie.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scheduler/placers/level_option.hpp"

namespace berth {

// Slurm's BlockSizes: a base size, and groups of 2^k blocks that are configured.
struct BlockSizes {
  std::uint32_t base = 1;              // nodes
  std::vector<std::uint32_t> log2{0};  // ascending

  // The smallest group that could hold so many nodes; none: only all blocks together.
  [[nodiscard]] std::optional<std::uint32_t> holding(std::uint32_t nodes) const;
  // The largest group that is smaller than `group`, or a single block.
  [[nodiscard]] std::uint32_t below(std::optional<std::uint32_t> group) const;
};

struct BlockOptions {
  LevelOption level;
  std::optional<BlockSizes> sizes;  // none: as the fleet has them
  std::uint32_t segment = 0;        // nodes; 0: a job is not made of segments
  bool spread = false;              // each segment on blocks of its own
  bool consolidate = false;         // all segments in one group, where there is one

  static BlockOptions read(Setting part);
  // The level named, or the one that is made of blocks. REQUIRES: the fleet has levels.
  [[nodiscard]] LevelId level_in(const Fleet& fleet) const;
  // Those given; or those of the levels `block36`, `block72` ... of a fleet read from Slurm's
  // files; or the nodes of the smallest block.
  [[nodiscard]] BlockSizes sizes_in(const Fleet& fleet, LevelId level) const;
};

}  // namespace berth
