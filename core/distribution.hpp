// A random length of time as a user writes it: "2h" for always that, or {kind: ..., ...} with
//
//   constant     value
//   uniform      low, high
//   exponential  mean
//   weibull      shape, scale     (shape below 1: the longer it lasted, the longer it will)
//   lognormal    median, sigma
//   gamma        shape, scale
//   empirical    points: {10m: 0.5, 2h: 0.9, 1d: 1}   (up to 10m with probability 0.5, ...)
//
// Random lengths come out in whole milliseconds and never above longest_duration.
#pragma once

#include <variant>

#include "core/random.hpp"
#include "core/samplers.hpp"
#include "core/settings.hpp"
#include "core/time.hpp"

namespace berth {

class Distribution {
 public:
  struct Constant {
    Duration value{};
  };
  struct Uniform {
    Duration low{};
    Duration high{};
  };
  struct Exponential {
    Duration mean{};
  };
  struct Weibull {
    double shape = 1;
    Duration scale{};
  };
  struct Lognormal {
    Duration median{};
    double sigma = 1;
  };
  struct Gamma {
    double shape = 1;
    Duration scale{};
  };
  using Empirical = EmpiricalCdf;  // in seconds; straight between the points, from 0 on
  using Kind = std::variant<Constant, Uniform, Exponential, Weibull, Lognormal, Gamma, Empirical>;

  explicit Distribution(Kind kind);
  // InputError where the setting is not one of the above.
  static Distribution read(Setting setting);

  [[nodiscard]] Duration sample(Random& random) const;
  // The expected value in closed form, without the effect of the clamp.
  [[nodiscard]] Duration mean() const;

 private:
  Kind kind_;
};

}  // namespace berth
