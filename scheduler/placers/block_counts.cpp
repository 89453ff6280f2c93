#include "scheduler/placers/block_counts.hpp"

namespace berth {

std::uint32_t BlockCounts::free_in(std::uint32_t log2, std::uint32_t number) const {
  std::uint32_t free =
      log2 == 0 ? room_.of(fleet_.at_place(level_, number)) : room_.of_group(level_, log2, number);
  for (auto gone = first_gone(log2, number); gone != gone_.end() && gone->block >> log2 == number;
       ++gone) {
    free -= gone->nodes;
  }
  return free;
}

std::vector<BlockCounts::Gone>::const_iterator BlockCounts::first_gone(std::uint32_t log2,
                                                                       std::uint32_t number) const {
  return std::ranges::lower_bound(gone_, number << log2, {}, &Gone::block);
}

bool BlockCounts::touched(std::uint32_t log2, std::uint32_t number) const {
  const auto gone = first_gone(log2, number);
  return gone != gone_.end() && gone->block >> log2 == number;
}

void BlockCounts::take(std::uint32_t block, std::uint32_t nodes) {
  const auto at = std::ranges::lower_bound(gone_, block, {}, &Gone::block);
  if (at != gone_.end() && at->block == block) {
    at->nodes += nodes;
  } else {
    gone_.insert(at, {block, nodes});
  }
}

std::optional<std::uint32_t> BlockCounts::fullest(std::uint32_t log2,
                                                  const BlockRange& range) const {
  std::optional<std::uint32_t> best;
  std::uint32_t most = 0;
  const auto consider = [&](std::uint32_t number) {
    const std::uint32_t free = free_in(log2, number);
    if (free > 0 && (!best || free > most || (free == most && number > *best))) {
      best = number;
      most = free;
    }
  };
  const bool everywhere = range.first == 0 && range.past == blocks();
  const CountBuckets* buckets = everywhere ? room_.buckets(level_, log2) : nullptr;
  if (buckets == nullptr) {
    for (std::uint32_t number = range.first >> log2; number << log2 < range.past; ++number) {
      consider(number);
    }
    return best;
  }
  for (const Gone& gone : gone_) {
    consider(gone.block >> log2);
  }
  for (std::uint32_t free = buckets->most(); free != NodeSet::none && free > 0 && free >= most;
       free = buckets->most_below(free)) {
    const NodeSet& with = buckets->with(free);
    for (std::uint32_t number = with.last(); number != NodeSet::none; number = with.last(number)) {
      if (!touched(log2, number)) {
        consider(number);
        return best;
      }
    }
  }
  return best;
}

}  // namespace berth
