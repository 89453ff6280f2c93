// Our own samplers: std:: distributions and libm differ between machines, these do not.
#pragma once

#include <cstdint>
#include <vector>

#include "core/random.hpp"
#include "core/time.hpp"

namespace berth {

double uniform(Random& random);                                    // in (0, 1), never 0 or 1
std::uint64_t uniform_below(Random& random, std::uint64_t bound);  // Lemire; REQUIRES: bound > 0
double exponential(Random& random, double mean);                   // by inversion
double weibull(Random& random, double shape, double scale);        // by inversion
double normal(Random& random);                                     // by inversion
double lognormal(Random& random, double median, double sigma);     // median * exp(sigma * normal)
double gamma(Random& random, double shape, double scale);          // Marsaglia and Tsang (2000)

// An index with probability weight/sum. Alias-free: a binary search over integer sums.
class Weighted {
 public:
  // REQUIRES: weights not empty, each >= 0, their sum > 0.
  explicit Weighted(const std::vector<double>& weights);
  std::size_t operator()(Random& random) const;

 private:
  std::vector<double> up_to_;
};

// A random length rounded to the millisecond and clamped to [0, longest_duration].
Duration to_duration(double seconds);

}  // namespace berth
