#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

const char* const two_services = R"({kind: services, services: [
    {name: chat, replicas: 3, gpus: 8, start: 1h},
    {name: search, replicas: 2, gpus: 1, cpus: 2.5, memory: 4GiB, priority: 50, tenant: acme}]})";

}  // namespace

TEST_CASE("a service is one job for each replica, in order of the start") {
  Catalog catalog;
  const auto jobs = all_jobs(*workload(two_services)->open({}, 0, catalog));
  REQUIRE(jobs.size() == 5);
  CHECK(catalog.tenants.name(jobs[0].tenant) == "acme");
  CHECK(jobs[0].number == 4);
  CHECK(jobs[0].submit == SimTime{});
  CHECK(jobs[0].ask == Ask{1, 0, 2'500, 4LL << 30});
  CHECK(jobs[0].priority == 50);
  CHECK(catalog.tenants.name(jobs[2].tenant) == "chat");
  CHECK(catalog.classes.name(jobs[2].job_class) == "inference");
  CHECK(jobs[2].number == 1);
  CHECK(jobs[4].number == 3);
  CHECK(jobs[2].submit == SimTime{1h});
  CHECK(jobs[2].priority == 100);
}

TEST_CASE("a service without a lifetime stays, so that a run with it needs a horizon") {
  const auto made = workload(two_services);
  CHECK_FALSE(made->finite());
  const auto jobs = jobs_of(two_services);
  CHECK(jobs[0].work == longest_duration);
  CHECK(jobs[0].limit == longest_duration);
}

TEST_CASE("each replica draws a lifetime of its own") {
  const std::string config =
      "{kind: services, services: [{gpus: 1, replicas: 2, lifetime: {kind: exponential, mean: "
      "1d}}]}";
  CHECK(workload(config)->finite());
  const auto jobs = jobs_of(config);
  CHECK(jobs[0].work != jobs[1].work);
  CHECK(jobs[0].work == jobs_of(config)[0].work);
  CHECK(jobs[1].work == jobs_of(config)[1].work);
}
