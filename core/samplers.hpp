// Our own samplers: std:: distributions and libm differ between machines, these do not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/random.hpp"
#include "core/time.hpp"

namespace berth {

// In (0, 1), never 0 or 1: (k + 1/2) / 2^52, which needs no rounding, so it is symmetric too.
double uniform(Random& random);
std::uint64_t uniform_below(Random& random, std::uint64_t bound);  // Lemire; REQUIRES: bound > 0
double exponential(Random& random, double mean);                   // by inversion
double weibull(Random& random, double shape, double scale);        // by inversion
double normal(Random& random);                                     // by inversion
double lognormal(Random& random, double median, double sigma);     // median * exp(sigma * normal)
double gamma(Random& random, double shape, double scale);          // Marsaglia and Tsang (2000)

// An index with probability weight/sum, by binary search over the sums. Takes one draw.
class Weighted {
 public:
  // REQUIRES: weights not empty, each >= 0 and finite, their sum > 0 and finite.
  explicit Weighted(const std::vector<double>& weights);
  std::size_t operator()(Random& random) const;

 private:
  std::vector<double> up_to_;
};

// A distribution given by points of its cumulative curve, straight between them. When the first
// probability is not 0, the curve begins at (0, 0). Takes one draw.
class EmpiricalCdf {
 public:
  struct Point {
    double value;
    double probability;  // of a value up to this one
  };

  // REQUIRES: not empty; values >= 0; both strictly ascending; the last probability is 1.
  explicit EmpiricalCdf(std::vector<Point> points);
  double operator()(Random& random) const { return quantile(uniform(random)); }
  [[nodiscard]] double quantile(double probability) const;
  [[nodiscard]] double mean() const;

 private:
  std::vector<Point> points_;
};

// A random length rounded to the millisecond and clamped to [0, longest_duration]. NaN is a bug.
Duration to_duration(double seconds);

}  // namespace berth
