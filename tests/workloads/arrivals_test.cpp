#include "workloads/arrivals.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/workloads/flow_settings.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

std::vector<double> arrivals_until(const std::string& config, double end) {
  const SettingsTree tree = flow(config);
  const auto arrivals = read_arrivals(tree.root());
  Random draws({}, Stream::arrivals, 0);
  std::vector<double> times;
  for (double now = arrivals->after(0, draws); now < end; now = arrivals->after(now, draws)) {
    times.push_back(now);
  }
  return times;
}

constexpr double hour = 3600;
constexpr double day = 24 * hour;

std::array<double, 24> by_hour(const std::vector<double>& times) {
  std::array<double, 24> counts{};
  for (const double time : times) {
    counts.at(static_cast<std::size_t>(std::fmod(time, day) / hour)) += 1;
  }
  return counts;
}

// Within four standard deviations of a Poisson count.
bool fits(double seen, double expected) {
  return std::abs(seen - expected) < 4 * std::sqrt(expected);
}

}  // namespace

TEST_CASE("Poisson arrivals have the rate of their mean gap, and as much variance as mean") {
  const auto times = arrivals_until("{kind: poisson, mean_gap: 60s}", 1000 * hour);
  CHECK(fits(static_cast<double>(times.size()), 60'000));
  std::vector<double> per_hour(1000);
  for (const double time : times) {
    per_hour[static_cast<std::size_t>(time / hour)] += 1;
  }
  double squares = 0;
  for (const double count : per_hour) {
    squares += (count - 60) * (count - 60);
  }
  CHECK(squares / 1000 / 60 == doctest::Approx(1).epsilon(4 * std::sqrt(2.0 / 1000)));
}

TEST_CASE("very short gaps keep their mean") {
  const auto times = arrivals_until("{kind: poisson, mean_gap: 100us}", 5);
  CHECK(fits(static_cast<double>(times.size()), 50'000));
}

TEST_CASE("diurnal arrivals follow a cosine with its top at the peak, and keep the mean") {
  const auto times =
      arrivals_until("{kind: diurnal, mean_gap: 60s, swing: 0.5, peak: 14h30m}", 28 * day);
  CHECK(fits(static_cast<double>(times.size()), 28 * 1440));
  const auto counts = by_hour(times);
  CHECK(fits(counts[14], 28 * 60 * 1.5));
  CHECK(fits(counts[2], 28 * 60 * 0.5));
  CHECK(fits(counts[8], 28 * 60));
  CHECK(fits(counts[20], 28 * 60));
}

TEST_CASE("the weekend is quieter, and the week keeps the mean") {
  const auto times = arrivals_until("{kind: diurnal, mean_gap: 60s, weekend: 0.3}", 28 * day);
  CHECK(fits(static_cast<double>(times.size()), 28 * 1440));
  const auto on_weekend = static_cast<double>(std::ranges::count_if(
      times, [](double time) { return std::fmod(time, 7 * day) >= 5 * day; }));
  CHECK(fits(on_weekend, 8 * 1440 * 0.3 * 7 / 5.6));
}

TEST_CASE("a diurnal rhythm without a swing is Poisson") {
  const auto counts = by_hour(arrivals_until("{kind: diurnal, mean_gap: 60s}", 28 * day));
  CHECK(std::ranges::all_of(counts, [](double count) { return fits(count, 28 * 60); }));
}

TEST_CASE("fixed arrivals come one gap after the other") {
  CHECK(arrivals_until("{kind: fixed, gap: 10s}", 35) == std::vector<double>{10, 20, 30});
}

TEST_CASE("a renewal process has the mean of its gaps, and their burstiness") {
  const auto times = arrivals_until("{kind: renewal, gap: {kind: gamma, shape: 0.25, scale: 240s}}",
                                    10'000 * 60.0);
  const double sd = std::sqrt(10'000.0 / 0.25);  // the variance of a gap is 1/shape of its mean^2
  CHECK(std::abs(static_cast<double>(times.size()) - 10'000) < 4 * sd);
}
