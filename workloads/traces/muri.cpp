// Training jobs as the traces of Muri list them (Zhao et al., SIGCOMM'22): virtual clusters of
// Philly, each job given a model, the time of one iteration on its GPUs, and how many it does.
//
//   restart   what each start after the first costs before the job works again
//
// A job that is stopped keeps the iterations that it did. What a restart costs depends on the
// model, 4 s to 46 s; here it is one figure for all, the middle of that range unless said
// otherwise.
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/int128.hpp"
#include "workloads/csv.hpp"
#include "workloads/traces/readers.hpp"
#include "workloads/traces/sorted_log.hpp"

namespace berth {
namespace {

enum Column : std::size_t { gpus, submission, iterations, iteration };

constexpr Duration middle_restart = std::chrono::seconds(25);

// In the published results a run takes 1.015 times as long as its iterations.
Duration work_of(const Csv& csv) {
  const Int128 work = Int128{csv.count(Column::iterations, 1)} *
                      csv.milliseconds(Column::iteration).count() * 1015 / 1000;
  if (work > longest_duration.count()) {
    csv.fail(Column::iterations, "take too long in all", "the longest is 146 years");
  }
  return Duration(static_cast<std::int64_t>(work));
}

std::vector<Job> read_muri(const LogOptions& options, Catalog& catalog, Duration restart) {
  Csv csv(TextLines::of_file(options.path),
          {"num_gpu", "submit_time", "iterations", "iteration_time"});
  Job job = options.labels.job(catalog);
  Terms terms = job.terms ? *job.terms : Terms{};
  terms.checkpoint_every = std::max(terms.checkpoint_every, checkpoint_always);
  terms.restart = restart;
  job.tenant = catalog.tenants.id(options.tenant.value_or(std::string(default_name)));
  job.terms = std::make_shared<const Terms>(std::move(terms));
  std::vector<Job> jobs;
  while (csv.next()) {
    job.submit = SimTime{csv.milliseconds(Column::submission)};
    job.work = work_of(csv);
    job.ask.gpus = csv.count(Column::gpus, 1);
    jobs.push_back(job);
  }
  return jobs;
}

}  // namespace

std::unique_ptr<const Workload> muri(Setting setting) {
  const Duration restart = setting.duration_or("restart", middle_restart);
  return sorted_log(setting, [restart](const LogOptions& options, Catalog& catalog) {
    return read_muri(options, catalog, restart);
  });
}

}  // namespace berth
