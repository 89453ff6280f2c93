// Which nodes changed, in order, for whoever keeps something by node and looks now and then: each
// reader remembers how far it has read, so a change costs the same however many there are. It
// remembers about as many changes as there are nodes; a reader that fell behind looks at all nodes.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace berth {

class ChangeLog {
 public:
  using Position = std::uint64_t;

  explicit ChangeLog(std::uint32_t nodes) : ring_(std::bit_ceil(std::max(nodes, 64U))) {}

  // Some of the 64 nodes of a word changed.
  void add(std::uint32_t word, std::uint64_t nodes) {
    if (past_ > read_ && at(past_ - 1).word == word) {
      at(past_ - 1).nodes |= nodes;
      return;
    }
    at(past_++) = {word, nodes};
  }

  // A reader that has seen all there is has read so far.
  [[nodiscard]] Position end() const {
    read_ = past_;
    return past_;
  }
  // Whether it still knows all that changed from there on.
  [[nodiscard]] bool remembers(Position from) const { return past_ - from <= ring_.size(); }
  // Visits (word, nodes) of each change from there on; a node may be met again. REQUIRES: it
  // remembers.
  template <class Visit>
  void since(Position from, const Visit& visit) const {
    for (; from < past_; ++from) {
      const Change& change = ring_[from & (ring_.size() - 1)];
      visit(change.word, change.nodes);
    }
  }

 private:
  struct Change {
    std::uint32_t word = 0;
    std::uint64_t nodes = 0;
  };
  Change& at(Position position) { return ring_[position & (ring_.size() - 1)]; }

  std::vector<Change> ring_;  // a power of two
  Position past_ = 0;
  mutable Position read_ = 0;  // the furthest that somebody has read: what is before is final
};

}  // namespace berth
