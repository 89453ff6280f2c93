#include "app/workload_survey.hpp"

#include <algorithm>

#include "app/interrupt.hpp"
#include "cluster/shape.hpp"

namespace berth {
namespace {

constexpr std::uint64_t jobs_most = 1'000'000;

bool reads_files(const Scenario& scenario) {
  return std::ranges::any_of(scenario.workloads,
                             [](const auto& workload) { return !workload->files().empty(); });
}

SimTime end_of(const Scenario& scenario) {
  return scenario.horizon ? SimTime{*scenario.horizon} : never;
}

void count(WorkloadSurvey& survey, const Job& job, const Fleet& fleet, SimTime end) {
  ++survey.jobs;
  const auto shape = shape_of(job.ask, fleet);
  if (!shape) {
    ++survey.too_large;
    return;
  }
  const Duration runs = std::min({job.work, job.limit, end - job.submit});
  survey.demand += Int128{runs.count()} * static_cast<std::int64_t>(shape->total_gpus());
}

}  // namespace

double WorkloadSurvey::offered_load(const Fleet& fleet) const {
  const double capacity = static_cast<double>(span.count()) * static_cast<double>(fleet.gpus());
  return capacity > 0 ? static_cast<double>(demand) / capacity : 0;
}

WorkloadSurvey survey(const Scenario& scenario) {
  const SimTime end = end_of(scenario);
  const bool to_the_end = reads_files(scenario);
  Catalog catalog;
  const auto source = scenario.open({scenario.seed, 0}, catalog);
  WorkloadSurvey survey;
  Job job;
  SimTime first{};
  SimTime last{};
  while (source->next(job) && job.submit <= end) {
    stop_if_interrupted();
    if (survey.jobs == jobs_most && !to_the_end) {
      survey.complete = false;
      break;
    }
    first = survey.jobs == 0 ? job.submit : first;
    last = job.submit;
    count(survey, job, scenario.fleet(), end);
  }
  survey.span = (survey.complete && scenario.horizon ? end : last) - first;
  survey.warnings = source->warnings();
  return survey;
}

}  // namespace berth
