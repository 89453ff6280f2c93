#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Kind = Dependency::Kind;

std::vector<Job> listed_jobs(const std::string& jobs) {
  return jobs_of("{kind: jobs, jobs: [" + jobs + "]}");
}

std::string said_of(const std::string& jobs) {
  return error_of([&] { (void)listed_jobs(jobs); });
}

}  // namespace

TEST_CASE("listed jobs come in order of submission, numbered as they are listed") {
  const auto jobs = listed_jobs(
      "{at: 1h, gpus: 8, work: 2h, limit: 3h, tenant: a, priority: 5}, {nodes: 2, work: 5m}");
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].number == 2);
  CHECK(jobs[0].submit == SimTime{});
  CHECK(jobs[0].ask.whole_nodes == 2);
  CHECK(jobs[0].limit == std::chrono::minutes(5));
  CHECK(jobs[1].number == 1);
  CHECK(jobs[1].submit == SimTime{std::chrono::hours(1)});
  CHECK(jobs[1].ask.gpus == 8);
  CHECK(jobs[1].work == std::chrono::hours(2));
  CHECK(jobs[1].limit == std::chrono::hours(3));
  CHECK(jobs[1].priority == 5);
}

TEST_CASE("listed jobs depend on others by name, in sbatch's words") {
  const auto jobs = listed_jobs(
      "{name: a, gpus: 1, work: 1s, copies: 2}, {name: b, gpus: 1, work: 1s}, {gpus: 1, work: 1s, "
      "dependency: [afterok:a:b, after:b+10, singleton]}");
  REQUIRE(jobs.size() == 4);
  const std::vector<Dependency> expected{{Kind::after_ok, 1, {}},
                                         {Kind::after_ok, 2, {}},
                                         {Kind::after_ok, 3, {}},
                                         {Kind::after, 3, std::chrono::minutes(10)},
                                         {Kind::singleton, 0, {}}};
  REQUIRE(jobs[3].terms);
  CHECK(jobs[3].terms->after == expected);
}

TEST_CASE("copies of a listed job are an array") {
  const auto jobs = listed_jobs("{gpus: 1, work: 1s}, {gpus: 2, work: 1s, copies: 3, at_once: 2}");
  REQUIRE(jobs.size() == 4);
  CHECK(!jobs[0].terms);
  for (std::uint64_t copy = 1; copy < 4; ++copy) {
    CHECK(jobs[copy].number == copy + 1);
    REQUIRE(jobs[copy].terms);
    CHECK(jobs[copy].terms->array == 2);
    CHECK(jobs[copy].terms->array_limit == 2);
  }
}

TEST_CASE("a circle of listed jobs is refused, and whatever else cannot be") {
  const std::string one = "{name: a, gpus: 1, work: 1s}, ";
  CHECK(said_of("") == "c.yaml:1: jobs: needs at least one job");
  CHECK(said_of(one + "{name: a, gpus: 1, work: 1s}") ==
        "c.yaml:1: jobs[1].name: stands twice: 'a'\n  give each job a name of its own");
  CHECK(said_of("{name: a, gpus: 1, work: 1s, dependency: afterok:c}, {name: b, gpus: 1, work: "
                "1s, dependency: afterok:a}, {name: c, gpus: 1, work: 1s, dependency: "
                "afterok:b}") ==
        "c.yaml:1: jobs[0].dependency: jobs wait for one another: a for c for b for a\n"
        "  one of them has to start first");
  CHECK(said_of("{name: a, gpus: 1, work: 1s, dependency: afterany:a}") ==
        "c.yaml:1: jobs[0].dependency: jobs wait for one another: a for a\n"
        "  one of them has to start first");
  CHECK(said_of(one + "{name: b, at: 1s, gpus: 1, work: 1s}, {gpus: 1, work: 1s, dependency: "
                      "afterok:b}") ==
        "c.yaml:1: jobs[2].dependency: job 'b' is submitted later\n"
        "  a job waits for those that came before it");
  CHECK(said_of(one + "{gpus: 1, work: 1s, dependency: afterok:x}") ==
        "c.yaml:1: jobs[1].dependency: no job of the list is called 'x'");
  CHECK(said_of(one + "{gpus: 1, work: 1s, dependency: afterwards:a}") ==
        "c.yaml:1: jobs[1].dependency: no such dependency 'afterwards'\n  known: "
        "after:JOB[+MINUTES], afterany:JOB, afterok:JOB, afternotok:JOB, singleton");
  CHECK(said_of(one + "{gpus: 1, work: 1s, dependency: afterok:a?afterany:a}")
            .starts_with("c.yaml:1: jobs[1].dependency: any one of several"));
  CHECK(said_of(one + "{gpus: 1, work: 1s, dependency: afterok}")
            .starts_with("c.yaml:1: jobs[1].dependency: names no job"));
  CHECK(said_of(one + "{gpus: 1, work: 1s, dependency: after:a+x}")
            .starts_with("c.yaml:1: jobs[1].dependency: must be after:JOB+MINUTES"));
  CHECK(said_of("{gpus: 1, work: 1s, limit: 0}") == "c.yaml:1: jobs[0].limit: must be more than 0");
  CHECK(said_of("{nodes: 2, work: 1s, terms: {tasks_least: 3}}") ==
        "c.yaml:1: jobs[0].terms.tasks_least: is more than the 2 that the job asks for at most");
  CHECK(said_of("{gpus: 1, work: 1s, at_once: 2}") ==
        "c.yaml:1: jobs[0].at_once: limits copies, but there is one\n  give copies: N too");
}
