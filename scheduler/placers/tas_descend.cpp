#include "scheduler/placers/tas_descend.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "scheduler/placers/gather.hpp"

namespace berth {

std::optional<TasFound> fill_inside(const TasTree& tree, const NodeRange& outer,
                                    std::uint32_t level, std::uint32_t count, TasProfile profile) {
  std::vector<TasDomain> domains;
  tree.add_domains(outer, level, domains);
  sort_domains(domains, profile);
  auto shares = fill_domains(domains, count, profile);
  return shares ? std::optional(TasFound{level, std::move(*shares)}) : std::nullopt;
}

std::optional<Placement> descend(const TasTree& tree, const TasAsk& ask, TasFound found,
                                 const Request& request, const Occupancy& free) {
  auto& [level, shares] = found;
  for (;; ++level) {
    for (TasShare& share : shares) {
      share.count *= level == ask.slice_level ? ask.slice_size : 1;
    }
    if (level == tree.node_level()) {
      break;
    }
    TasShares finer;
    for (const TasShare& share : shares) {
      const auto inside = fill_inside(tree, share.nodes, level + 1, share.count, ask.profile);
      check(inside.has_value(), "a domain holds what its inner ones hold");
      finer.insert(finer.end(), inside->shares.begin(), inside->shares.end());
    }
    shares = std::move(finer);
  }
  std::ranges::sort(shares, {}, [](const TasShare& share) { return share.nodes.first; });
  Gather gather(request, free);
  for (const TasShare& share : shares) {
    gather.take(NodeId(share.nodes.first), share.count);
  }
  return gather.done();
}

}  // namespace berth
