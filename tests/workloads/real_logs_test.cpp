// Real logs must come out with the numbers their authors published. They are not part of the
// project (licences differ); without them these tests say so and pass.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/folders.hpp"
#include "tests/workloads/jobs.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

std::optional<std::string> shared_log(const std::string& name) {
  std::string path = berth::testing::in_shared("data/" + name);
  if (!std::filesystem::exists(path)) {
    MESSAGE("SKIPPED: there is no " << path);
    return std::nullopt;
  }
  return path;
}

double gpu_hours(const std::vector<Job>& jobs) {
  double sum = 0;
  for (const Job& job : jobs) {
    sum += static_cast<double>(job.work / 1ms) / 3.6e6 * job.ask.gpus;
  }
  return sum;
}

// GPUs in use at most when every job starts at once.
std::int64_t peak_demand(const std::vector<Job>& jobs) {
  std::vector<std::pair<SimTime, std::int64_t>> changes;
  for (const Job& job : jobs) {
    changes.emplace_back(job.submit, job.ask.gpus);
    changes.emplace_back(job.submit + job.work, -std::int64_t{job.ask.gpus});
  }
  std::ranges::sort(changes);
  std::int64_t used = 0;
  std::int64_t most = 0;
  for (const auto& [time, gpus] : changes) {
    used += gpus;
    most = std::max(most, used);
  }
  return most;
}

double mean_gpus(const std::vector<Job>& jobs) {
  double sum = 0;
  for (const Job& job : jobs) {
    sum += job.ask.gpus;
  }
  return sum / static_cast<double>(jobs.size());
}

Duration work_at_rank(std::vector<Job> jobs, double part) {
  std::ranges::sort(jobs, {}, &Job::work);
  return jobs[static_cast<std::size_t>(part * static_cast<double>(jobs.size()))].work;
}

void check_itp(const std::string& cluster, std::size_t count, double hours, std::int64_t peak) {
  CAPTURE(cluster);
  const auto log = shared_log("ms_itp/cluster" + cluster + ".csv.gz");
  if (!log) {
    return;
  }
  const auto jobs = jobs_of("{kind: itp, file: " + *log + "}");
  CHECK(jobs.size() == count);
  CHECK(std::abs(gpu_hours(jobs) - hours) <= 0.5);
  CHECK(peak_demand(jobs) == peak);
}

}  // namespace

TEST_CASE("KTH-SP2 has 28,481 jobs of 214 users on 100 processors") {
  const auto log = shared_log("swf/kth_sp2.swf.gz");
  if (!log) {
    return;
  }
  Catalog catalog;
  const auto source = workload("{kind: swf, file: " + *log + "}")->open({}, 0, catalog);
  const auto jobs = all_jobs(*source);
  CHECK(jobs.size() == 28'481);
  CHECK(catalog.tenants.size() == 214);
  CHECK(gpu_hours(jobs) == doctest::Approx(2'013'209'080 / 3600.0));
  CHECK(jobs.back().submit == SimTime{29'363'618s});
  CHECK(std::ranges::max(jobs, {}, [](const Job& job) { return job.ask.gpus; }).ask.gpus == 100);
  CHECK(source->warnings().empty());
  CHECK(source->progress() == 1.0);
}

TEST_CASE("the peers' workload has 5,000 jobs of 1 to 16 processors") {
  const auto log = shared_log("peers/w_n5000_g128.swf.gz");
  if (!log) {
    return;
  }
  const auto jobs = jobs_of("{kind: swf, file: " + *log + "}");
  CHECK(jobs.size() == 5'000);
  CHECK(std::ranges::max(jobs, {}, [](const Job& job) { return job.ask.gpus; }).ask.gpus == 16);
}

TEST_CASE("the ITP clusters have their jobs, GPU-hours and peak demand") {
  check_itp("03", 3'011, 165'443, 1'379);
  check_itp("05", 3'629, 14'303, 341);
  check_itp("06", 2'396, 123'879, 516);
  check_itp("10", 260, 4'023, 52);
}

TEST_CASE("Philly has 82,247 jobs with the published sizes and durations") {
  const auto log = shared_log("philly/philly.csv.gz");
  if (!log) {
    return;
  }
  const auto jobs = jobs_of("{kind: philly, file: " + *log + "}");
  CHECK(jobs.size() == 82'247);
  CHECK(gpu_hours(jobs) == doctest::Approx(978'078).epsilon(1e-6));
  CHECK(mean_gpus(jobs) == doctest::Approx(1.304).epsilon(5e-4));
  CHECK(work_at_rank(jobs, 0.5) == 1'144s);
  CHECK(work_at_rank(jobs, 0.99) / 1s == doctest::Approx(255'047).epsilon(1e-3));
  CHECK(jobs.front().submit == SimTime{});
}
