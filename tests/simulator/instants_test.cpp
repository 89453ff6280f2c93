// Runs in which much happens at one instant, worked out by hand and shown as event logs.
#include <doctest/doctest.h>

#include "simulator/sinks/event_log.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

struct Story {
  std::string log;
  SimTime end;
};

// On nodes of one GPU.
Story told(std::uint32_t nodes, std::vector<Job> jobs, Policy policy) {
  const Fleet fleet = plain_fleet(nodes, 1);
  ListSource source(std::move(jobs));
  StringOut out;
  const auto log = event_log(out, fleet, Sources::one);
  Simulation run(fleet, source, policy, {}, {log.get()});
  run.run();
  return {out.written, run.now()};
}

Policy exact(Policy policy) {
  policy.estimates.kind = Estimates::Kind::exact;
  return policy;
}

Job limited(Job one, double limit) {
  one.limit = lasting(limit);
  return one;
}

}  // namespace

TEST_CASE("a job of no length holds its GPUs for its instant") {
  const Story story =
      told(1, {job(1, 0, 1, 0), job(2, 0, 1, 5)}, exact(policy_of(contiguous(), conservative())));
  CHECK(story.log ==
        "          0s  submit   job 1       1 gpus, limit 1ns\n"
        "          0s  submit   job 2       1 gpus, limit 5s\n"
        "          0s  promise  job 2       to start by 1ns\n"
        "          0s  start    job 1       n1:0\n"
        "          0s  end      job 1       completed after 0s\n"
        "          0s  start    job 2       n1:0\n"
        "          5s  end      job 2       completed after 5s\n");
}

TEST_CASE("a promise that is kept early does not prolong the run") {
  const Story story = told(1, {limited(job(1, 0, 1, 2), 100), job(2, 0, 1, 5)},
                           policy_of(first_fit(), conservative()));
  CHECK(story.log ==
        "          0s  submit   job 1       1 gpus, limit 1m40s\n"
        "          0s  submit   job 2       1 gpus, limit 5s\n"
        "          0s  promise  job 2       to start by 1m40s\n"
        "          0s  start    job 1       n1:0\n"
        "          2s  end      job 1       completed after 2s\n"
        "          2s  start    job 2       n1:0\n"
        "          7s  end      job 2       completed after 5s\n");
  CHECK(story.end == at(7));
}

TEST_CASE("per instant, a job that comes when another ends finds its GPUs free") {
  const Story story = told(1, {limited(job(1, 0, 1, 5), 9), job(2, 5, 1, 5)},
                           policy_of(first_fit(), no_backfill(), Planning::per_instant));
  CHECK(story.log ==
        "          0s  submit   job 1       1 gpus, limit 9s\n"
        "          0s  start    job 1       n1:0\n"
        "          5s  end      job 1       completed after 5s\n"
        "          5s  submit   job 2       1 gpus, limit 5s\n"
        "          5s  start    job 2       n1:0\n"
        "         10s  end      job 2       completed after 5s\n");
}

TEST_CASE("per event, a job comes before another ends early, and after one that ends as expected") {
  const auto log = [](double limit) {
    return told(1, {limited(job(1, 0, 1, 5), limit), job(2, 5, 1, 5)},
                policy_of(first_fit(), no_backfill(), Planning::per_event))
        .log;
  };
  CHECK(log(9) ==
        "          0s  submit   job 1       1 gpus, limit 9s\n"
        "          0s  start    job 1       n1:0\n"
        "          5s  submit   job 2       1 gpus, limit 5s\n"
        "          5s  end      job 1       completed after 5s\n"
        "          5s  start    job 2       n1:0\n"
        "         10s  end      job 2       completed after 5s\n");
  CHECK(log(5) ==
        "          0s  submit   job 1       1 gpus, limit 5s\n"
        "          0s  start    job 1       n1:0\n"
        "          5s  end      job 1       completed after 5s\n"
        "          5s  submit   job 2       1 gpus, limit 5s\n"
        "          5s  start    job 2       n1:0\n"
        "         10s  end      job 2       completed after 5s\n");
}
