// Free nodes by base block and by aligned groups of 2^k blocks, as they are while one job is being
// placed: the index of room, less what the job has taken so far. Groups are found by the index
// where they are many, the few that the job has touched one by one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/room_index.hpp"

namespace berth {

// Consecutive blocks of the order of the file.
struct BlockRange {
  std::uint32_t first = 0;
  std::uint32_t past = 0;
};

class BlockCounts {
 public:
  BlockCounts(const Fleet& fleet, const RoomIndex& room, LevelId level)
      : fleet_(fleet), room_(room), level_(level) {}

  [[nodiscard]] std::uint32_t blocks() const { return fleet_.domains(level_); }
  [[nodiscard]] std::uint32_t groups(std::uint32_t log2) const {
    return ((blocks() - 1) >> log2) + 1;
  }
  [[nodiscard]] BlockRange all() const { return {0, blocks()}; }
  [[nodiscard]] BlockRange group(std::uint32_t log2, std::uint32_t number) const {
    return {number << log2, std::min((number + 1) << log2, blocks())};
  }
  [[nodiscard]] NodeRange nodes_of(std::uint32_t block) const {
    return fleet_.nodes_in(fleet_.at_place(level_, block));
  }
  [[nodiscard]] std::uint32_t free(std::uint32_t block) const { return free_in(0, block); }
  [[nodiscard]] std::uint32_t free_in(std::uint32_t log2, std::uint32_t number) const;

  void take(std::uint32_t block, std::uint32_t nodes);
  void forget() { gone_.clear(); }  // what was taken

  // Of the groups in `range` with at least `nodes` that `may` approves, the one with fewest, the
  // last of equals. REQUIRES: `range` is made of such groups.
  template <class May>
  std::optional<std::uint32_t> tightest(std::uint32_t log2, std::uint32_t nodes,
                                        const BlockRange& range, const May& may) const;
  // The one with most, the last of equals; nothing where nothing is free.
  [[nodiscard]] std::optional<std::uint32_t> fullest(std::uint32_t log2,
                                                     const BlockRange& range) const;

 private:
  struct Gone {
    std::uint32_t block = 0;
    std::uint32_t nodes = 0;
  };
  // From the first block of the group on.
  [[nodiscard]] std::vector<Gone>::const_iterator first_gone(std::uint32_t log2,
                                                             std::uint32_t number) const;
  [[nodiscard]] bool touched(std::uint32_t log2, std::uint32_t number) const;
  const Fleet& fleet_;
  const RoomIndex& room_;
  LevelId level_;
  std::vector<Gone> gone_;  // in order of blocks
};

template <class May>
std::optional<std::uint32_t> BlockCounts::tightest(std::uint32_t log2, std::uint32_t nodes,
                                                   const BlockRange& range, const May& may) const {
  std::optional<std::uint32_t> best;
  std::uint32_t least = 0;
  const auto consider = [&](std::uint32_t number) {
    const std::uint32_t free = free_in(log2, number);
    const bool better =
        free >= nodes && (!best || free < least || (free == least && number > *best));
    if (better && may(number)) {
      best = number;
      least = free;
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
  for (std::uint32_t free = buckets->least_from(nodes);
       free != NodeSet::none && (!best || free <= least); free = buckets->least_from(free + 1)) {
    const NodeSet& with = buckets->with(free);
    for (std::uint32_t number = with.last(); number != NodeSet::none; number = with.last(number)) {
      if (!touched(log2, number)) {
        consider(number);
        if (best && least == free && *best >= number) {
          return best;
        }
      }
    }
  }
  return best;
}

}  // namespace berth
