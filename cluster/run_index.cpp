#include "cluster/run_index.hpp"

#include <algorithm>
#include <bit>

namespace berth {
namespace {

// The first bit of the lowest run of `length` ones in `word`. REQUIRES: there is one.
std::uint32_t run_in(std::uint64_t word, std::uint32_t length) {
  for (std::uint32_t i = 1; i < length; ++i) {
    word &= word >> 1U;
  }
  return static_cast<std::uint32_t>(std::countr_zero(word));
}

}  // namespace

RunIndex::RunIndex(std::uint32_t nodes)
    : leaves_(std::bit_ceil(nodes / 64 + 1)),
      tree_(2 * std::size_t{leaves_}),
      word_(leaves_),
      dirty_(leaves_) {
  for (std::uint32_t leaf = 0; leaf < leaves_; ++leaf) {
    tree_[leaves_ + leaf] = of(0);
  }
  for (std::uint32_t i = leaves_ - 1; i > 0; --i) {
    tree_[i] = join(tree_[2 * i], tree_[2 * i + 1]);
  }
  for (std::uint32_t word = 0; word <= nodes / 64; ++word) {
    touch(64 * word);
  }
}

RunIndex::Runs RunIndex::of(std::uint64_t word) {
  Runs runs;
  runs.size = 64;
  runs.head = static_cast<std::uint32_t>(std::countr_one(word));
  runs.tail = static_cast<std::uint32_t>(std::countl_one(word));
  for (std::uint64_t left = word; left != 0; left &= left >> 1U) {
    ++runs.best;
  }
  return runs;
}

RunIndex::Runs RunIndex::join(const Runs& low, const Runs& high) {
  Runs runs;
  runs.size = low.size + high.size;
  runs.head = low.head == low.size ? low.size + high.head : low.head;
  runs.tail = high.tail == high.size ? high.size + low.tail : high.tail;
  runs.best = std::max({low.best, high.best, low.tail + high.head});
  return runs;
}

void RunIndex::set(std::uint32_t word, std::uint64_t members) {
  word_[word] = members;
  std::uint32_t i = leaves_ + word;
  tree_[i] = of(members);
  while (i > 1) {
    i /= 2;
    tree_[i] = join(tree_[2 * i], tree_[2 * i + 1]);
  }
}

std::uint32_t RunIndex::first_run(std::uint32_t length) const {
  if (tree_[1].best < length) {
    return NodeSet::none;
  }
  std::uint32_t i = 1;
  std::uint32_t first = 0;  // node at which subtree i begins
  while (i < leaves_) {
    const Runs& low = tree_[2 * i];
    if (low.best >= length) {
      i = 2 * i;
    } else if (low.tail + tree_[2 * i + 1].head >= length) {
      return first + low.size - low.tail;
    } else {
      first += low.size;
      i = 2 * i + 1;
    }
  }
  return first + run_in(word_[i - leaves_], length);
}

}  // namespace berth
