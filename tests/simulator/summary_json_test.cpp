#include "simulator/sinks/summary_json.hpp"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "core/int128.hpp"

using namespace berth;

namespace {

constexpr Int128 gpu_hour = Int128{3600} * 1'000'000'000 * gpu_nanosecond;

Summary two_jobs_on_ten_gpus() {
  using namespace std::chrono_literals;
  Summary summary;
  summary.config = "small.yaml";
  summary.seed = 7;
  summary.events = 4;
  summary.scheduler = {3, 5, {1, 0, 2}};
  summary.simulated = 1h;
  summary.gpus = 10;
  summary.gpu_time.capacity = 10 * gpu_hour;
  summary.gpu_time.available = 10 * gpu_hour;
  summary.gpu_time.allocated = 5 * gpu_hour;
  summary.gpu_time.productive = 4 * gpu_hour;
  summary.gpu_time.lost = {5 * gpu_hour, gpu_hour};
  summary.all.jobs.submitted = 2;
  summary.all.jobs.completed = 1;
  summary.all.jobs.timed_out = 1;
  summary.all.wait_s = Statistics{0.1, 0.1, 0.1, 0.1, 0.1};
  summary.all.turnaround_s = Statistics{92.5765, 90, 95, 95, 95};
  summary.all.bounded_slowdown = Statistics{1.5, 1, 2, 2, 2};
  summary.makespan = 90s;
  return summary;
}

}  // namespace

TEST_CASE("summary.json has its keys in a fixed order and numbers in their shortest form") {
  CHECK(summary_json(two_jobs_on_ten_gpus()) == R"({
  "config": "small.yaml",
  "seed": 7,
  "simulated_s": 3600.0,
  "events": 4,
  "jobs": {
    "submitted": 2,
    "completed": 1,
    "timed_out": 1,
    "rejected": 0,
    "running_at_end": 0,
    "pending_at_end": 0
  },
  "gpus": {
    "total": 10,
    "capacity_gpu_h": 10.0,
    "allocated": 0.5,
    "available": 1.0,
    "productive": 0.4,
    "productive_gpu_h": 4.0
  },
  "lost_gpu_h": {
    "idle": 5.0,
    "timed_out": 1.0,
    "fragmentation": 0.0
  },
  "wait_s": {
    "mean": 0.1,
    "p50": 0.1,
    "p95": 0.1,
    "p99": 0.1,
    "max": 0.1
  },
  "turnaround_s": {
    "mean": 92.5765,
    "p50": 90.0,
    "p95": 95.0,
    "p99": 95.0,
    "max": 95.0
  },
  "bounded_slowdown": {
    "mean": 1.5,
    "p50": 1.0,
    "p95": 2.0,
    "p99": 2.0,
    "max": 2.0
  },
  "makespan_s": 90.0,
  "placement": {
    "multi_node_jobs": 0
  },
  "scheduler": {
    "cycles": 3,
    "decisions": 5,
    "reasons": {
      "Resources": 1,
      "Reservation": 0,
      "Priority": 2
    }
  }
}
)");
}

TEST_CASE("what a run does not have is null or absent in summary.json, never a made-up zero") {
  const std::string json = summary_json(Summary{});
  CHECK(json.find("\"wait_s\": null") != std::string::npos);
  CHECK(json.find("\"makespan_s\": null") != std::string::npos);
  CHECK(json.find("\"allocated\"") == std::string::npos);
  CHECK(json.find("by_tenant") == std::string::npos);
}

TEST_CASE("summary.json shows groups by name and the spread by level") {
  Summary summary = two_jobs_on_ten_gpus();
  summary.by_tenant = {{"zoe", {}}, {"ann", {}}};
  summary.by_tenant[1].numbers.allocated = gpu_hour / 4;
  summary.spread = {{"rack", {1.25, 1, 2, 2, 2}}};
  const std::string json = summary_json(summary);
  CHECK(json.find("\"zoe\"") < json.find("\"ann\""));
  CHECK(json.find("\"allocated_gpu_h\": 0.25") != std::string::npos);
  CHECK(json.find(R"("rack": {
        "mean": 1.25,
        "p95": 2.0
      })") != std::string::npos);
}

TEST_CASE("a name that is not UTF-8 does not end the run") {
  Summary summary;
  summary.by_tenant = {{"caf\xe9", {}}, {"b", {}}};
  CHECK(summary_json(summary).find("caf\xef\xbf\xbd") != std::string::npos);
}

TEST_CASE("what the network cost is told only of runs that have one") {
  Summary summary = two_jobs_on_ten_gpus();
  summary.gpu_time.lost = {5 * gpu_hour};
  CHECK(summary_json(summary).find("network") == std::string::npos);
  summary.network = true;
  CHECK(summary_json(summary).find(R"("network": 0.0)") != std::string::npos);
  summary.gpu_time.lost = {5 * gpu_hour, 0, gpu_hour};
  CHECK(summary_json(summary).find(R"("network": 1.0)") != std::string::npos);
}

TEST_CASE("leaf switches that jobs touch have a place of their own") {
  Summary summary = two_jobs_on_ten_gpus();
  summary.spread = {{"leaf", {1.5, 1, 2, 2, 2}}};
  CHECK(summary_json(summary).find(R"("leaf_switches": {)") != std::string::npos);
}
