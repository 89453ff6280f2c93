// What several policies did with the same jobs, and whether the differences are more than chance.
// Runs with the same number saw the same jobs, so differences are taken pair by pair: what all
// policies share cancels out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/summary.hpp"

namespace berth {

enum class Unit { fraction, seconds, ratio, count };

struct Metric {
  std::string_view name;   // in JSON
  std::string_view title;  // in the table
  Unit unit;
  enum class Better { lower, higher } better;
  double (*of)(const Summary&);
};

const std::vector<Metric>& comparison_metrics();

// Of one metric: the values of a policy less those of the first, run by run.
struct Difference {
  double mean = 0;
  std::optional<double> half_width;  // of the 95 % confidence interval; nothing with one run
  // The interval leaves out 0.
  [[nodiscard]] bool is_significant() const;
  // Equal in every run.
  [[nodiscard]] bool is_none() const { return mean == 0 && half_width.value_or(0) == 0; }
};

struct PolicyResult {
  std::string name;
  std::vector<std::vector<double>> values;  // by metric, then run
  std::vector<double> means;                // by metric
  std::vector<Difference> differences;      // by metric; empty for the first policy
};

struct Comparison {
  std::size_t runs = 0;               // of each policy
  bool chance_plays_no_part = false;  // another seed would give the same jobs and placements
  bool to_horizon = false;            // the runs stopped at a horizon, not when all jobs had ended
  std::vector<PolicyResult> policies;
};

// `summaries` by policy, then run; as many runs for each. REQUIRES: at least one of both.
Comparison compare(const std::vector<std::string>& names,
                   const std::vector<std::vector<Summary>>& summaries);

}  // namespace berth
