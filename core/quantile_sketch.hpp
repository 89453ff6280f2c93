// Quantiles of a stream of non-negative integers (nanoseconds, or any fixed-point number) in memory
// that does not grow with its length. A histogram: one bucket per value up to 255, then 128 per
// doubling. Integers only, so the order of adding and merging cannot change a bit of the answer.
//
// Error: a quantile differs from the exact nearest-rank one by less than 1/256 of it (0.4 %);
// count, sum, min, max and values up to 255 are exact. At most 7296 buckets (58 kB).
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/check.hpp"
#include "core/int128.hpp"

namespace berth {

class QuantileSketch {
 public:
  // REQUIRES: value >= 0.
  void add(std::int64_t value) {
    check(value >= 0, "a sketch takes values from 0 on");
    const std::size_t bucket = bucket_of(value);
    if (bucket >= counts_.size()) [[unlikely]] {
      counts_.resize(bucket + 1);
    }
    ++counts_[bucket];
    ++count_;
    sum_ += value;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }

  // The same as adding all that `other` was given.
  void merge(const QuantileSketch& other);

  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] Int128 sum() const { return sum_; }

  // REQUIRES, for all below: not empty.
  [[nodiscard]] std::int64_t min() const;
  [[nodiscard]] std::int64_t max() const;
  [[nodiscard]] double mean() const;
  // The value of rank ceil(q * count) in ascending order; q = 0 is the min, q = 1 the max. q is
  // taken to nine decimals, so that 0.07 of 100 values is the 7th and not the 8th.
  // REQUIRES: 0 <= q <= 1.
  [[nodiscard]] std::int64_t quantile(double q) const;

  friend bool operator==(const QuantileSketch&, const QuantileSketch&) = default;

 private:
  // Drops the bits after the first eight; a value of up to eight bits is its own bucket.
  static std::size_t bucket_of(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    const auto dropped = static_cast<std::size_t>(std::bit_width(bits | 128)) - 8;
    return (dropped << 7) + static_cast<std::size_t>(bits >> dropped);
  }
  static std::int64_t middle_of(std::size_t bucket);

  std::vector<std::int64_t> counts_;  // up to the highest bucket in use
  std::int64_t count_ = 0;
  Int128 sum_ = 0;
  std::int64_t min_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_ = 0;
};

}  // namespace berth
