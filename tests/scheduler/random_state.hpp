// Random occupancies, for asking a placer and its naive twin the same question.
#pragma once

#include <algorithm>
#include <utility>

#include "cluster/occupancy.hpp"
#include "tests/cluster/fleets.hpp"

namespace berth::testing {

// Takes about `percent` of the GPUs, by whole nodes, by parts of nodes and by shares, and a random
// part of CPU and memory where there is any; puts a few nodes out of service.
inline void fill_randomly(Occupancy& index, Dice& dice, std::uint32_t percent) {
  for (std::uint32_t i = 0; i < index.fleet().nodes(); ++i) {
    const NodeId node(i);
    const NodeKind& kind = index.fleet().kind(node);
    const std::uint32_t taken = dice.below(100) >= percent ? 0
                                : dice.one_in(2)           ? kind.gpus
                                                           : dice.below(kind.gpus + 1);
    index.take({taken, 1, 0, 0}, {{node, taken, Occupancy::lowest(index.free(node), taken)}});
    for (std::uint32_t shares = dice.below(3); shares > 0; --shares) {
      const Shape share{1, 0, 0, 0, 1 + dice.below(999)};
      Placement placement;
      if (index.room(node, share) > 0) {
        index.give_out(node, share, 1, placement);
        index.take(share, placement);
      }
    }
    const Shape rest{1, 0, dice.below(1 + static_cast<std::uint64_t>(kind.cpu_milli)),
                     dice.below(1 + static_cast<std::uint64_t>(kind.memory))};
    index.take(rest, {{node, 1, 0}});
    if (dice.one_in(20)) {
      index.set_available(node, false);
    }
  }
}

inline Shape random_shape(Dice& dice) {
  const bool only_gpus = dice.one_in(2);
  const bool share = dice.one_in(4);
  return {1 + dice.below(dice.one_in(2) ? 2 : 12),
          share            ? 0
          : dice.one_in(2) ? 1 + dice.below(3)
                           : 1 + dice.below(8),
          only_gpus ? 0 : 1 + dice.below(3000), only_gpus ? 0 : dice.below(200),
          share ? 1 + dice.below(dice.one_in(2) ? 999 : 400) : 0};
}

inline Fleet random_fleet(Dice& dice) {
  std::vector<NodeKind> kinds;
  const bool alike = dice.one_in(2);
  for (std::uint32_t i = 2 + dice.below(150); i > 0; --i) {
    kinds.push_back(gpu_node(alike ? 8 : 1 + dice.below(8), alike ? 8000 : 4000, 1000));
  }
  return fleet_of(kinds);
}

}  // namespace berth::testing
