// Of items with sizes the fewest that together are large enough; of such sets the one of the least
// sum, of those the one of the greatest worth. Kueue's balanced placement chooses domains so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace berth {

struct SizedItem {
  std::uint32_t size = 0;  // > 0
  double worth = 0;
};

// How many of the largest are needed, and the size of the last of them; {0, 0}: all are too few.
struct FewestLargest {
  std::uint32_t items = 0;
  std::uint32_t least = 0;
};
struct AlikeItems {
  std::uint32_t size = 0;  // of each, > 0
  std::uint32_t items = 0;
};
// REQUIRES: the sizes descend.
FewestLargest fewest_largest(const std::vector<AlikeItems>& by_size, std::uint32_t wanted);

// The indices of the set, ascending. Of sets that are equal in everything the one that is found
// first while items are taken in the order of the list. REQUIRES: the sizes descend; all together
// are at least `wanted` > 0.
//
// With k items needed, those chosen fall short of the k largest by less than the k-th of them: only
// so many sums are told apart. O(groups of like items x k x that size), less where few shortfalls
// can be reached.
std::vector<std::size_t> fewest_items(const std::vector<SizedItem>& items, std::uint32_t wanted);

}  // namespace berth
