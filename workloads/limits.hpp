// How long users say their jobs will run: exactly as long as they do, or too long by a random
// factor, rounded up to what people type.
#pragma once

#include <memory>
#include <optional>

#include "core/random.hpp"
#include "core/settings.hpp"
#include "core/time.hpp"

namespace berth {

// A limit of exactly the work; a job without work gets a second, because a limit is never 0.
Duration exact_limit(Duration work);

class Limits {
 public:
  // `limits: exact` (the default) or `limits: {kind: inflated, factor: ..., round_up_to: 15m,
  // least: ..., most: ...}` in the map `workload`.
  static Limits read(Setting workload);

  // Takes exactly one draw.
  [[nodiscard]] Duration operator()(Duration work, Random& draws) const;

 private:
  enum class Factor { none, uniform, lognormal };
  void read_factor(Setting factor);
  [[nodiscard]] double factor(Random& draws) const;

  Factor kind_ = Factor::none;
  double first_ = 1;   // low, or median
  double second_ = 1;  // high, or sigma
  Duration least_{};
  Duration most_ = longest_duration;
  Duration round_up_to_{};
};

}  // namespace berth
