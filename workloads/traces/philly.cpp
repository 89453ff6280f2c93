#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/csv.hpp"
#include "workloads/traces/readers.hpp"
#include "workloads/traces/sorted_log.hpp"
#include "workloads/traces/timestamp.hpp"

namespace berth {
namespace {

enum Column : std::size_t { timestamp, duration, gpus, cluster };

Duration submit_of(const Csv& csv) {
  const std::string_view text = csv.text(Column::timestamp);
  const auto time = parse_timestamp(text);
  if (!time) {
    csv.fail(Column::timestamp, "must be a date and time, is '" + std::string(text) + "'",
             "expected YYYY-MM-DD HH:MM:SS, 1970 to 2099");
  }
  return *time;
}

TenantId tenant_of(const Csv& csv, const LogOptions& options, Catalog& catalog) {
  if (options.tenant) {
    return catalog.tenants.id(*options.tenant);
  }
  const std::string_view cluster = csv.text(Column::cluster);
  if (cluster.empty()) {
    csv.fail(Column::cluster, "must be a name, is empty");
  }
  return catalog.tenants.id(cluster);
}

// Times count from the first submission; the virtual cluster is the tenant.
std::vector<Job> read_philly(const LogOptions& options, Catalog& catalog) {
  Csv csv(TextLines::of_file(options.path), {"timestamp", "duration", "num_gpus", "cluster"});
  Job job = options.labels.job(catalog);
  std::vector<Job> jobs;
  while (csv.next()) {
    job.submit = SimTime{submit_of(csv)};
    job.work = csv.seconds(Column::duration);
    job.ask.gpus = csv.count(Column::gpus, 1);
    job.tenant = tenant_of(csv, options, catalog);
    jobs.push_back(job);
  }
  if (!jobs.empty()) {
    const SimTime first = std::ranges::min(jobs, {}, &Job::submit).submit;
    std::ranges::for_each(jobs, [&](Job& each) { each.submit = SimTime{each.submit - first}; });
  }
  return jobs;
}

}  // namespace

std::unique_ptr<const Workload> philly(Setting setting) { return sorted_log(setting, read_philly); }

}  // namespace berth
