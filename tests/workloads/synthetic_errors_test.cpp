#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

// The message about a good synthetic workload in which `what` is replaced.
std::string message(const std::string& what, const std::string& by) {
  const std::string good =
      "{kind: synthetic, jobs: 2, arrivals: {kind: poisson, mean_gap: 90s}, sizes: {1: 50, 8: 30}, "
      "work: 2h, limits: exact, tenants: {a: 1}, priority: {0: 1}}";
  return error_of([&] { (void)jobs_of(replaced(good, what, by)); });
}

std::string service_message(const std::string& service) {
  return error_of([&] { (void)jobs_of("{kind: services, services: [" + service + "]}"); });
}

const std::string inflated = "limits: {kind: inflated, factor: ";

}  // namespace

TEST_CASE("a wrong arrival process says what would be right") {
  CHECK(message("?", "") == "fine");
  CHECK(message("mean_gap: 90s", "mean_gap: 0s") ==
        "c.yaml:1: arrivals.mean_gap: is too short\n  the shortest gap is 1us");
  CHECK(message("mean_gap: 90s", "mean_gap: -90s") ==
        "c.yaml:1: arrivals.mean_gap: must not be negative, is '-90s'");
  CHECK(message("kind: poisson, mean_gap: 90s", "kind: diurnal, mean_gap: 90s, swing: 1.5") ==
        "c.yaml:1: arrivals.swing: must be between 0 and 1, is 1.5");
  CHECK(message("kind: poisson, mean_gap: 90s", "kind: diurnal, mean_gap: 90s, weekend: nan") ==
        "c.yaml:1: arrivals.weekend: must be a finite number, is 'nan'\n  write it like 0.5, 12 or "
        "1e-3");
  CHECK(message("poisson", "poison")
            .starts_with(
                "c.yaml:1: arrivals.kind: no such arrivals 'poison'\n  did you mean 'poisson'?"));
  CHECK(message("jobs: 2, arrivals: {kind: poisson, mean_gap: 90s}",
                "arrivals: {kind: fixed, gap: 0s}") ==
        "c.yaml:1: arrivals: without a gap, jobs arrive without end at one instant\n  say how many "
        "with `jobs`");
  CHECK(message("jobs: 2, arrivals: {kind: poisson, mean_gap: 90s}",
                "arrivals: {kind: renewal, gap: {kind: uniform, low: 0, high: 100us}}")
            .starts_with("c.yaml:1: arrivals: without a gap"));
}

TEST_CASE("a wrong number of jobs or size says what would be right") {
  CHECK(message("jobs: 2", "jobs: 0") == "c.yaml:1: jobs: must be between 1 and 1000000000, is 0");
  CHECK(message("jobs: 2", "jobs: 2000000000") ==
        "c.yaml:1: jobs: must be between 1 and 1000000000, is 2000000000");
  CHECK(message("8: 30", "0: 30") ==
        "c.yaml:1: sizes.0: '0' is not one of the sizes\n  expected: a whole number 1..1000000");
  CHECK(message("8: 30", "x: 30") ==
        "c.yaml:1: sizes.x: 'x' is not one of the sizes\n  expected: a whole number 1..1000000");
  CHECK(message("8: 30", "1: 30") == "c.yaml:1: sizes.1: '1' is written twice");
  CHECK(message("8: 30", "8: -1").starts_with("c.yaml:1: sizes.8: must be between 0 and"));
  CHECK(message("{1: 50, 8: 30}", "{1: 0, 8: 0}") ==
        "c.yaml:1: sizes: needs at least one weight above 0");
  CHECK(message("{1: 50, 8: 30}", "{}") == "c.yaml:1: sizes: needs at least one weight above 0");
  CHECK(message("{1: 50, 8: 30}", "[1, 8]") ==
        "c.yaml:1: sizes: must be a map of sizes to weights");
  CHECK(message("sizes: {1: 50, 8: 30}, ", "") == "c.yaml:1: sizes: is missing");
  CHECK(message("work: 2h", "work: 2h, nodes: 4") ==
        "c.yaml:1: sizes: does not go with nodes\n  a whole node comes with all that is in it");
  CHECK(message("work: 2h", "work: 2h, gpu_milli: 500") ==
        "c.yaml:1: sizes: does not go with gpu_milli\n  let whole GPUs and shares come from two "
        "workloads");
  CHECK(message("sizes: {1: 50, 8: 30}", "gpu_milli: {1: 50, 1000: 30}") ==
        "c.yaml:1: gpu_milli.1000: '1000' is not one of the shares\n  expected: a whole number "
        "1..999");
  CHECK(message("work: 2h", "work: 2h, memory_per_gpu: 4000PiB") ==
        "c.yaml:1: memory_per_gpu: is too much for 8 GPUs");
  CHECK(message("sizes", "szes").starts_with("c.yaml:1: szes: no such key"));
}

