#include "workloads/traces/swf.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

//                    number submit wait run alloc cpu mem req time mem status user group ...
const char* const six_jobs = R"(; MaxProcs: 128
;  Note:
; UnixStartTime: 1000
; just a remark

1   0 -1 100  4 -1 -1  8 200 -1 1 7 3 -1 2 5 -1 -1
2   0 -1 100  4 -1 -1 -1  -1 -1 1 7 3 -1 2 5 -1 -1
3  10 -1 300 -1 -1 -1  9 200 -1 0 8 3 -1 -1 5 -1 -1
4  20 -1   0  2 -1 -1 -1  -1 -1 1 -1 -1 -1 2 5 -1 -1
9  20 -1  60  1 -1 -1 -1  90 -1 5 7 3 -1 2 5 -1 -1
; MaxJobs: 6
7  30.25 3 1.5 1 0.7 -1 1 90 -1 1 7 3 -1 2 5 -1 -1
)";

struct Read {
  std::vector<Job> jobs;
  std::vector<SourceWarning> warnings;
  Catalog catalog;
};

SwfOptions with_defaults() {
  SwfOptions options;
  options.log.labels = {"training", "default", 0};
  return options;
}

Read read(const std::string& log, const SwfOptions& options = with_defaults()) {
  Read result;
  const auto source = read_swf(TextLines::of_text("log", log), options, result.catalog);
  result.jobs = all_jobs(*source);
  result.warnings = source->warnings();
  return result;
}

