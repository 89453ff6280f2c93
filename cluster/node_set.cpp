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

std::uint32_t NodeSet::select(std::uint32_t rank, Cursor& cursor) const {
  check(rank < count_, "the n-th member is asked of a set that has so many");
  auto& [word, below] = cursor;
  for (;;) {
    const std::uint32_t block = word / words_per_block;
    if (word % words_per_block == 0 && below + in_block_[block] <= rank) {
      below += in_block_[block];
      word += words_per_block;
      continue;
    }
    const std::uint32_t here = count_ones(words_[word]);
    if (below + here > rank) {
      break;
    }
    below += here;
    ++word;
  }
  std::uint64_t bits = words_[word];
  for (std::uint32_t skip = rank - below; skip > 0; --skip) {
    bits &= bits - 1;
  }
  return 64 * word + lowest(bits);
}

}  // namespace berth
