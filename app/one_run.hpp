// One run of a scenario under one policy.
#pragma once

#include <string>
#include <vector>

#include "app/progress.hpp"
#include "app/scenario.hpp"
#include "core/random.hpp"
#include "simulator/sinks/text_out.hpp"
#include "simulator/summary.hpp"

namespace berth {

struct RunOutputs {
  TextOut* jobs = nullptr;  // jobs.csv, when wanted
  TextOut* events = nullptr;
  TextOut* preemptions = nullptr;  // preemptions.csv
  TextOut* leases = nullptr;       // leases.csv
  Progress* progress = nullptr;
};

struct RunResult {
  Summary summary;
  std::vector<SourceWarning> warnings;
};

// Throws InputError for a bad log, Interrupted after Ctrl-C. Several may run at a time.
RunResult simulate(const Scenario& scenario, Policy policy, RunKey run, const RunOutputs& outputs);

}  // namespace berth
