#include "core/maths.hpp"

#include <array>
#include <bit>
#include <cfloat>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/check.hpp"

// x87 would round twice. Elsewhere a double is a double.
static_assert(FLT_EVAL_METHOD == 0);
static_assert(std::numeric_limits<double>::is_iec559);

namespace berth {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// ln 2 in two parts. The first has 42 bits, so its product with any exponent is exact.
constexpr double ln2_high = 0x1.62e42fefa38p-1;
constexpr double ln2_low = 0x1.ef35793c7673p-45;

// A sum of two doubles, not carried out: about 106 bits. pow() needs them, because an error in the
// logarithm comes out multiplied by up to 745.
struct Pair {
  double high;
  double low;
};

// REQUIRES: |a| >= |b| or a == 0.
Pair quick_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

// Knuth's exact sum.
Pair exact_sum(double a, double b) {
  const double sum = a + b;
  const double b_seen = sum - a;
  return {sum, (a - (sum - b_seen)) + (b - b_seen)};
}

// Veltkamp: two halves of at most 26 bits.
Pair split(double a) {
  const double shifted = 0x1.000002p27 * a;
  const double high = shifted - (shifted - a);
  return {high, a - high};
}

// Dekker's exact product, which needs no fused multiply-add.
Pair exact_product(double a, double b) {
  const Pair x = split(a);
  const Pair y = split(b);
  const double product = a * b;
  return {product, ((x.high * y.high - product) + x.high * y.low + x.low * y.high) + x.low * y.low};
}

Pair product(Pair a, Pair b) {
  const Pair high = exact_product(a.high, b.high);
  return quick_sum(high.high, high.low + (a.high * b.low + a.low * b.high));
}

Pair quotient(double a, Pair b) {
  const double guess = a / b.high;
  const Pair back = exact_product(guess, b.high);
  const double rest = ((a - back.high) - back.low) - guess * b.low;
  return quick_sum(guess, rest / b.high);
}

// 2^exponent. REQUIRES: the result is a normal number.
double power_of_two(std::int64_t exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// x = mantissa * 2^exponent with a mantissa in [sqrt(1/2), sqrt(2)).
struct Parts {
  double mantissa;
  std::int64_t exponent;
};

Parts parts_of(double x) {
  std::int64_t exponent = 0;
  if (x < std::numeric_limits<double>::min()) {  // subnormal
    x *= 0x1p54;
    exponent = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<std::int64_t>(bits >> 52) - 1023;
  const auto fraction = bits & 0x000f'ffff'ffff'ffff;
  const double mantissa = std::bit_cast<double>(fraction | 0x3ff0'0000'0000'0000);
  return mantissa < 0x1.6a09e667f3bcdp0 ? Parts{mantissa, exponent}
                                        : Parts{mantissa / 2, exponent + 1};
}

// The value at x of the polynomial with these coefficients, the highest power first.
template <std::size_t size>
double polynomial(const std::array<double, size>& coefficients, double x) {
  double sum = 0;
  for (const double coefficient : coefficients) {
    sum = sum * x + coefficient;
  }
  return sum;
}

// 1/25, 1/23, ... 1/5: the series of atanh from the fifth power on.
constexpr std::array odd_reciprocals = [] {
  std::array<double, 11> terms{};
  for (std::size_t i = 0; i < terms.size(); ++i) {
    terms[i] = 1 / (25 - 2 * static_cast<double>(i));
  }
  return terms;
}();

// 1/13!, 1/12!, ... 1/2!: the series of exp from the square on.
constexpr std::array factorial_reciprocals = [] {
  std::array<double, 12> terms{};
  double factorial = 1;
  for (std::size_t i = terms.size(); i-- > 0;) {
    factorial *= static_cast<double>(13 - i);  // exact up to 13!
    terms[i] = 1 / factorial;
  }
  return terms;
}();

// log(1 + f) = 2 atanh(s) = 2 (s + s^3/3 + s^5/5 + ...) with s = f / (2 + f), |s| < 0.172. Only
// the terms up to s^3 need the second double; the rest is too small to disturb it.
Pair log_pair(double x) {
  const Parts parts = parts_of(x);
  const double f = parts.mantissa - 1;
  const Pair s = quotient(f, exact_sum(2, f));
  const Pair z = product(s, s);
  const double tail = polynomial(odd_reciprocals, z.high);
  Pair third = exact_sum(0x1.5555555555555p-2, z.high * tail);
  third.low += 0x1.5555555555555p-56 + z.low * tail;
  const Pair cubic = product(s, product(z, third));
  Pair half = quick_sum(s.high, cubic.high);
  half.low += s.low + cubic.low;

  const auto exponent = static_cast<double>(parts.exponent);
  const Pair sum = exact_sum(exponent * ln2_high, 2 * half.high);
  return quick_sum(sum.high, sum.low + (2 * half.low + exponent * ln2_low));
}

// exp(x.high + x.low).
double exp_pair(Pair x) {
  if (x.high > 710) {
    return infinity;
  }
  if (x.high < -746) {
    return 0;
  }
  const double turns = x.high * 0x1.71547652b82fep0;  // 1 / ln 2
  const auto power = static_cast<std::int64_t>(turns < 0 ? turns - 0.5 : turns + 0.5);
  const auto n = static_cast<double>(power);
  const Pair r = exact_sum(x.high - n * ln2_high, x.low - n * ln2_low);
  const double square = r.high * r.high * polynomial(factorial_reciprocals, r.high);
  const Pair first = quick_sum(1, r.high);
  const double value = first.high + (first.low + (square + (r.low + r.low * r.high)));
  // In two steps: 2^power itself may be too large or too small for a normal number.
  return value * power_of_two(power / 2) * power_of_two(power - power / 2);
}

}  // namespace

double exact_log(double x) {
  check(x > 0 && x < infinity, "the logarithm is of a positive finite number");
  return log_pair(x).high;
}

double exact_exp(double x) {
  check(x == x, "the exponential is of a number");
  return exp_pair({x, 0});
}

double exact_pow(double base, double exponent) {
  check(base > 0 && base < infinity, "the base of a power is positive and finite");
  check(exponent > -infinity && exponent < infinity, "the exponent of a power is finite");
  const Pair log = log_pair(base);
  const double rough = exponent * log.high;
  if (log.high == 0 || rough > 710 || rough < -746) {
    return exp_pair({rough, 0});
  }
  const Pair exact = exact_product(exponent, log.high);
  return exp_pair({exact.high, exact.low + exponent * log.low});
}

// Stirling's series after climbing to where five terms of it are enough.
double exact_gamma(double x) {
  check(x > 0, "the gamma function is asked for a positive number");
  if (x > 171.7) {
    return infinity;
  }
  double climbed = 1;
  for (; x < 16; x += 1) {
    climbed *= x;
  }
  const double y = 1 / (x * x);
  const double series =
      (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680 - y / 1188)))) / x;
  const double root = exact_pow(x, (x - 0.5) / 2);  // its square may overflow
  constexpr double sqrt_two_pi = 0x1.40d931ff62706p+1;
  return root * exact_exp(-x) * root * exact_exp(series) * sqrt_two_pi / climbed;
}

}  // namespace berth
