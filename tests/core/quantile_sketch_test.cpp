#include "core/quantile_sketch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "core/random.hpp"
#include "core/samplers.hpp"
#include "tests/core/goodness.hpp"

namespace berth {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

QuantileSketch sketch_of(const std::vector<std::int64_t>& values) {
  QuantileSketch sketch;
  for (const std::int64_t value : values) {
    sketch.add(value);
  }
  return sketch;
}

// From 1 ns to 146 years, as many in each octave.
std::vector<std::int64_t> of_all_sizes(std::uint64_t entity) {
  Random random{{1, 0}, Stream::test, entity};
  std::vector<std::int64_t> values(many);
  for (auto& value : values) {
    value = static_cast<std::int64_t>(std::exp2(62 * uniform(random)));
  }
  return values;
}

std::vector<std::int64_t> counting_to(std::int64_t last) {
  std::vector<std::int64_t> values;
  for (std::int64_t value = 1; value <= last; ++value) {
    values.push_back(value);
  }
  return values;
}

std::int64_t exact_quantile(std::vector<std::int64_t> values, std::size_t per_thousand) {
  const std::size_t rank = std::max<std::size_t>(1, (per_thousand * values.size() + 999) / 1000);
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

double relative_error(std::int64_t got, std::int64_t exact) {
  return std::abs(static_cast<double>(got - exact)) / static_cast<double>(exact);
}

TEST_CASE("a quantile is within 1/256 of the exact one, whatever the size") {
  const auto values = of_all_sizes(1);
  const auto sketch = sketch_of(values);
  double worst = 0;
  for (std::size_t per_thousand = 0; per_thousand <= 1000; per_thousand += 8) {
    const std::int64_t got = sketch.quantile(static_cast<double>(per_thousand) / 1000);
    worst = std::max(worst, relative_error(got, exact_quantile(values, per_thousand)));
  }
  CHECK(worst < 1.0 / 256);
  CHECK(worst > 0);
}

TEST_CASE("small values are exact, by nearest rank") {
  const auto sketch = sketch_of(counting_to(100));
  CHECK(sketch.quantile(0.5) == 50);
  CHECK(sketch.quantile(0.07) == 7);  // 0.07 * 100 is above 7 in binary
  CHECK(sketch.quantile(0.071) == 8);
  CHECK(sketch.quantile(0.999) == 100);
}

TEST_CASE("the ends are exact, however large") {
  const auto sketch = sketch_of({1'000'003, 5'000'011, largest});
  CHECK(sketch.quantile(0) == 1'000'003);
  CHECK(sketch.quantile(1) == largest);
  CHECK(sketch.min() == 1'000'003);
  CHECK(sketch.max() == largest);
}

TEST_CASE("one value is every quantile") {
  const auto sketch = sketch_of({1'234'567});
  CHECK(sketch.quantile(0.01) == 1'234'567);
  CHECK(sketch.quantile(0.5) == 1'234'567);
  CHECK(sketch.mean() == 1'234'567.0);
}

TEST_CASE("equal values give that value, not the middle of its bucket") {
  CHECK(sketch_of({999'999, 999'999, 999'999}).quantile(0.5) == 999'999);
}

TEST_CASE("a higher quantile is never lower") {
  const auto sketch = sketch_of(of_all_sizes(2));
  std::vector<std::int64_t> quantiles;
  for (double q = 0; q <= 1; q += 1.0 / 1024) {
    quantiles.push_back(sketch.quantile(q));
  }
  CHECK(std::is_sorted(quantiles.begin(), quantiles.end()));
}

TEST_CASE("merging is the same as adding all, in either order") {
  auto values = of_all_sizes(3);
  const auto more = counting_to(1000);
  auto merged = sketch_of(values);
  merged.merge(sketch_of(more));
  auto other_way = sketch_of(more);
  other_way.merge(sketch_of(values));
  values.insert(values.end(), more.begin(), more.end());
  CHECK(merged == sketch_of(values));
  CHECK(other_way == merged);
}

TEST_CASE("merging nothing changes nothing") {
  auto sketch = sketch_of({3, 5});
  sketch.merge(QuantileSketch{});
  CHECK(sketch == sketch_of({3, 5}));
}

TEST_CASE("sums are exact beyond 64 bits") {
  const auto sketch = sketch_of({largest, largest, largest});
  CHECK((sketch.sum() == Int128{largest} * 3));
  CHECK(sketch.mean() == static_cast<double>(largest));
  CHECK(sketch.count() == 3);
}

TEST_CASE("a negative value is a bug, and so is a quantile of nothing") {
  QuantileSketch sketch;
  CHECK(sketch.empty());
  CHECK_THROWS_AS(sketch.add(-1), InternalError);
  CHECK_THROWS_AS(static_cast<void>(sketch.quantile(0.5)), InternalError);
  CHECK_THROWS_AS(static_cast<void>(sketch.mean()), InternalError);
}

}  // namespace
}  // namespace berth
