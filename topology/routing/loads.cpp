#include <algorithm>

#include "topology/routing.hpp"
#include "topology/routing/walks.hpp"

namespace berth {

std::vector<LinkLoad> all_to_all_loads(const Fabric& fabric, const ForwardingTables& tables,
                                       const std::vector<std::uint16_t>& ranks) {
  const Walks walks(fabric, tables, ranks);
  std::vector<LinkLoad> loads = walks.links();
  for (std::uint32_t to = 0; to < ranks.size(); ++to) {
    for (std::uint32_t leaf = 0; leaf < walks.leaves(); ++leaf) {
      const std::uint64_t from = walks.ranks_on(leaf) - (walks.leaf_of(to) == leaf ? 1 : 0);
      for (const std::uint32_t link : walks.walk(leaf, to)) {
        loads[link].pairs += from;
      }
    }
  }
  return loads;
}

// The walks are short and known, so a shift is a sum over its ranks; shifts go in blocks, so that
// the counters of a link, one a shift, lie together.
void add_shift_loads(const Fabric& fabric, const ForwardingTables& tables,
                     const std::vector<std::uint16_t>& ranks, std::vector<LinkLoad>& loads) {
  constexpr std::uint32_t block = 16;
  const Walks walks(fabric, tables, ranks);
  const auto count = static_cast<std::uint32_t>(ranks.size());
  std::vector<std::uint32_t> packets(loads.size() * block);
  for (std::uint32_t first = 1; first < count; first += block) {
    const std::uint32_t shifts = std::min(block, count - first);
    std::fill(packets.begin(), packets.end(), 0);
    for (std::uint32_t from = 0; from < count; ++from) {
      if (ranks[from] == 0) {
        continue;
      }
      for (std::uint32_t i = 0; i < shifts; ++i) {
        const std::uint32_t to = (from + first + i) % count;
        for (const std::uint32_t link : walks.walk(walks.leaf_of(from), to)) {
          ++packets[std::size_t{link} * block + i];
        }
      }
    }
    for (std::size_t link = 0; link < loads.size(); ++link) {
      const auto of_link = packets.begin() + static_cast<std::ptrdiff_t>(link * block);
      loads[link].most =
          std::max<std::uint64_t>(loads[link].most, *std::max_element(of_link, of_link + block));
    }
  }
}

}  // namespace berth
