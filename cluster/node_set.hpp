// A set of nodes as a bitmap with summaries: one bit says that a word below is not empty. The next
// member is found in a few steps however large the fleet is; counts per block of 1,024 nodes find
// the n-th member as quickly.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "core/bits.hpp"

namespace berth {

class NodeSet {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  explicit NodeSet(std::uint32_t nodes);

  // REQUIRES: not yet a member.
  void insert(std::uint32_t node) { insert_all(node >> 6U, bit(node)); }
  // REQUIRES: a member.
  void erase(std::uint32_t node) { erase_all(node >> 6U, bit(node)); }
  // The same for several nodes of one word. REQUIRES: `nodes` is not empty.
  void insert_all(std::uint32_t word, std::uint64_t nodes) {
    if (words_[word] == 0) {
      mark(word);
    }
    words_[word] |= nodes;
    const std::uint32_t many = count_ones(nodes);
    count_ += many;
    in_block_[word >> 4U] = static_cast<std::uint16_t>(in_block_[word >> 4U] + many);
  }
  void erase_all(std::uint32_t word, std::uint64_t nodes) {
    words_[word] &= ~nodes;
    const std::uint32_t many = count_ones(nodes);
    count_ -= many;
    in_block_[word >> 4U] = static_cast<std::uint16_t>(in_block_[word >> 4U] - many);
    if (words_[word] == 0) {
      unmark(word);
    }
  }
  [[nodiscard]] bool contains(std::uint32_t node) const {
    return (words_[node >> 6U] & bit(node)) != 0;
  }
  [[nodiscard]] std::uint32_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }

  // The lowest member, or `none`.
  [[nodiscard]] std::uint32_t first() const;
  // The lowest member from `node` on, or `none`.
  [[nodiscard]] std::uint32_t next(std::uint32_t node) const;
  // The highest member below `past`, or `none`.
  [[nodiscard]] std::uint32_t last(std::uint32_t past = none) const;
  // Members from `first` up to, but not including, `past`. O(words between).
  [[nodiscard]] std::uint32_t count_in(std::uint32_t first, std::uint32_t past) const;
  // The member with `rank` lower ones. REQUIRES: rank < size().
  [[nodiscard]] std::uint32_t select(std::uint32_t rank) const {
    Cursor from_the_start;
    return select(rank, from_the_start);
  }
  // How far a series of select() with ascending ranks has come.
  struct Cursor {
    std::uint32_t word = 0;
    std::uint32_t below = 0;  // members in the words before
  };
  [[nodiscard]] std::uint32_t select(std::uint32_t rank, Cursor& cursor) const;

  // 64 nodes at a time, for scans: the members of word w are nodes 64w .. 64w + 63.
  [[nodiscard]] const std::vector<std::uint64_t>& words() const { return words_; }
  // Bit w % 64 of summary word w / 64 says that word w is not empty.
  [[nodiscard]] const std::vector<std::uint64_t>& summary() const { return summary_; }

 private:
  static std::uint64_t bit(std::uint32_t index) { return std::uint64_t{1} << (index & 63U); }
  void mark(std::uint32_t word) {
    summary_[word >> 6U] |= bit(word);
    top_[word >> 12U] |= bit(word >> 6U);
  }
  void unmark(std::uint32_t word) {
    summary_[word >> 6U] &= ~bit(word);
    if (summary_[word >> 6U] == 0) {
      top_[word >> 12U] &= ~bit(word >> 6U);
    }
  }

  std::vector<std::uint64_t> words_;
  std::vector<std::uint64_t> summary_;
  std::vector<std::uint64_t> top_;  // of the summary words; 262,144 nodes a word
  std::vector<std::uint16_t> in_block_;
  std::uint32_t count_ = 0;
};

}  // namespace berth
