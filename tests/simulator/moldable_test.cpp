// Moldable jobs: what size they take, and that their GPU time stays the same.
#include <cstdint>
#include <exception>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "simulator/simulation.hpp"
#include "simulator/sinks/event_log.hpp"
#include "simulator/summary.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/laws.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

Job moldable(Job one, std::uint32_t least, Duration checkpoints = Duration{}) {
  Terms terms;
  terms.tasks_least = least;
  terms.checkpoint_every = checkpoints;
  one.terms = std::make_shared<const Terms>(std::move(terms));
  return one;
}

// What happened but for submissions, on nodes of one GPU.
std::string told(std::uint32_t nodes, std::vector<Job> jobs, Policy policy) {
  const Fleet fleet = plain_fleet(nodes, 1);
  ListSource source(std::move(jobs));
  StringOut out;
  const auto log = event_log(out, fleet, Sources::one);
  Simulation(fleet, source, policy, {}, {log.get()}).run();
  std::string rest;
  std::istringstream lines(out.written);
  for (std::string line; std::getline(lines, line);) {
    rest += line.find(" submit ") == std::string::npos ? line + "\n" : "";
  }
  return rest;
}

Policy afresh_srtf() {
  const SettingsTree config = testing::tree(testing::map({{"order", "srtf"},
                                                          {"placer", "first_fit"},
                                                          {"preemption", "afresh"},
                                                          {"estimates", "exact"}}));
  return make_policy(config.root());
}

}  // namespace

TEST_CASE(
    "a moldable job starts at the largest size that has room, and takes longer in proportion") {
  CHECK(told(4, {job(1, 0, 1, 100), moldable(job(2, 0, 4, 30), 2)},
             policy_of(first_fit(), no_backfill())) ==
        "          0s  start    job 1       n1:0\n"
        "          0s  start    job 2       n[2-4]:0\n"
        "         40s  end      job 2       completed after 40s\n"
        "       1m40s  end      job 1       completed after 1m40s\n");
}

TEST_CASE("a moldable job waits while there is less room than it takes at least") {
  CHECK(told(4, {job(1, 0, 3, 10), moldable(job(2, 0, 4, 30), 2), job(3, 0, 1, 20)},
             policy_of(first_fit(), easy(nullptr))) ==
        "          0s  promise  job 2       to start by 10s\n"
        "          0s  start    job 1       n[1-3]:0\n"
        "          0s  start    job 3       n4:0\n"
        "         10s  end      job 1       completed after 10s\n"
        "         10s  start    job 2       n[1-3]:0\n"
        "         20s  end      job 3       completed after 20s\n"
        "         50s  end      job 2       completed after 40s\n");
}

TEST_CASE("a moldable job that is larger than the fleet has room for takes what there is") {
  const std::string expected =
      "          0s  start    job 1       n[1-2]:0\n"
      "         20s  end      job 1       completed after 20s\n";
  CHECK(told(2, {moldable(job(1, 0, 4, 10), 1)}, policy_of(first_fit(), no_backfill())) ==
        expected);
  CHECK(told(2, {moldable(job(1, 0, 4, 10), 2)}, policy_of(first_fit(), conservative())) ==
        expected);
  CHECK(told(2, {moldable(job(1, 0, 4, 10), 3)}, policy_of(first_fit(), no_backfill())) ==
        "          0s  reject   job 1       does not fit the empty fleet\n");
}

TEST_CASE("conservative backfill promises a moldable job its largest size") {
  CHECK(told(2, {job(1, 0, 1, 10), moldable(job(2, 0, 2, 10), 1)},
             policy_of(first_fit(), conservative())) ==
        "          0s  promise  job 2       to start by 10s\n"
        "          0s  start    job 1       n1:0\n"
        "         10s  end      job 1       completed after 10s\n"
        "         10s  start    job 2       n[1-2]:0\n"
        "         20s  end      job 2       completed after 10s\n");
}

TEST_CASE("a job that was stopped goes on at the size that it began with") {
  CHECK(told(2,
             {job(1, 0, 1, 10), moldable(job(2, 0, 2, 30), 1, checkpoint_always), job(3, 20, 2, 5)},
             afresh_srtf()) ==
        "          0s  start    job 1       n1:0\n"
        "          0s  start    job 2       n2:0\n"
        "         10s  end      job 1       completed after 10s\n"
        "         20s  yield    job 2       to job 3, requeued after 20s, loses 0s\n"
        "         20s  start    job 3       n[1-2]:0\n"
        "         25s  end      job 3       completed after 5s\n"
        "         25s  start    job 2       n1:0\n"
        "        1m5s  end      job 2       completed after 40s\n");
}

TEST_CASE("fewer GPUs give as much GPU time, each rounded up to its nanosecond") {
  const Fleet fleet = plain_fleet(3, 1);
  ListSource source({job(1, 0, 1, 100), moldable(job(2, 0, 3, 1e-9), 1)});
  const Catalog catalog;
  SummarySink sink(fleet, catalog);
  Policy policy = policy_of(first_fit(), no_backfill());
  Simulation(fleet, source, policy, {}, {&sink}).run();
  CHECK(sink.summary().gpu_time.productive == Int128{100'000'000'004} * gpu_nanosecond);
}

namespace {

std::string broken_in(std::uint64_t seed) {
  const Fleet fleet = random_fleet(seed);
  std::vector<Job> jobs = random_jobs(seed, fleet);
  Dice dice(seed, 104);
  for (Job& one : jobs) {
    if (dice.percent(60)) {
      one = moldable(one, dice.between(1, 3), dice.percent(50) ? checkpoint_always : Duration(0));
    }
  }
  const RandomPolicy choice = random_policy(seed);
  std::string complaint;
  const bool afresh = seed % 4 == 0;
  Policy policy = afresh ? afresh_srtf() : choice.make(complaint);
  ListSource source(std::move(jobs));
  const Catalog catalog;
  Promises promises = promises_of(policy);
  promises.yields.grace = afresh ? Duration{} : choice.yields.grace;
  Laws laws(fleet, promises);
  SummarySink summary(fleet, catalog);
  try {
    Simulation(fleet, source, policy, {RunKey{seed}, choice.horizon}, {&laws, &summary}).run();
  } catch (const std::exception& error) {
    complaint += error.what();
  }
  complaint += laws.broken();
  return complaint.empty() ? complaint : complaint + " (" + choice.name + ")";
}

}  // namespace

TEST_CASE("no run with moldable jobs breaks the laws") {
#ifdef BERTH_NIGHTLY
  constexpr std::uint64_t last = 5'000;
#else
  constexpr std::uint64_t last = 150;
#endif
  for (std::uint64_t seed = 1; seed <= last; ++seed) {
    CAPTURE(seed);
    CHECK(broken_in(seed) == "");
  }
}
