#include "app/workload_survey.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "app/interrupt.hpp"
#include "cluster/shape.hpp"
#include "scheduler/slurm_site.hpp"
#include "simulator/gpu_time.hpp"

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
  const auto shape = shape_of(job.ask, fleet, job.terms ? job.terms->tasks_least : 0);
  if (!shape) {
    ++survey.too_large;
    return;
  }
  const Duration runs = std::min({job.work, job.limit, end - job.submit});
  survey.demand += gpu_time(shape->total_gpu_milli(), runs);
}

// What the policies lay down of partitions, QOS and accounts.
std::vector<std::shared_ptr<const SlurmSite>> sites_of(const Scenario& scenario) {
  std::vector<std::shared_ptr<const SlurmSite>> sites;
  for (const auto* list : {&scenario.policies.single, &scenario.policies.named}) {
    for (const NamedPolicy& policy : *list) {
      const Policy made = policy.make();
      if (made.site->asks()) {
        made.site->check_fleet(scenario.fleet());
        if (made.placer->alone_in_blocks(scenario.fleet()) == 0) {
          made.site->check_knows_no_blocks();
        }
        sites.push_back(made.site);
      }
    }
  }
  return sites;
}

void check_names(const Job& job, const std::vector<std::shared_ptr<const SlurmSite>>& sites,
                 const Catalog& catalog) {
  if (sites.empty()) {
    return;
  }
  Request request;
  request.number = job.number;
  request.tenant = job.tenant;
  request.partition = job.partition;
  request.terms = job.terms;
  for (const auto& site : sites) {
    site->check(request, catalog);
  }
}

}  // namespace

double WorkloadSurvey::offered_load(const Fleet& fleet) const {
  const double capacity = static_cast<double>(span.count()) * static_cast<double>(fleet.gpus());
  return capacity > 0 ? gpu_nanoseconds(demand) / capacity : 0;
}

WorkloadSurvey survey(const Scenario& scenario) {
  const SimTime end = end_of(scenario);
  const bool to_the_end = reads_files(scenario);
  const auto sites = sites_of(scenario);
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
    check_names(job, sites, catalog);
    count(survey, job, scenario.fleet(), end);
  }
  survey.span = (survey.complete && scenario.horizon ? end : last) - first;
  survey.warnings = source->warnings();
  return survey;
}

}  // namespace berth
