// Runs of consecutive members of a set of nodes: a tree over 64-node words that knows, per subtree,
// the longest run and those at its two ends. Words that changed are only marked; they are brought
// up to date when a run is asked for, so a policy that never asks pays a bit.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/node_set.hpp"

namespace berth {

class RunIndex {
 public:
  explicit RunIndex(std::uint32_t nodes);

  void touch(std::uint32_t node) {
    const std::uint32_t word = node >> 6U;
    if (!dirty_[word]) {
      dirty_[word] = 1;
      touched_.push_back(word);
    }
  }

  // `members(word)` gives the members among 64 nodes. Brings the tree up to date.
  template <class Members>
  void refresh(const Members& members) {
    for (const std::uint32_t word : touched_) {
      dirty_[word] = 0;
      set(word, members(word));
    }
    touched_.clear();
  }

  // First node of the lowest run of `length` members, or NodeSet::none. REQUIRES: refreshed.
  [[nodiscard]] std::uint32_t first_run(std::uint32_t length) const;

 private:
  struct Runs {
    std::uint32_t head = 0;  // members at the low end
    std::uint32_t tail = 0;  // members at the high end
    std::uint32_t best = 0;
    std::uint32_t size = 0;  // nodes covered
  };
  static Runs join(const Runs& low, const Runs& high);
  static Runs of(std::uint64_t word);
  void set(std::uint32_t word, std::uint64_t members);

  std::uint32_t leaves_;             // a power of two
  std::vector<Runs> tree_;           // 1-based heap
  std::vector<std::uint64_t> word_;  // members, by word
  std::vector<std::uint8_t> dirty_;
  std::vector<std::uint32_t> touched_;
};

}  // namespace berth
