#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

std::string of(const std::string& terms) {
  return "{kind: synthetic, jobs: 2, arrivals: {kind: fixed, gap: 1s}, sizes: 8, work: 1h, "
         "terms: " +
         terms + "}";
}

}  // namespace

TEST_CASE("all jobs of a workload share the terms that it states") {
  const auto jobs = jobs_of(
      of("{queue: research, labels: [hbm, zone=a], gpu_models: H100, segment: 4, checkpoint_every: "
         "30m, restart: 2m, requeue: false, exclusive: true, switches: {count: 1, at_most: 5m}}"));
  const Terms& terms = *jobs[0].terms;
  CHECK(jobs[1].terms == jobs[0].terms);
  CHECK(terms.queue == "research");
  CHECK(terms.labels == std::vector<std::string>{"hbm", "zone=a"});
  CHECK(terms.gpu_models == std::vector<std::string>{"H100"});
  CHECK(terms.segment == 4);
  CHECK(terms.checkpoint_every == 30min);
  CHECK(terms.restart == 2min);
  CHECK_FALSE(terms.requeue);
  CHECK(terms.exclusive);
  CHECK(terms.switches == SwitchLimit{1, 5min});
}

TEST_CASE("a workload that states no terms has jobs without any") {
  CHECK(jobs_of("{kind: services, services: [{gpus: 1}]}")[0].terms == nullptr);
}

TEST_CASE("replicas of a service are pods where its terms say so") {
  CHECK(jobs_of("{kind: services, terms: {pod: true}, services: [{gpus: 1}]}")[0].terms->pod);
}

TEST_CASE("terms that contradict each other are told where they stand") {
  CHECK_THROWS_WITH_AS(jobs_of(of("{pod: true, exclusive: true}")),
                       doctest::Contains("terms.exclusive: is a lock of Slurm jobs"), InputError);
  CHECK_THROWS_WITH_AS(jobs_of(of("{level_required: true}")),
                       doctest::Contains("terms.level_required: is of no level"), InputError);
}
