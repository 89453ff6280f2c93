// How well draws fit what they claim to be. Each limit is passed by chance once in 10,000 seeds,
// and the seeds are fixed, so a failure is a defect.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace berth {

constexpr std::size_t many = 100'000;

template <class Draw>
std::vector<double> draws(std::size_t count, Draw draw) {
  std::vector<double> values(count);
  std::generate(values.begin(), values.end(), draw);
  return values;
}

// Kolmogorov and Smirnov: the largest gap between the draws' CDF and the true one, times sqrt(n).
template <class Cdf>
double ks_gap(std::vector<double> values, Cdf cdf) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double gap = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double at = cdf(values[i]);
    gap = std::max({gap, at - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - at});
  }
  return gap * std::sqrt(n);
}
constexpr double ks_limit = 2.225;

// Pearson: sum of (seen - expected)^2 / expected.
inline double chi_square(const std::vector<double>& seen, const std::vector<double>& expected) {
  double sum = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    sum += (seen[i] - expected[i]) * (seen[i] - expected[i]) / expected[i];
  }
  return sum;
}
// Wilson and Hilferty's approximation.
inline double chi_square_limit(double degrees) {
  const double spread = 2 / (9 * degrees);
  return degrees * std::pow(1 - spread + 3.719 * std::sqrt(spread), 3);
}

inline double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

// FNV-1a over the bytes of the bit patterns: one changed bit in one draw changes it.
class Digest {
 public:
  Digest& add(std::uint64_t bits) {
    for (int i = 0; i < 8; ++i) {
      value_ = (value_ ^ (bits >> (8 * i) & 0xff)) * 0x100000001b3;
    }
    return *this;
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

inline std::uint64_t digest(const std::vector<double>& values) {
  Digest sum;
  for (const double value : values) {
    sum.add(std::bit_cast<std::uint64_t>(value));
  }
  return sum.value();
}

}  // namespace berth
