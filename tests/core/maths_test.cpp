#include "core/maths.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"
#include "tests/core/goodness.hpp"

namespace berth {
namespace {

Random fixed(std::uint64_t entity) { return Random{{1, 0}, Stream::test, entity}; }

double between(Random& random, double low, double high) {
  return low + uniform(random) * (high - low);
}

// How many doubles apart; libm itself is up to one from the truth.
std::int64_t apart(double a, double b) {
  return std::abs(std::bit_cast<std::int64_t>(a) - std::bit_cast<std::int64_t>(b));
}

template <class Ours, class Theirs, class Draw>
std::int64_t farthest(Ours ours, Theirs theirs, Draw draw) {
  std::int64_t worst = 0;
  for (std::size_t i = 0; i < many; ++i) {
    const double x = draw();
    worst = std::max(worst, apart(ours(x), theirs(x)));
  }
  return worst;
}

const auto log_of = [](double x) { return std::log(x); };
const auto exp_of = [](double x) { return std::exp(x); };

TEST_CASE("the logarithm is within an ulp of libm's from the least to the largest number") {
  Random random = fixed(1);
  CHECK(farthest(exact_log, log_of, [&] { return between(random, 0, 1); }) <= 1);
  CHECK(farthest(exact_log, log_of, [&] { return between(random, 0.999, 1.001); }) <= 1);
  CHECK(farthest(exact_log, log_of, [&] { return std::exp(between(random, -745, 709)); }) <= 1);
}

TEST_CASE("the exponential is within an ulp of libm's, subnormal results too") {
  Random random = fixed(2);
  CHECK(farthest(exact_exp, exp_of, [&] { return between(random, -1, 1); }) <= 1);
  CHECK(farthest(exact_exp, exp_of, [&] { return between(random, -745, 709); }) <= 1);
}

TEST_CASE("a power is within an ulp of libm's, even of a large exponent") {
  Random random = fixed(3);
  std::int64_t worst = 0;
  for (std::size_t i = 0; i < many; ++i) {
    const double base = std::exp(between(random, -20, 20));
    const double exponent = between(random, -700, 700) / std::log(base);
    worst = std::max(worst, apart(exact_pow(base, exponent), std::pow(base, exponent)));
  }
  CHECK(worst <= 1);
}

TEST_CASE("the exponential leaves its range for infinity and 0") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(exact_exp(709.8) == infinity);
  CHECK(exact_exp(infinity) == infinity);
  CHECK(exact_exp(-745.2) == 0);
  CHECK(exact_exp(-infinity) == 0);
  CHECK(exact_exp(0) == 1);
  CHECK(exact_pow(10, 309) == infinity);
  CHECK(exact_pow(10, -330) == 0);
}

TEST_CASE("powers that are whole numbers come out whole") {
  CHECK(exact_pow(2, 10) == 1024);
  CHECK(exact_pow(10, 15) == 1e15);
  CHECK(exact_pow(9, 0.5) == 3);
  CHECK(exact_pow(1, 1e300) == 1);
  CHECK(exact_pow(7, 0) == 1);
}

TEST_CASE("the gamma function is the factorial between the whole numbers too") {
  CHECK(exact_gamma(5) == doctest::Approx(24).epsilon(1e-14));
  CHECK(exact_gamma(0.5) == doctest::Approx(1.772453850905516).epsilon(1e-14));
  CHECK(exact_gamma(171.5) == doctest::Approx(std::tgamma(171.5)).epsilon(1e-14));
  CHECK(exact_gamma(172) == std::numeric_limits<double>::infinity());
}

TEST_CASE("the normal quantile undoes the normal CDF, far into both tails") {
  Random random = fixed(4);
  double worst = 0;
  for (std::size_t i = 0; i < many; ++i) {
    const double p = std::exp(between(random, -700, -0.7));
    const double back = std::erfc(-normal_quantile(p) / std::sqrt(2.0)) / 2;
    worst = std::max(worst, std::abs(back / p - 1));
  }
  CHECK(worst < 1e-12);  // the CDF itself multiplies the error of x by up to x^2 = 1400
}

TEST_CASE("the normal quantile is symmetric and 0 in the middle") {
  CHECK(normal_quantile(0.5) == 0);
  CHECK(normal_quantile(0.25) == -normal_quantile(0.75));
  CHECK(normal_quantile(0x1p-30) == -normal_quantile(1 - 0x1p-30));
  CHECK(normal_quantile(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-15));
}

TEST_CASE("maths outside its domain is a bug, not a NaN") {
  CHECK_THROWS_AS(exact_log(0), InternalError);
  CHECK_THROWS_AS(exact_log(-1), InternalError);
  CHECK_THROWS_AS(exact_exp(std::nan("")), InternalError);
  CHECK_THROWS_AS(exact_pow(-1, 2), InternalError);
  CHECK_THROWS_AS(normal_quantile(1), InternalError);
}

TEST_CASE("maths never changes a bit") {
  Random random = fixed(5);
  CHECK(digest(draws(1000, [&] { return exact_log(uniform(random)); })) == 0xf624d0fad8081b50);
  CHECK(digest(draws(1000, [&] { return exact_exp(between(random, -745, 709)); })) ==
        0x0f5a47a44ce7f007);
  CHECK(digest(draws(1000, [&] { return exact_pow(uniform(random), 100.7); })) ==
        0xc5d23c46ad67a230);
  CHECK(digest(draws(1000, [&] { return exact_gamma(20 * uniform(random)); })) ==
        0xfe0d8134df63a022);
  CHECK(digest(draws(1000, [&] { return normal_quantile(uniform(random)); })) ==
        0xf0ac0e74154e997d);
}

}  // namespace
}  // namespace berth
