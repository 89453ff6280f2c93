// Policies that place all jobs afresh in each plan, worked out by hand and shown as event logs.
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "simulator/sinks/event_log.hpp"
#include "simulator/summary.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;
using berth::testing::list;
using berth::testing::map;
using berth::testing::Value;

namespace {

Policy afresh_in(const Value& order) {
  const SettingsTree config = testing::tree(map({{"order", order},
                                                 {"placer", "first_fit"},
                                                 {"preemption", "afresh"},
                                                 {"estimates", "exact"}}));
  return make_policy(config.root());
}

// It keeps all its work when it is stopped, and starts again within `restart` seconds.
Job lasting_job(Job one, double restart = 0) {
  Terms terms;
  terms.checkpoint_every = checkpoint_always;
  terms.restart = lasting(restart);
  one.terms = std::make_shared<const Terms>(std::move(terms));
  return one;
}

// What happened but for submissions.
std::string told(const Fleet& fleet, std::vector<Job> jobs, Policy policy) {
  ListSource source(std::move(jobs));
  StringOut out;
  const auto log = event_log(out, fleet, Sources::one);
  Simulation run(fleet, source, policy, {}, {log.get()});
  run.run();
  std::string rest;
  std::istringstream lines(out.written);
  for (std::string line; std::getline(lines, line);) {
    rest += line.find(" submit ") == std::string::npos ? line + "\n" : "";
  }
  return rest;
}

}  // namespace

TEST_CASE("a shorter job takes the GPUs of one with more left to do, which then goes on") {
  CHECK(told(plain_fleet(1, 1),
             {lasting_job(job(1, 0, 1, 100), 5), lasting_job(job(2, 40, 1, 20), 5)},
             afresh_in("srtf")) ==
        "          0s  start    job 1       n1:0\n"
        "         40s  yield    job 1       to job 2, requeued after 40s, loses 0s\n"
        "         40s  start    job 2       n1:0\n"
        "          1m  end      job 2       completed after 20s\n"
        "          1m  start    job 1       n1:0\n"
        "        2m5s  end      job 1       completed after 1m5s\n");
}

TEST_CASE("a job that is nearly done is not stopped for one that takes longer than its rest") {
  CHECK(told(plain_fleet(1, 1), {lasting_job(job(1, 0, 1, 100)), lasting_job(job(2, 90, 1, 20))},
             afresh_in("srtf")) ==
        "          0s  start    job 1       n1:0\n"
        "       1m40s  end      job 1       completed after 1m40s\n"
        "       1m40s  start    job 2       n1:0\n"
        "          2m  end      job 2       completed after 20s\n");
}

TEST_CASE("remaining service weighs the time that is left by the GPUs") {
  CHECK(told(plain_fleet(1, 4), {lasting_job(job(1, 0, 4, 30)), lasting_job(job(2, 0, 1, 60))},
             afresh_in("srsf")) ==
        "          0s  start    job 2       n1:0\n"
        "          1m  end      job 2       completed after 1m\n"
        "          1m  start    job 1       n1:0-3\n"
        "       1m30s  end      job 1       completed after 30s\n");
}

TEST_CASE("a job whose place a shorter one takes moves, and pays for its restart") {
  CHECK(told(plain_fleet(2, 2),
             {lasting_job(job(1, 0, 1, 100), 5), lasting_job(job(2, 10, 1, 200), 5),
              lasting_job(job(3, 10, 2, 20), 5)},
             afresh_in("srtf")) ==
        "          0s  start    job 1       n1:0\n"
        "         10s  yield    job 1       to job 3, requeued after 10s, loses 0s\n"
        "         10s  start    job 3       n1:0-1\n"
        "         10s  start    job 1       n2:0\n"
        "         10s  start    job 2       n2:1\n"
        "         30s  end      job 3       completed after 20s\n"
        "       1m45s  end      job 1       completed after 1m35s\n"
        "       3m30s  end      job 2       completed after 3m20s\n");
}

