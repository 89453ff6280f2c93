// Runs of consecutive members of a set of nodes, by length. Words of 64 nodes that changed are only
// marked; they are brought up to date when a run is asked for, so a policy that never asks pays a
// bit.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
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

  // `members(word)` gives the members among 64 nodes. Brings the runs up to date.
  template <class Members>
  void refresh(const Members& members) {
    for (const std::uint32_t word : touched_) {
      dirty_[word] = 0;
      set(word, members(word));
    }
    touched_.clear();
  }

  // First node of the shortest run of at least `length` members, the lowest of equals, or
  // NodeSet::none. REQUIRES: refreshed.
  [[nodiscard]] std::uint32_t shortest_run(std::uint32_t length) const;

 private:
  void set(std::uint32_t word, std::uint64_t members);
  void add(std::uint32_t first, std::uint32_t past);

  std::vector<std::uint64_t> word_;  // members, by word
  std::vector<std::uint8_t> dirty_;
  std::vector<std::uint32_t> touched_;
  std::map<std::uint32_t, std::uint32_t> runs_;                  // first node: past the last
  std::set<std::pair<std::uint32_t, std::uint32_t>> by_length_;  // and first node
};

}  // namespace berth
