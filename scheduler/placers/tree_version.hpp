// Whose topology/tree: its rules changed between releases of Slurm.
#pragma once

#include <cstdint>

namespace berth {

enum class TreeVersion : std::uint8_t {
  // The root is chosen by height alone, whatever its nodes weigh; counts of inner switches stay as
  // they were when a leaf of theirs is taken.
  slurm_22_05,
  // The root holds nodes of the lowest weight; counts shrink with a leaf that is taken, and a
  // nearer
  // leaf has to fit (these two from 24.05.3 on).
  slurm_24_05,
};

}  // namespace berth
