#include "core/distribution.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/maths.hpp"
#include "core/units.hpp"

namespace berth {
namespace {

double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

struct Sampler {
  Random& random;

  Duration operator()(const Distribution::Constant& of) const { return of.value; }
  Duration operator()(const Distribution::Uniform& of) const {
    const double low = seconds(of.low);
    return to_duration(low + uniform(random) * (seconds(of.high) - low));
  }
  Duration operator()(const Distribution::Exponential& of) const {
    return to_duration(exponential(random, seconds(of.mean)));
  }
  Duration operator()(const Distribution::Weibull& of) const {
    return to_duration(weibull(random, of.shape, seconds(of.scale)));
  }
  Duration operator()(const Distribution::Lognormal& of) const {
    return to_duration(lognormal(random, seconds(of.median), of.sigma));
  }
  Duration operator()(const Distribution::Gamma& of) const {
    return to_duration(gamma(random, of.shape, seconds(of.scale)));
  }
  Duration operator()(const Distribution::Empirical& of) const { return to_duration(of(random)); }
};

struct Mean {
  Duration operator()(const Distribution::Constant& of) const { return of.value; }
  Duration operator()(const Distribution::Uniform& of) const {
    return of.low + (of.high - of.low) / 2;
  }
  Duration operator()(const Distribution::Exponential& of) const { return of.mean; }
  Duration operator()(const Distribution::Weibull& of) const {
    return to_duration(seconds(of.scale) * exact_gamma(1 + 1 / of.shape));
  }
  Duration operator()(const Distribution::Lognormal& of) const {
    return to_duration(seconds(of.median) * exact_exp(of.sigma * of.sigma / 2));
  }
  Duration operator()(const Distribution::Gamma& of) const {
    return to_duration(of.shape * seconds(of.scale));
  }
  Duration operator()(const Distribution::Empirical& of) const { return to_duration(of.mean()); }
};

// Beyond these a power of a draw leaves the range of a double or of a run.
constexpr double least_shape = 0.05;
constexpr double most_shape = 1000;
constexpr double most_sigma = 20;

double read_shape(Setting setting) { return setting.at("shape").number(least_shape, most_shape); }

Duration read_length(Setting setting, std::string_view key) {
  const Setting value = setting.at(key);
  const Duration length = value.duration();
  if (length == Duration{0}) {
    value.fail("must be longer than 0s", "for a fixed length write it alone: 0");
  }
  return length;
}

Distribution::Kind read_constant(Setting from) {
  return Distribution::Constant{from.at("value").duration()};
}

Distribution::Kind read_uniform(Setting from) {
  const Duration low = from.at("low").duration();
  const Setting high = from.at("high");
  if (high.duration() < low) {
    high.fail("must not be less than low, which is " + format_duration(low));
  }
  return Distribution::Uniform{low, high.duration()};
}

Distribution::Kind read_exponential(Setting from) {
  return Distribution::Exponential{read_length(from, "mean")};
}

Distribution::Kind read_weibull(Setting from) {
  return Distribution::Weibull{read_shape(from), read_length(from, "scale")};
}

Distribution::Kind read_lognormal(Setting from) {
  const double sigma = from.at("sigma").number(0, most_sigma);
  return Distribution::Lognormal{read_length(from, "median"), sigma};
}

Distribution::Kind read_gamma(Setting from) {
  return Distribution::Gamma{read_shape(from), read_length(from, "scale")};
}

EmpiricalCdf::Point read_point(const std::string& length, Setting probability) {
  const auto value = parse_duration(length);
  if (!value) {
    probability.fail("'" + length + "' is not a duration", "like 90s, 2h30m, 7d");
  }
  return {seconds(*value), probability.number(0, 1)};
}

Distribution::Kind read_empirical(Setting from) {
  const Setting at = from.at("points");
  std::vector<EmpiricalCdf::Point> points;
  for (const auto& [length, probability] : at.entries()) {
    const EmpiricalCdf::Point point = read_point(length, probability);
    if (!points.empty() &&
        (point.value <= points.back().value || point.probability <= points.back().probability)) {
      probability.fail("points must rise in both duration and probability");
    }
    points.push_back(point);
  }
  if (points.empty() || points.back().probability != 1) {
    at.fail("the last probability must be 1", "like {10m: 0.5, 2h: 0.9, 1d: 1}");
  }
  return EmpiricalCdf{std::move(points)};
}

struct Maker {
  std::string_view kind;
  Distribution::Kind (*read)(Setting);
};

constexpr std::array makers{
    Maker{"constant", read_constant},       Maker{"uniform", read_uniform},
    Maker{"exponential", read_exponential}, Maker{"weibull", read_weibull},
    Maker{"lognormal", read_lognormal},     Maker{"gamma", read_gamma},
    Maker{"empirical", read_empirical},
};

}  // namespace

Distribution::Distribution(Kind kind) : kind_(std::move(kind)) {}

Distribution Distribution::read(Setting setting) {
  if (setting.is_scalar()) {
    return Distribution{Constant{setting.duration()}};
  }
  std::vector<std::string_view> known;
  for (const Maker& maker : makers) {
    known.push_back(maker.kind);
  }
  return Distribution{makers.at(setting.kind_among(known)).read(setting)};
}

Duration Distribution::sample(Random& random) const { return std::visit(Sampler{random}, kind_); }

Duration Distribution::mean() const { return std::visit(Mean{}, kind_); }

}  // namespace berth
