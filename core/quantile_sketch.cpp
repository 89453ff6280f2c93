#include "core/quantile_sketch.hpp"

namespace berth {

void QuantileSketch::merge(const QuantileSketch& other) {
  counts_.resize(std::max(counts_.size(), other.counts_.size()));
  for (std::size_t i = 0; i < other.counts_.size(); ++i) {
    counts_[i] += other.counts_[i];
  }
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

std::int64_t QuantileSketch::min() const {
  check(!empty(), "an empty sketch has no minimum");
  return min_;
}

std::int64_t QuantileSketch::max() const {
  check(!empty(), "an empty sketch has no maximum");
  return max_;
}

double QuantileSketch::mean() const {
  check(!empty(), "an empty sketch has no mean");
  return static_cast<double>(sum_) / static_cast<double>(count_);
}

std::int64_t QuantileSketch::quantile(double q) const {
  check(!empty(), "an empty sketch has no quantiles");
  check(q >= 0 && q <= 1, "a quantile is between 0 and 1");
  constexpr std::int64_t whole = 1'000'000'000;
  const auto billionths = static_cast<std::int64_t>(q * whole + 0.5);
  const auto rank = static_cast<std::int64_t>((Int128{billionths} * count_ + whole - 1) / whole);
  if (rank <= 1) {
    return min_;
  }
  if (rank == count_) {
    return max_;
  }
  std::size_t bucket = 0;
  for (std::int64_t seen = counts_[0]; seen < rank; seen += counts_[bucket]) {
    ++bucket;
  }
  return std::clamp(middle_of(bucket), min_, max_);
}

std::int64_t QuantileSketch::middle_of(std::size_t bucket) {
  const std::size_t dropped = bucket < 256 ? 0 : (bucket >> 7) - 1;
  const auto first = static_cast<std::int64_t>(bucket - (dropped << 7)) << dropped;
  const std::int64_t width = std::int64_t{1} << dropped;
  return first + (width - 1) / 2;
}

}  // namespace berth
