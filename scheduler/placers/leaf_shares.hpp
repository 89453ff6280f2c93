// What a placer for trees of switches decides first: how many tasks each leaf takes. Then the nodes
// of the leaves are taken in ascending order.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "scheduler/placers/gather.hpp"

namespace berth {

struct LeafShare {
  NodeRange nodes;
  std::uint32_t tasks = 0;
};
using LeafShares = std::vector<LeafShare>;

// The lowest nodes with room in each leaf.
inline std::optional<Placement> take_shares(LeafShares shares, const Request& request,
                                            const Occupancy& free) {
  std::ranges::sort(shares, {}, [](const LeafShare& share) { return share.nodes.first; });
  Gather gather(request, free);
  for (const LeafShare& share : shares) {
    const std::uint32_t rest = gather.missing() - share.tasks;
    for_each_with_free(free, request.shape.gpus, share.nodes, [&](NodeId node) {
      gather.take(node, gather.missing() - rest);
      return gather.missing() > rest;
    });
  }
  return gather.done();
}

}  // namespace berth
