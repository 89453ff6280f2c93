#include "cluster/run_index.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

namespace berth {

RunIndex::RunIndex(std::uint32_t nodes) : word_(nodes / 64 + 1), dirty_(nodes / 64 + 1) {
  for (std::uint32_t word = 0; word <= nodes / 64; ++word) {
    touch(64 * word);
  }
}

std::uint32_t RunIndex::shortest_run(std::uint32_t length) const {
  const auto found = by_length_.lower_bound({length, 0});
  return found == by_length_.end() ? NodeSet::none : found->second;
}

void RunIndex::add(std::uint32_t first, std::uint32_t past) {
  runs_.emplace(first, past);
  by_length_.emplace(past - first, first);
}

// The runs that have a node in the word, or end beside it, are made anew.
void RunIndex::set(std::uint32_t word, std::uint64_t members) {
  if (word_[word] == members) {
    return;
  }
  word_[word] = members;
  const std::uint32_t begin = 64 * word;
  const std::uint32_t end = begin + 64;
  std::uint32_t low = begin;
  std::uint32_t high = end;
  auto run = runs_.upper_bound(begin);
  if (run != runs_.begin() && std::prev(run)->second >= begin) {
    --run;
  }
  while (run != runs_.end() && run->first <= end) {
    low = std::min(low, run->first);
    high = std::max(high, run->second);
    by_length_.erase({run->second - run->first, run->first});
    run = runs_.erase(run);
  }

  std::uint32_t first = low;  // of the run that goes on at `node`
  for (std::uint32_t node = begin; node < end;) {
    const std::uint64_t rest = members >> (node - begin);
    const auto ones = std::min(static_cast<std::uint32_t>(std::countr_one(rest)), end - node);
    node += ones;
    if (node == end) {
      break;
    }
    if (first < node) {
      add(first, node);
    }
    const std::uint64_t after = members >> (node - begin);
    node += std::min(static_cast<std::uint32_t>(std::countr_zero(after)), end - node);
    first = node;
  }
  if (first < high) {
    add(first, high);
  }
}

}  // namespace berth
