#include "cluster/node_set.hpp"

#include "core/bits.hpp"
#include "core/check.hpp"

namespace berth {
namespace {

std::uint32_t lowest(std::uint64_t word) {
  return static_cast<std::uint32_t>(std::countr_zero(word));
}

std::uint32_t highest(std::uint64_t word) {
  return 63 - static_cast<std::uint32_t>(std::countl_zero(word));
}

constexpr std::uint64_t all = ~std::uint64_t{0};

// The bits of a word from that of `index` on.
std::uint64_t from(std::uint32_t index) { return all << (index & 63U); }

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

std::uint32_t NodeSet::count_in(std::uint32_t first, std::uint32_t past) const {
  std::uint32_t count = 0;
  for (std::uint32_t word = first >> 6U; 64 * word < past; ++word) {
    std::uint64_t members = words_[word];
    members &= word == first >> 6U ? from(first) : all;
    members &= word == past >> 6U ? ~from(past) : all;
    count += count_ones(members);
  }
  return count;
}

// The rest of its word, then the rest of its summary word, then the summaries.
std::uint32_t NodeSet::next(std::uint32_t node) const {
  std::uint32_t word = node >> 6U;
  if (word >= words_.size()) {
    return none;
  }
  if (const std::uint64_t here = words_[word] & from(node); here != 0) {
    return 64 * word + lowest(here);
  }
  ++word;
  std::uint64_t mask = from(word);
  for (std::uint32_t summary = word >> 6U; summary < summary_.size(); ++summary) {
    if (const std::uint64_t words = summary_[summary] & mask; words != 0) {
      word = 64 * summary + lowest(words);
      return 64 * word + lowest(words_[word]);
    }
    mask = all;
  }
  return none;
}

std::uint32_t NodeSet::last(std::uint32_t past) const {
  const auto size = static_cast<std::uint32_t>(words_.size());
  std::uint32_t word = past >> 6U;
  if (word < size) {
    if (const std::uint64_t here = words_[word] & ~from(past); here != 0) {
      return 64 * word + highest(here);
    }
  } else {
    word = size;
  }
  const auto summaries = static_cast<std::uint32_t>(summary_.size());
  std::uint32_t summary = word >> 6U;
  std::uint64_t mask = ~from(word);
  if (summary >= summaries) {
    summary = summaries - 1;
    mask = all;
  }
  for (;; --summary, mask = all) {
    if (const std::uint64_t words = summary_[summary] & mask; words != 0) {
      word = 64 * summary + highest(words);
      return 64 * word + highest(words_[word]);
    }
    if (summary == 0) {
      return none;
    }
  }
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
