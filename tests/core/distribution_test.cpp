#include "core/distribution.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "core/error.hpp"
#include "core/settings_tree.hpp"
#include "tests/core/goodness.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;
using Pairs = std::vector<std::pair<std::string, std::string>>;

void fill(SettingNode& map, const Pairs& values) {
  map.kind = SettingNode::Kind::map;
  for (const auto& [key, text] : values) {
    SettingNode& child = add_child(map, key);
    child.kind = SettingNode::Kind::scalar;
    child.scalar = text;
  }
}

Distribution read(const Pairs& values) {
  const SettingsTree tree;
  fill(tree.node(), values);
  return Distribution::read(tree.root());
}

Distribution read_scalar(const std::string& text) {
  const SettingsTree tree;
  tree.node().kind = SettingNode::Kind::scalar;
  tree.node().scalar = text;
  return Distribution::read(tree.root());
}

Distribution read_points(const Pairs& points) {
  const SettingsTree tree;
  fill(tree.node(), {{"kind", "empirical"}});
  fill(add_child(tree.node(), "points"), points);
  return Distribution::read(tree.root());
}

std::vector<double> seconds_of(const Distribution& distribution) {
  Random random{{1, 0}, Stream::test, 100};
  return draws(many,
               [&] { return std::chrono::duration<double>(distribution.sample(random)).count(); });
}

// How far the mean of the draws is from the closed form, in standard errors.
double off_mean(const Distribution& distribution) {
  const auto values = seconds_of(distribution);
  const double mean = mean_of(values);
  double squares = 0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  const auto n = static_cast<double>(values.size());
  const double expected = std::chrono::duration<double>(distribution.mean()).count();
  return std::abs(mean - expected) / (std::sqrt(squares) / n);
}

TEST_CASE("draws have the mean that is promised, to the millisecond they are rounded to") {
  CHECK(off_mean(Distribution{Distribution::Uniform{1h, 3h}}) < 3.9);
  CHECK(off_mean(Distribution{Distribution::Exponential{2h}}) < 3.9);
  CHECK(off_mean(Distribution{Distribution::Weibull{0.7, 2h}}) < 3.9);
  CHECK(off_mean(Distribution{Distribution::Lognormal{2h, 1}}) < 3.9);
  CHECK(off_mean(Distribution{Distribution::Gamma{0.5, 2h}}) < 3.9);
  CHECK(off_mean(Distribution{EmpiricalCdf{{{600, 0.5}, {7200, 0.9}, {86400, 1}}}}) < 3.9);
}

TEST_CASE("the means are the closed forms") {
  CHECK(Distribution{Distribution::Uniform{1h, 3h}}.mean() == 2h);
  CHECK(Distribution{Distribution::Weibull{0.5, 1h}}.mean() == 2h);  // 1/shape factorial
  CHECK(Distribution{Distribution::Lognormal{1h, 0}}.mean() == 1h);
  CHECK(Distribution{Distribution::Gamma{2.5, 2h}}.mean() == 5h);
  CHECK(Distribution{EmpiricalCdf{{{600, 0.5}, {1800, 1}}}}.mean() == 750s);
}

TEST_CASE("exponential lengths follow the exponential curve") {
  const auto values = seconds_of(Distribution{Distribution::Exponential{2h}});
  CHECK(ks_gap(values, [](double x) { return 1 - std::exp(-x / 7200); }) < ks_limit);
}

TEST_CASE("a constant length is exact to the nanosecond and takes no draw") {
  Random random{{1, 0}, Stream::test, 101};
  Random untouched = random;
  CHECK(Distribution{Distribution::Constant{1234567ns}}.sample(random) == 1234567ns);
  CHECK(random.next() == untouched.next());
}

TEST_CASE("a random length is whole milliseconds") {
  Random random{{1, 0}, Stream::test, 102};
  const Distribution distribution{Distribution::Exponential{2h}};
  CHECK(distribution.sample(random) % 1ms == 0ns);
  CHECK(distribution.sample(random) % 1ms == 0ns);
}

TEST_CASE("a length too long for any run is cut to the longest") {
  const Distribution heavy{Distribution::Weibull{0.05, 24h * 365}};
  CHECK(heavy.mean() == longest_duration);
}

TEST_CASE("a bare duration means always that long") { CHECK(read_scalar("2h").mean() == 2h); }

TEST_CASE("each kind is read with its own keys") {
  CHECK(read({{"kind", "constant"}, {"value", "2h"}}).mean() == 2h);
  CHECK(read({{"kind", "uniform"}, {"low", "1h"}, {"high", "3h"}}).mean() == 2h);
  CHECK(read({{"kind", "exponential"}, {"mean", "90s"}}).mean() == 90s);
  CHECK(read({{"kind", "weibull"}, {"shape", "0.5"}, {"scale", "1h"}}).mean() == 2h);
  CHECK(read({{"kind", "lognormal"}, {"median", "1h"}, {"sigma", "0"}}).mean() == 1h);
  CHECK(read({{"kind", "gamma"}, {"shape", "2.5"}, {"scale", "2h"}}).mean() == 5h);
}

TEST_CASE("an empirical kind is read from durations and the probability up to each") {
  CHECK(read_points({{"10m", "0.5"}, {"30m", "1"}}).mean() == 750s);
}

TEST_CASE("an unknown kind, a missing key or a value out of range is the user's error") {
  CHECK_THROWS_AS(read({{"kind", "exponentail"}, {"mean", "90s"}}), InputError);
  CHECK_THROWS_AS(read({{"kind", "weibull"}, {"scale", "90s"}}), InputError);
  CHECK_THROWS_AS(read({{"kind", "weibull"}, {"shape", "0"}, {"scale", "90s"}}), InputError);
  CHECK_THROWS_AS(read({{"kind", "exponential"}, {"mean", "0"}}), InputError);
  CHECK_THROWS_AS(read({{"kind", "uniform"}, {"low", "2h"}, {"high", "1h"}}), InputError);
}

TEST_CASE("empirical points must rise in both and end at 1") {
  CHECK_THROWS_AS(read_points({}), InputError);
  CHECK_THROWS_AS(read_points({{"10m", "0.5"}, {"30m", "0.9"}}), InputError);
  CHECK_THROWS_AS(read_points({{"10m", "0.5"}, {"5m", "1"}}), InputError);
  CHECK_THROWS_AS(read_points({{"10m", "0.5"}, {"20m", "0.5"}, {"30m", "1"}}), InputError);
  CHECK_THROWS_AS(read_points({{"soon", "1"}}), InputError);
}

}  // namespace
}  // namespace berth
