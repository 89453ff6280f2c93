#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/csv.hpp"
#include "workloads/traces/readers.hpp"
#include "workloads/traces/sorted_log.hpp"

namespace berth {
namespace {

enum Column : std::size_t { id, submission, duration, gpus };

// The ids are random texts and say nothing: a job's number is its place in time.
std::vector<Job> read_itp(const LogOptions& options, Catalog& catalog) {
  Csv csv(TextLines::of_file(options.path), {"job_id", "submission_time", "duration", "num_gpu"});
  Job job = options.labels.job(catalog);
  job.tenant = catalog.tenants.id(options.tenant.value_or(std::string(default_name)));
  std::vector<Job> jobs;
  std::set<std::string, std::less<>> ids;
  while (csv.next()) {
    if (!ids.emplace(csv.text(Column::id)).second) {
      csv.fail(Column::id, "'" + std::string(csv.text(Column::id)) + "' stands twice",
               "keep one of the two lines");
    }
    job.submit = SimTime{csv.seconds(Column::submission)};
    job.work = csv.seconds(Column::duration);
    job.ask.gpus = csv.count(Column::gpus, 1);
    jobs.push_back(job);
  }
  return jobs;
}

}  // namespace

std::unique_ptr<const Workload> itp(Setting setting) { return sorted_log(setting, read_itp); }

}  // namespace berth
