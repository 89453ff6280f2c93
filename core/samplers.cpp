#include "core/samplers.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "core/check.hpp"
#include "core/int128.hpp"
#include "core/maths.hpp"

namespace berth {

double uniform(Random& random) {
  return (static_cast<double>(random.next() >> 12) + 0.5) * 0x1p-52;
}

// The high word of draw * bound is the answer; the few draws that would make some answers more
// likely than others, 2^64 mod bound of them, have the lowest low words and are drawn again.
std::uint64_t uniform_below(Random& random, std::uint64_t bound) {
  check(bound > 0, "there is a number below the bound");
  Uint128 product = Uint128{random.next()} * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    const std::uint64_t surplus = (0 - bound) % bound;
    while (static_cast<std::uint64_t>(product) < surplus) {
      product = Uint128{random.next()} * bound;
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

double exponential(Random& random, double mean) { return -mean * exact_log(uniform(random)); }

double weibull(Random& random, double shape, double scale) {
  return scale * exact_pow(-exact_log(uniform(random)), 1 / shape);
}

double normal(Random& random) { return normal_quantile(uniform(random)); }

double lognormal(Random& random, double median, double sigma) {
  return median * exact_exp(sigma * normal(random));
}

// A cubed normal, kept with just the probability that makes it gamma (over 95 % are). For a shape
// below 1: that of shape + 1, times a power of a uniform.
double gamma(Random& random, double shape, double scale) {
  check(shape > 0, "a gamma distribution has a positive shape");
  if (shape < 1) {
    const double power = exact_pow(uniform(random), 1 / shape);
    return power * gamma(random, shape + 1, scale);
  }
  const double d = shape - 1.0 / 3;
  const double slope = 1 / (3 * std::sqrt(d));
  for (;;) {
    const double x = normal(random);
    const double root = 1 + slope * x;
    const double u = uniform(random);
    if (root <= 0) {
      continue;
    }
    const double v = root * root * root;
    if (exact_log(u) < x * x / 2 + d * (1 - v + exact_log(v))) {
      return d * v * scale;
    }
  }
}

Weighted::Weighted(const std::vector<double>& weights) {
  double sum = 0;
  for (const double weight : weights) {
    check(weight >= 0, "a weight is not negative");
    up_to_.push_back(sum += weight);
  }
  check(sum > 0 && sum - sum == 0, "weights have a positive finite sum");
}

std::size_t Weighted::operator()(Random& random) const {
  // Below the sum even after rounding, because uniform() is at most 1 - 2^-53; so there is an index
  // above, and one of weight 0 is never the first that is.
  const double x = uniform(random) * up_to_.back();
  const auto above = std::upper_bound(up_to_.begin(), up_to_.end(), x);
  return static_cast<std::size_t>(above - up_to_.begin());
}

EmpiricalCdf::EmpiricalCdf(std::vector<Point> points) : points_(std::move(points)) {
  check(!points_.empty() && points_.back().probability == 1, "an empirical CDF ends at 1");
  check(points_.front().value >= 0 && points_.front().probability >= 0,
        "an empirical CDF begins at 0 or later");
  for (std::size_t i = 1; i < points_.size(); ++i) {
    check(points_[i - 1].value < points_[i].value &&
              points_[i - 1].probability < points_[i].probability,
          "an empirical CDF rises from point to point");
  }
  if (points_.front().probability > 0) {
    points_.insert(points_.begin(), Point{0, 0});
  }
}

double EmpiricalCdf::quantile(double probability) const {
  check(probability >= 0 && probability <= 1, "a probability is between 0 and 1");
  const auto right = std::lower_bound(points_.begin() + 1, points_.end(), probability,
                                      [](Point point, double p) { return point.probability < p; });
  const auto left = right - 1;
  const double part = (probability - left->probability) / (right->probability - left->probability);
  return left->value + part * (right->value - left->value);
}

double EmpiricalCdf::mean() const {
  double sum = 0;
  for (std::size_t i = 1; i < points_.size(); ++i) {
    sum += (points_[i].probability - points_[i - 1].probability) *
           (points_[i].value + points_[i - 1].value) / 2;
  }
  return sum;
}

Duration to_duration(double seconds) {
  check(seconds == seconds, "a random duration is a number");
  const double milliseconds = seconds * 1000 + 0.5;
  if (milliseconds < 1) {
    return Duration{0};
  }
  if (milliseconds >= static_cast<double>(longest_duration.count() / 1'000'000)) {
    return longest_duration;
  }
  return std::chrono::milliseconds{static_cast<std::int64_t>(milliseconds)};
}

}  // namespace berth
