#include "simulator/summary_tally.hpp"

namespace berth {

std::optional<Statistics> statistics_of(const QuantileSketch& values, double unit) {
  if (values.empty()) {
    return std::nullopt;
  }
  const auto quantile = [&](double q) { return static_cast<double>(values.quantile(q)) / unit; };
  return Statistics{values.mean() / unit, quantile(0.5), quantile(0.95), quantile(0.99),
                    static_cast<double>(values.max()) / unit};
}

JobNumbers Tally::numbers() const {
  constexpr double second = 1e9;
  return {jobs,
          allocated,
          network,
          interruptions,
          wall_and_work,
          statistics_of(wait.sketch(), second),
          statistics_of(turnaround.sketch(), second),
          statistics_of(slowdown.sketch(), static_cast<double>(slowdown_unit))};
}

}  // namespace berth
