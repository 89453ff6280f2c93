// What a placer for trees and blocks decides first: how many nodes it takes of each leaf. Then the
// lowest of each are taken, in ascending order.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "scheduler/placers/gather.hpp"
#include "scheduler/placers/node_ask.hpp"

namespace berth {

struct LeafShare {
  NodeRange nodes;
  std::uint32_t count = 0;  // of those with room that are taken
};
using LeafShares = std::vector<LeafShare>;

inline std::optional<Placement> take_shares(LeafShares shares, const NodeAsk& ask,
                                            const Request& request, const Occupancy& free) {
  std::ranges::sort(shares, {}, [](const LeafShare& share) { return share.nodes.first; });
  Gather gather(request, free);
  for (LeafShare& share : shares) {
    for_each_with_free(free, ask.each.gpus, share.nodes, [&](NodeId node) {
      if (share.count > 0 && free.room(node, ask.each) >= ask.each.tasks) {
        gather.take(node, ask.tasks_per_node);
        --share.count;
      }
      return share.count > 0;
    });
  }
  return gather.done();
}

}  // namespace berth