std::string told(const Read& read) {
  std::string text;
  for (const auto& warning : read.warnings) {
    text += std::to_string(warning.count) + " " + warning.text + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a job asks for the processors its user requested, or else for those it got") {
  SwfOptions options = with_defaults();
  const auto requested = read(six_jobs, options).jobs;
  CHECK(requested[0].ask == Ask{8, 0, 0, 0});
  CHECK(requested[1].ask == Ask{4, 0, 0, 0});
  options.procs = SwfOptions::Procs::allocated;
  const auto allocated = read(six_jobs, options).jobs;
  CHECK(allocated[0].ask == Ask{4, 0, 0, 0});
  CHECK(allocated[2].ask == Ask{9, 0, 0, 0});
}

TEST_CASE("a processor is a GPU, or a share of a whole node") {
  SwfOptions options = with_defaults();
  options.procs_as = SwfOptions::ProcsAs::nodes;
  CHECK(read(six_jobs, options).jobs[2].ask == Ask{0, 9, 0, 0});
  options.procs_per_node = 4;
  CHECK(read(six_jobs, options).jobs[2].ask == Ask{0, 3, 0, 0});
  CHECK(read(six_jobs, options).jobs[0].ask == Ask{0, 2, 0, 0});
}

TEST_CASE("a job runs its run time and is stopped at its requested time") {
  const auto jobs = read(six_jobs).jobs;
  CHECK(jobs[0].work == 100s);
  CHECK(jobs[0].limit == 200s);
  CHECK(jobs[1].limit == 100s);
  CHECK(jobs[2].work == 300s);
  CHECK(jobs[2].limit == 200s);
}

TEST_CASE("a job without work is kept, with a limit above zero") {
  const auto jobs = read(six_jobs).jobs;
  CHECK(jobs[3].number == 4);
  CHECK(jobs[3].work == 0s);
  CHECK(jobs[3].limit == 1s);
}

TEST_CASE("numbers need not be in order, and times may have a fraction") {
  const auto jobs = read(six_jobs).jobs;
  REQUIRE(jobs.size() == 6);
  CHECK(jobs[4].number == 9);
  CHECK(jobs[5].number == 7);
  CHECK(jobs[5].submit == SimTime{30s + 250ms});
  CHECK(jobs[5].work == 1500ms);
}

TEST_CASE("the tenant is the user or the group") {
  SwfOptions options = with_defaults();
  const Read by_user = read(six_jobs, options);
  CHECK(by_user.catalog.tenants.name(by_user.jobs[0].tenant) == "user7");
  CHECK(by_user.catalog.tenants.name(by_user.jobs[2].tenant) == "user8");
  CHECK(by_user.catalog.tenants.name(by_user.jobs[3].tenant) == "unknown");
  options.tenant_from = SwfOptions::TenantFrom::group;
  const Read by_group = read(six_jobs, options);
  CHECK(by_group.catalog.tenants.name(by_group.jobs[0].tenant) == "group3");
  options.log.tenant = "acme";
  const Read fixed = read(six_jobs, options);
  CHECK(fixed.catalog.tenants.name(fixed.jobs[0].tenant) == "acme");
}

TEST_CASE("the partition is the workload's, the queue, or the partition of the log") {
  SwfOptions options = with_defaults();
  const Read plain = read(six_jobs, options);
  CHECK(plain.catalog.partitions.name(plain.jobs[0].partition) == "default");
  options.partition_from = SwfOptions::PartitionFrom::queue;
  const Read queue = read(six_jobs, options);
  CHECK(queue.catalog.partitions.name(queue.jobs[0].partition) == "queue2");
  CHECK(queue.catalog.partitions.name(queue.jobs[2].partition) == "unknown");
  options.partition_from = SwfOptions::PartitionFrom::partition;
  const Read partition = read(six_jobs, options);
  CHECK(partition.catalog.partitions.name(partition.jobs[0].partition) == "partition5");
}

TEST_CASE("what cannot be run is dropped and counted") {
  CHECK(told(read("1 0 -1 10 1 -1 -1 1 20 -1 1 1 1 1 1 1 -1 -1\n"
                  "1 -1 -1 5 1 -1 -1 1 20 -1 2 1 1 1 1 1 -1 -1\n"
                  "1 -1 -1 5 1 -1 -1 1 20 -1 4 1 1 1 1 1 -1 -1\n"
                  "2 5 -1 -1 1 -1 -1 1 20 -1 1 1 1 1 1 1 -1 -1\n"
                  "3 5 -1 0 1 -1 -1 1 20 -1 5 1 1 1 1 1 -1 -1\n"
                  "4 5 -1 10 -1 -1 -1 0 20 -1 1 1 1 1 1 1 -1 -1\n"
                  "5 5 -1 10 1 -1 -1 1 -1 -1 1 1 1 1 1 1 -1 -1\n"
                  "6 5 -1 21 1 -1 -1 1 20 -1 1 1 1 1 1 1 -1 -1\n")) ==
        "2 log: lines of partial executions were dropped\n"
        "1 log: jobs that were cancelled before they ran were dropped\n"
        "1 log: jobs without a run time were dropped\n"
        "1 log: jobs without processors were dropped\n"
        "1 log: jobs without a requested time: their limit is their run time\n"
        "1 log: jobs that ran longer than they requested: they are stopped at their limit\n");
}

TEST_CASE("a job that was cancelled while it ran is kept") {
  const auto jobs = read(six_jobs).jobs;
  CHECK(jobs[4].work == 60s);
}

TEST_CASE("the directives at the top of a log can be shown") {
  const SwfHeader header = read_swf_header(TextLines::of_text("log", six_jobs));
  CHECK(header == SwfHeader{{"MaxProcs", "128"}, {"Note", ""}, {"UnixStartTime", "1000"}});
}

TEST_CASE("a window of a log counts its times from its beginning") {
  const TempFile log(six_jobs);
  const auto jobs = jobs_of("{kind: swf, file: " + log.path() + ", from: 10s, until: 30s}");
  REQUIRE(jobs.size() == 3);
  CHECK(jobs[0].number == 3);
  CHECK(jobs[0].submit == SimTime{});
  CHECK(jobs[2].submit == SimTime{10s});
}

TEST_CASE("twice the load is half the time between submissions") {
  const TempFile log(six_jobs);
  const auto jobs = jobs_of("{kind: swf, file: " + log.path() + ", load_scale: 2}");
  CHECK(jobs[2].submit == SimTime{5s});
  CHECK(jobs[2].work == 300s);
}

TEST_CASE("reading stops after max_jobs") {
  const TempFile log(std::string(six_jobs) + "an error that nobody reads\n");
  CHECK(jobs_of("{kind: swf, file: " + log.path() + ", max_jobs: 2}").size() == 2);
}

TEST_CASE("the file is relative to the config, and is one that a run depends on") {
  const TempFile log(six_jobs);
  SettingsTree tree =
      flow("{kind: swf, file: " + std::filesystem::path(log.path()).filename().string() + "}");
  tree.node().children[1]->where.path =
      (std::filesystem::temp_directory_path() / "c.yaml").string();
  const auto made = make_workload(tree.root());
  CHECK(made->files() == std::vector<std::string>{log.path()});
  CHECK(made->finite());
}
