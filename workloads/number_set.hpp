// The job numbers that were seen: a bit each, in pages made when first needed, so that a log in
// order costs an eighth of a byte a job, and the worst log 512 MiB.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace berth {

class NumberSet {
 public:
  static constexpr std::uint64_t most = (std::uint64_t{1} << 32U) - 1;

  // False when it was there. REQUIRES: number <= most.
  bool insert(std::uint64_t number) {
    const std::size_t page = number / page_size;
    if (page >= pages_.size()) {
      pages_.resize(page + 1);
    }
    if (pages_[page] == nullptr) {
      pages_[page] = std::make_unique<std::bitset<page_size>>();
    }
    const auto bit = (*pages_[page])[number % page_size];
    const bool fresh = !bit;
    (*pages_[page])[number % page_size] = true;
    return fresh;
  }

 private:
  static constexpr std::size_t page_size = 8192;  // bits
  std::vector<std::unique_ptr<std::bitset<page_size>>> pages_;
};

}  // namespace berth
