#include "core/samplers.hpp"

#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "tests/core/goodness.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;

Random fixed(std::uint64_t entity) { return Random{{1, 0}, Stream::test, entity}; }

double normal_cdf(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

// How often each index was drawn.
template <class Draw>
std::vector<double> tally(std::size_t indices, Draw draw) {
  std::vector<double> seen(indices);
  for (std::size_t i = 0; i < many; ++i) {
    seen[draw()] += 1;
  }
  return seen;
}

std::vector<double> evenly(std::size_t indices) {
  return std::vector<double>(indices, static_cast<double>(many) / static_cast<double>(indices));
}

TEST_CASE("a uniform draw is uniform and strictly between 0 and 1") {
  Random random = fixed(1);
  const auto values = draws(many, [&] { return uniform(random); });
  CHECK(ks_gap(values, [](double x) { return x; }) < ks_limit);
  CHECK((0xffff'ffff'ffff'ffff >> 12) * 0x1p-52 + 0x1p-53 < 1);  // the largest there is
}

TEST_CASE("a draw below a bound is uniform, whether or not the bound divides 2^64") {
  Random random = fixed(2);
  CHECK(chi_square(tally(7, [&] { return uniform_below(random, 7); }), evenly(7)) <
        chi_square_limit(6));
  CHECK(chi_square(tally(64, [&] { return uniform_below(random, 64); }), evenly(64)) <
        chi_square_limit(63));
  CHECK(uniform_below(random, 1) == 0);
}

TEST_CASE("a bound of three quarters of 2^64 is uniform too: a modulo would prefer the low third") {
  Random random = fixed(3);
  constexpr std::uint64_t quarter = std::uint64_t{1} << 62;
  const auto thirds = tally(3, [&] { return uniform_below(random, 3 * quarter) / quarter; });
  CHECK(chi_square(thirds, evenly(3)) < chi_square_limit(2));
}

TEST_CASE("exponential draws follow 1 - exp(-x / mean)") {
  Random random = fixed(4);
  const auto values = draws(many, [&] { return exponential(random, 90); });
  CHECK(ks_gap(values, [](double x) { return 1 - std::exp(-x / 90); }) < ks_limit);
}

TEST_CASE("weibull draws follow 1 - exp(-(x / scale)^shape), shape above and below 1") {
  Random random = fixed(5);
  const auto young = draws(many, [&] { return weibull(random, 0.7, 10); });
  const auto old = draws(many, [&] { return weibull(random, 3, 10); });
  CHECK(ks_gap(young, [](double x) { return 1 - std::exp(-std::pow(x / 10, 0.7)); }) < ks_limit);
  CHECK(ks_gap(old, [](double x) { return 1 - std::exp(-std::pow(x / 10, 3)); }) < ks_limit);
}

TEST_CASE("normal draws follow the bell curve, lognormal ones around the median") {
  Random random = fixed(6);
  const auto bell = draws(many, [&] { return normal(random); });
  const auto skewed = draws(many, [&] { return lognormal(random, 7200, 1.4); });
  CHECK(ks_gap(bell, normal_cdf) < ks_limit);
  CHECK(ks_gap(skewed, [](double x) { return normal_cdf(std::log(x / 7200) / 1.4); }) < ks_limit);
}

TEST_CASE("gamma draws of shape 3 are sums of three exponentials") {
  Random random = fixed(7);
  const auto values = draws(many, [&] { return gamma(random, 3, 2); });
  CHECK(ks_gap(values, [](double x) { return 1 - std::exp(-x / 2) * (1 + x / 2 + x * x / 8); }) <
        ks_limit);
}

TEST_CASE("gamma draws of shape 1/2 are squares of normals") {
  Random random = fixed(8);
  const auto values = draws(many, [&] { return gamma(random, 0.5, 2); });
  CHECK(ks_gap(values, [](double x) { return std::erf(std::sqrt(x / 2)); }) < ks_limit);
}

TEST_CASE("weighted draws come in proportion to their weights, and never where it is 0") {
  Random random = fixed(9);
  const Weighted pick{{0, 50, 30, 0, 20, 0}};
  const auto seen = tally(6, [&] { return pick(random); });
  CHECK(seen[0] + seen[3] + seen[5] == 0);
  CHECK(chi_square({seen[1], seen[2], seen[4]}, {0.5 * many, 0.3 * many, 0.2 * many}) <
        chi_square_limit(2));
}

TEST_CASE("weights that cannot be drawn from are a bug") {
  CHECK_THROWS_AS((Weighted{{}}), InternalError);
  CHECK_THROWS_AS((Weighted{{0, 0}}), InternalError);
  CHECK_THROWS_AS((Weighted{{2, -1}}), InternalError);
  CHECK_THROWS_AS((Weighted{{1, std::numeric_limits<double>::infinity()}}), InternalError);
}

TEST_CASE("an empirical CDF is straight between its points, and from 0 to the first") {
  const EmpiricalCdf cdf{{{10, 0.5}, {20, 0.75}, {100, 1}}};
  CHECK(cdf.quantile(0) == 0);
  CHECK(cdf.quantile(0.25) == 5);
  CHECK(cdf.quantile(0.5) == 10);
  CHECK(cdf.quantile(0.625) == 15);
  CHECK(cdf.quantile(1) == 100);
  CHECK(cdf.mean() == 0.5 * 5 + 0.25 * 15 + 0.25 * 60);
}

TEST_CASE("an empirical CDF may begin later than 0") {
  const EmpiricalCdf cdf{{{10, 0}, {20, 1}}};
  CHECK(cdf.quantile(0) == 10);
  CHECK(cdf.mean() == 15);
}

TEST_CASE("empirical draws follow their curve") {
  Random random = fixed(10);
  const EmpiricalCdf cdf{{{10, 0.5}, {20, 1}}};
  const auto values = draws(many, [&] { return cdf(random); });
  CHECK(ks_gap(values, [](double x) { return x / 20; }) < ks_limit);
}

TEST_CASE("an empirical CDF that does not rise to 1 is a bug") {
  CHECK_THROWS_AS((EmpiricalCdf{{}}), InternalError);
  CHECK_THROWS_AS((EmpiricalCdf{{{10, 0.5}}}), InternalError);
  CHECK_THROWS_AS((EmpiricalCdf{{{10, 0.5}, {10, 1}}}), InternalError);
  CHECK_THROWS_AS((EmpiricalCdf{{{10, 0.5}, {20, 0.5}, {30, 1}}}), InternalError);
}

TEST_CASE("a random length is rounded to the nearest millisecond") {
  CHECK(to_duration(1.2344) == 1234ms);
  CHECK(to_duration(1.2346) == 1235ms);
  CHECK(to_duration(0.0004) == 0ms);
  CHECK(to_duration(3600) == 1h);
}

TEST_CASE("a random length stays between 0 and the longest there is; NaN is a bug") {
  CHECK(to_duration(-5) == 0s);
  CHECK(to_duration(1e12) == longest_duration);
  CHECK(to_duration(std::numeric_limits<double>::infinity()) == longest_duration);
  CHECK_THROWS_AS(to_duration(std::nan("")), InternalError);
}

TEST_CASE("the first draws are these bits, on every machine and compiler") {
  Random random = fixed(11);
  CHECK(std::bit_cast<std::uint64_t>(uniform(random)) == 0x3fc97730ef3c28c4);
  CHECK(std::bit_cast<std::uint64_t>(exponential(random, 1)) == 0x3fee0b731eebd9ce);
  CHECK(std::bit_cast<std::uint64_t>(weibull(random, 0.7, 1)) == 0x3fb6d75e278a20cb);
  CHECK(std::bit_cast<std::uint64_t>(normal(random)) == 0x3ffb7f34f61d29b9);
  CHECK(std::bit_cast<std::uint64_t>(lognormal(random, 1, 1.4)) == 0x401b4cd64f4436ce);
  CHECK(std::bit_cast<std::uint64_t>(gamma(random, 2.5, 1)) == 0x401e9ad5c185145f);
  CHECK(uniform_below(random, 1'000'000'007) == 936086554);
}

TEST_CASE("a sampler never changes a draw") {
  Random random = fixed(12);
  const Weighted pick{{1, 2, 3, 4}};
  CHECK(digest(draws(1000, [&] { return uniform(random); })) == 0xf75bf98d682bc1c0);
  CHECK(digest(draws(1000, [&] { return exponential(random, 90); })) == 0xb3240567d4dfa114);
  CHECK(digest(draws(1000, [&] { return weibull(random, 0.7, 90); })) == 0xe46c07d98814ed0f);
  CHECK(digest(draws(1000, [&] { return lognormal(random, 90, 1.4); })) == 0x0edf7d961017d63c);
  CHECK(digest(draws(1000, [&] { return gamma(random, 0.5, 90); })) == 0x41da4816371b34e7);
  CHECK(digest(draws(1000, [&] { return gamma(random, 2.5, 90); })) == 0x4973b526877b079d);
  CHECK(digest(draws(1000, [&] { return static_cast<double>(pick(random)); })) ==
        0x06e43e5c82eec4f5);
}

}  // namespace
}  // namespace berth
