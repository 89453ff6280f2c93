#include "cluster/node_set.hpp"

#include "core/bits.hpp"
#include "core/check.hpp"

namespace berth {
namespace {

std::uint32_t lowest(std::uint64_t word) {
  return static_cast<std::uint32_t>(std::countr_zero(word));
}

constexpr std::uint32_t words_per_block = 16;

}  // namespace

NodeSet::NodeSet(std::uint32_t nodes)
    : words_(nodes / 64 + 1),
      summary_(nodes / 4096 + 1),
      top_(nodes / 262144 + 1),
      in_block_(nodes / 1024 + 1) {}

std::uint32_t NodeSet::first() const {
  for (std::uint32_t i = 0; i < top_.size(); ++i) {
    if (top_[i] != 0) {
      const std::uint32_t summary = 64 * i + lowest(top_[i]);
      const std::uint32_t word = 64 * summary + lowest(summary_[summary]);
      return 64 * word + lowest(words_[word]);
    }
  }
  return none;
}

std::uint32_t NodeSet::select(std::uint32_t rank) const {
  check(rank < count_, "the n-th member is asked of a set that has so many");
  std::uint32_t block = 0;
  for (; rank >= in_block_[block]; ++block) {
    rank -= in_block_[block];
  }
  std::uint32_t word = block * words_per_block;
  for (;; ++word) {
    const auto here = count_ones(words_[word]);
    if (rank < here) {
      break;
    }
    rank -= here;
  }
  std::uint64_t bits = words_[word];
  for (; rank > 0; --rank) {
    bits &= bits - 1;
  }
  return 64 * word + lowest(bits);
}

}  // namespace berth