TEST_CASE("who does not fit is skipped, however short") {
  CHECK(told(plain_fleet(2, 2),
             {lasting_job(job(1, 0, 1, 10)), lasting_job(job(2, 0, 4, 20)),
              lasting_job(job(3, 0, 1, 30))},
             afresh_in("srtf")) ==
        "          0s  start    job 1       n1:0\n"
        "          0s  start    job 3       n1:1\n"
        "         10s  end      job 1       completed after 10s\n"
        "         10s  yield    job 3       to job 2, requeued after 10s, loses 0s\n"
        "         10s  start    job 2       n[1-2]:0-1\n"
        "         30s  end      job 2       completed after 20s\n"
        "         30s  start    job 3       n1:0\n"
        "         50s  end      job 3       completed after 20s\n");
}

TEST_CASE("a job that has attained its queue's share yields to one that has not, when it happens") {
  CHECK(told(plain_fleet(1, 2), {lasting_job(job(1, 0, 2, 30)), lasting_job(job(2, 2, 2, 8))},
             afresh_in(map({{"kind", "least_attained"}, {"thresholds", list({"20"})}}))) ==
        "          0s  start    job 1       n1:0-1\n"
        "         10s  yield    job 1       to job 2, requeued after 10s, loses 0s\n"
        "         10s  start    job 2       n1:0-1\n"
        "         18s  end      job 2       completed after 8s\n"
        "         18s  start    job 1       n1:0-1\n"
        "         38s  end      job 1       completed after 20s\n");
}

TEST_CASE("jobs of one queue do not stop each other, and who comes down waits behind who waits") {
  CHECK(told(plain_fleet(1, 1), {lasting_job(job(1, 0, 1, 15)), lasting_job(job(2, 1, 1, 15))},
             afresh_in(map({{"kind", "least_attained"}, {"thresholds", list({"10", "12"})}}))) ==
        "          0s  start    job 1       n1:0\n"
        "         10s  yield    job 1       to job 2, requeued after 10s, loses 0s\n"
        "         10s  start    job 2       n1:0\n"
        "         20s  yield    job 2       to job 1, requeued after 10s, loses 0s\n"
        "         20s  start    job 1       n1:0\n"
        "         22s  yield    job 1       to job 2, requeued after 2s, loses 0s\n"
        "         22s  start    job 2       n1:0\n"
        "         24s  yield    job 2       to job 1, requeued after 2s, loses 0s\n"
        "         24s  start    job 1       n1:0\n"
        "         27s  end      job 1       completed after 3s\n"
        "         27s  start    job 2       n1:0\n"
        "         30s  end      job 2       completed after 3s\n");
}

TEST_CASE("the earliest deadline runs first, whoever came before") {
  Job urgent = lasting_job(job(2, 5, 1, 10));
  Terms terms = *urgent.terms;
  terms.deadline = at(20);
  urgent.terms = std::make_shared<const Terms>(std::move(terms));
  CHECK(told(plain_fleet(1, 1), {lasting_job(job(1, 0, 1, 20)), urgent},
             afresh_in("earliest_deadline")) ==
        "          0s  start    job 1       n1:0\n"
        "          5s  yield    job 1       to job 2, requeued after 5s, loses 0s\n"
        "          5s  start    job 2       n1:0\n"
        "         15s  end      job 2       completed after 10s\n"
        "         15s  start    job 1       n1:0\n"
        "         30s  end      job 1       completed after 15s\n");
}

TEST_CASE(
    "GPU time of jobs that stop and go on is work, restarts and idle time, to the nanosecond") {
  const Fleet fleet = plain_fleet(1, 1);
  ListSource source({lasting_job(job(1, 0, 1, 100), 5), lasting_job(job(2, 40, 1, 20), 5)});
  const Catalog catalog;
  SummarySink sink(fleet, catalog);
  Policy policy = afresh_in("srtf");
  Simulation(fleet, source, policy, {}, {&sink}).run();
  const Summary summary = sink.summary();
  CHECK(summary.gpu_time.capacity == Int128{125'000'000'000} * gpu_nanosecond);
  CHECK(summary.gpu_time.productive == Int128{120'000'000'000} * gpu_nanosecond);
  CHECK(summary.gpu_time.lost_to(Loss::restart) == Int128{5'000'000'000} * gpu_nanosecond);
  CHECK(summary.all.jobs.requeued == 1);
}
