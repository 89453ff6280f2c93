#include <algorithm>
#include <array>

#include "topology/routing/engines.hpp"

namespace berth {
namespace {

// A root has nearly all HCAs at one distance: exactly one distance with more than 90 % of them, and
// no other with more than 5 %.
std::vector<std::uint32_t> roots_by_distance(const Subnet& subnet) {
  std::vector<std::uint64_t> hcas_on(subnet.switches());
  std::uint64_t hcas = 0;
  for (const Subnet::End& end : subnet.ends()) {
    hcas_on[end.on] += end.hca ? 1 : 0;
    hcas += end.hca ? 1 : 0;
  }
  std::vector<std::uint32_t> roots;
  std::vector<std::uint8_t> hops;
  for (std::uint32_t s = 0; s < subnet.switches(); ++s) {
    hops_to(subnet, s, hops);
    std::array<std::uint64_t, 256> at_distance{};
    for (std::uint32_t other = 0; other < subnet.switches(); ++other) {
      at_distance[hops[other]] += hcas_on[other];
    }
    const auto over = [&](std::uint64_t twentieths) {
      return std::count_if(at_distance.begin(), at_distance.end(),
                           [&](std::uint64_t n) { return n * 20 > hcas * twentieths; });
    };
    if (over(18) == 1 && over(1) == 1) {
      roots.push_back(s);
    }
  }
  return roots;
}

}  // namespace

GaveUp route_updn(const Subnet& subnet, const std::vector<std::uint32_t>& roots,
                  const ForwardingTables* kept, ForwardingTables& tables) {
  const auto found = roots.empty() ? roots_by_distance(subnet) : roots;
  if (found.empty()) {
    return "no roots were given, and no switch has more than 90 % of the HCAs at one distance";
  }
  spread_over_ways(subnet, *up_down_ways(subnet, ranks_from(subnet, found)), kept, tables);
  return {};
}

}  // namespace berth
