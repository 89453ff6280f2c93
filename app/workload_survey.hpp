// A look through the jobs of a scenario without running it: how many, how much they ask for, and
// whether every line of a log can be read.
#pragma once

#include <cstdint>
#include <vector>

#include "app/scenario.hpp"
#include "core/int128.hpp"

namespace berth {

struct WorkloadSurvey {
  std::uint64_t jobs = 0;
  std::uint64_t too_large = 0;  // that the empty cluster could not hold
  Int128 demand = 0;            // GPU time that jobs ask for, inside the horizon
  Duration span{};              // from the first submission to the horizon, or the last submission
  bool complete = true;         // false: the jobs are so many that only the first were looked at
  std::vector<SourceWarning> warnings;

  // What jobs ask for, as a part of what the fleet could give in that time; 0 when unknown.
  [[nodiscard]] double offered_load(const Fleet& fleet) const;
};

// Reads logs to their end; of other sources at most a million jobs. InputError for a bad log,
// and for jobs of a partition, QOS or account that a policy does not know.
WorkloadSurvey survey(const Scenario& scenario);

}  // namespace berth
