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

TEST_CASE("a job may want nobody else on its nodes, or in its blocks") {
  CHECK(jobs_of(of("{exclusive: topology}"))[0].terms->block_alone);
  CHECK_FALSE(jobs_of(of("{exclusive: topology}"))[0].terms->exclusive);
  CHECK_FALSE(jobs_of(of("{exclusive: true}"))[0].terms->block_alone);
  CHECK_THROWS_WITH_AS(jobs_of(of("{exclusive: topo}")),
                       doctest::Contains("terms.exclusive: no such"), InputError);
  CHECK_THROWS_WITH_AS(jobs_of(of("{exclusive: topology, pod: true}")),
                       doctest::Contains("terms.exclusive: is a lock of Slurm jobs"), InputError);
}

TEST_CASE("a workload that states no terms has jobs without any") {
  CHECK(
      jobs_of("{kind: synthetic, jobs: 1, arrivals: {kind: fixed, gap: 1s}, sizes: 8, work: 1h}")[0]
          .terms == nullptr);
}

TEST_CASE("replicas keep what they have served, and start up cold as their model says") {
  const auto jobs = jobs_of(
      "{kind: services, terms: {cold_start: 20s}, services: [{name: a, gpus: 2}, {name: b, gpus: 2,"
      " cold_start: {kind: optimised, weights: 28GB, loader: caios}}]}");
  CHECK(jobs[0].terms->checkpoint_every == checkpoint_always);
  CHECK(jobs[0].terms->cold_start == 20s);
  CHECK(jobs[1].terms->cold_start == 4s + 2s + 8s);  // CUDA, 28 GB at 2 x 7 GB/s, warm-up
}

TEST_CASE("what jobs do about a failure is said in their terms") {
  const auto jobs = jobs_of(
      of("{checkpoint_every: 30m, checkpoint_async: 4m, on_failure: shrink, tasks_least: 1}"));
  CHECK(jobs[0].terms->checkpoint_async == 4min);
  CHECK(jobs[0].terms->on_failure == OnFailure::shrink);
}

TEST_CASE("replicas of a service are pods where its terms say so") {
  CHECK(jobs_of("{kind: services, terms: {pod: true}, services: [{gpus: 1}]}")[0].terms->pod);
}

TEST_CASE("terms that contradict each other are told where they stand") {
  CHECK_THROWS_WITH_AS(jobs_of(of("{pod: true, exclusive: true}")),
                       doctest::Contains("terms.exclusive: is a lock of Slurm jobs"), InputError);
  CHECK_THROWS_WITH_AS(jobs_of(of("{level_required: true}")),
                       doctest::Contains("terms.level_required: is of no level"), InputError);
  const auto said = [](const std::string& terms, const char* what) {
    CHECK_THROWS_WITH_AS(jobs_of(of(terms)), doctest::Contains(what), InputError);
  };
  said("{on_failure: shrink}", "terms.on_failure: needs to know how far");
  said("{requeue: false, on_failure: restart_in_place}",
       "terms.on_failure: is of jobs that come back, and these may not");
  said("{on_failure: reboot}", "terms.on_failure: ");
  said("{checkpoint_async: 4m}", "terms.checkpoint_async: is of checkpoints that nobody takes");
  said("{checkpoint_every: 3m, checkpoint_async: 4m}",
       "terms.checkpoint_async: is longer than the work between two checkpoints");
  said("{checkpoint_size: 2TB}", "terms.checkpoint_size: is of checkpoints that nobody takes");
  said("{checkpoint_every: 30m, checkpoint_size: 0}", "terms.checkpoint_size: must be more than 0");
  said("{checkpoint_every: 30m, checkpoint_async: storage}",
       "terms.checkpoint_async: goes by what is written, which is nothing");
  said("{checkpoint_every: 30m, checkpoint_size: 2TB, checkpoint_async: 4m}",
       "terms.checkpoint_async: follows from checkpoint_size and the storage");
  said("{cold_start: fast}", "terms.cold_start: ");
  said("{cold_start: {kind: quick, weights: 14GB}}", "terms.cold_start.kind: ");
  said("{cold_start: {kind: optimised}}", "terms.cold_start.weights: is missing");
  said("{cold_start: {kind: optimised, weights: 14GB, loader: tensoriser}}",
       "terms.cold_start.loader: ");
  said("{cold_start: {kind: optimised, weights: 14GB, loader: 0GB}}",
       "terms.cold_start.loader: must be more than 0 bytes a second");
  said("{cold_start: {kind: optimised, weights: 14GB, loader: caios}}",
       "terms.cold_start.loader: goes by the GPUs of a replica");
}
