// Items by a small number that each has: which have exactly so many, and what is the least number
// at or above one. The best fit and the emptiest are found without looking at the items.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/node_set.hpp"

namespace berth {

class CountBuckets {
 public:
  // All items have 0. `most` is the largest number that any will have.
  CountBuckets(std::uint32_t items, std::uint32_t most)
      : items_(items), used_(most + 1), with_(most + 1, NodeSet(items)) {}

  // REQUIRES: it is not in yet.
  void insert(std::uint32_t item, std::uint32_t count) {
    if (with_[count].empty()) {
      used_.insert(count);
    }
    with_[count].insert(item);
  }
  void move(std::uint32_t item, std::uint32_t from, std::uint32_t to) {
    with_[from].erase(item);
    if (with_[from].empty()) {
      used_.erase(from);
    }
    insert(item, to);
  }

  [[nodiscard]] std::uint32_t items() const { return items_; }
  // REQUIRES: count is not above the largest number.
  [[nodiscard]] const NodeSet& with(std::uint32_t count) const { return with_[count]; }
  // The least number that an item has and that is at least `count`, or NodeSet::none.
  [[nodiscard]] std::uint32_t least_from(std::uint32_t count) const { return used_.next(count); }
  // The largest number below `count` that an item has, or NodeSet::none.
  [[nodiscard]] std::uint32_t most_below(std::uint32_t count) const { return used_.last(count); }
  [[nodiscard]] std::uint32_t most() const { return used_.last(); }

 private:
  std::uint32_t items_;
  NodeSet used_;  // numbers that an item has
  std::vector<NodeSet> with_;
};

}  // namespace berth