TEST_CASE("jobs that end otherwise are parts of all") {
  CHECK(message("limits: exact", "ends: {failed: 0.7, cancelled: 0.4}") ==
        "c.yaml:1: ends: is more than all jobs\n  the parts that end so are at most 1 together");
  CHECK(message("limits: exact", "ends: {failed: -0.1}") ==
        "c.yaml:1: ends.failed: must be between 0 and 1, is -0.1");
  CHECK(message("limits: exact", "ends: {faild: 0.1}").find("faild") != std::string::npos);
}

TEST_CASE("wrong work, limits, tenants or priorities say what would be right") {
  CHECK(message("work: 2h", "work: {by_size: {4: 2h}}") ==
        "c.yaml:1: work.by_size: has no distribution for jobs of size 1\n  each holds from its "
        "size up to the next");
  CHECK(message("limits: exact", inflated + "0}")
            .starts_with("c.yaml:1: limits.factor: must be between 0.001 and"));
  CHECK(message("limits: exact", inflated + "{kind: uniform, low: 3, high: 2}}")
            .starts_with("c.yaml:1: limits.factor.high: must be between 3 and"));
  CHECK(message("limits: exact", inflated + "2, most: 1h, least: 2h}") ==
        "c.yaml:1: limits: most is shorter than least\n  a limit is longer than 0s");
  CHECK(message("{a: 1}", "{a: 0}") == "c.yaml:1: tenants: needs at least one weight above 0");
  CHECK(message("{a: 1}", "{count: 0, zipf: 1}") ==
        "c.yaml:1: tenants.count: must be between 1 and 1000000, is 0");
  CHECK(message("{0: 1}", "{x: 1}")
            .starts_with("c.yaml:1: priority.x: 'x' is not one of the priorities"));
}

TEST_CASE("a wrong service says what would be right") {
  CHECK(service_message("") == "c.yaml:1: services: needs at least one service");
  CHECK(service_message("{gpus: 1}") == "fine");
  CHECK(service_message("{replicas: 3}") ==
        "c.yaml:1: services[0]: asks for nothing\n  give gpus, gpu_milli, nodes or cpus");
  CHECK(service_message("{gpus: 1, replicas: 0}") ==
        "c.yaml:1: services[0].replicas: must be between 1 and 1000000, is 0");
  CHECK(service_message("{gpus: 1, replicas: 900000}, {gpus: 1, replicas: 900000}") ==
        "c.yaml:1: services: has 1800000 replicas in all\n  the most is 1000000");
  CHECK(service_message("{gpus: 1, nodes: 1}") ==
        "c.yaml:1: services[0].gpus: does not go with nodes\n  a whole node comes with all that is "
        "in it");
}

TEST_CASE("an unknown kind of workload names the nearest") {
  CHECK(error_of([] { (void)jobs_of("{kind: sfw}"); }) ==
        "c.yaml:1: kind: no such kind 'sfw'\n  did you mean 'swf'? known: synthetic, services, "
        "jobs, swf, itp, philly, muri, sacct, openb");
}
