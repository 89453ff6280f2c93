// Jobs that wait for few switches (sbatch --switches): the run wakes them when they have waited
// long enough, though nothing else happens.
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "simulator/simulation.hpp"
#include "simulator/sinks/event_log.hpp"
#include "tests/cluster/fleets.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

Job on_switches(Job one, std::uint32_t count) {
  Terms terms;
  terms.switches = SwitchLimit{count, std::nullopt};
  one.terms = std::make_shared<const Terms>(terms);
  return one;
}

// What happened but for submissions, on two leaves of two nodes of one GPU.
std::string told(std::vector<Job> jobs, std::unique_ptr<Backfill> backfill) {
  const Fleet fleet = testing::halls(1, 2, 2, testing::gpu_node(1));
  ListSource source(std::move(jobs));
  StringOut out;
  const auto log = event_log(out, fleet, Sources::one);
  const SettingsTree placer = testing::tree(testing::map({{"kind", "slurm_tree"}}));
  Policy policy = policy_of(make_placer(placer.root()), std::move(backfill));
  Simulation(fleet, source, policy, {}, {log.get()}).run();
  std::string rest;
  std::istringstream lines(out.written);
  for (std::string line; std::getline(lines, line);) {
    rest += line.find(" submit ") == std::string::npos ? line + "\n" : "";
  }
  return rest;
}

const std::string alone =
    "          5m  start    job 1       n0.0.[0-1],n0.1.0:0\n"
    "       5m10s  end      job 1       completed after 10s\n";

}  // namespace

TEST_CASE("a job that no leaf holds starts when it has waited for max_switch_wait") {
  const std::vector<Job> jobs{on_switches(job(1, 0, 3, 10), 1)};
  CHECK(told(jobs, no_backfill()) == alone);
  CHECK(told(jobs, easy(nullptr)) == "          0s  promise  job 1       to start by 5m\n" + alone);
  CHECK(told(jobs, conservative()) ==
        "          0s  promise  job 1       to start by 5m\n" + alone);
}

TEST_CASE("a job that waits for few switches starts as soon as a leaf is free") {
  CHECK(
      told({job(1, 0, 1, 10), job(2, 0, 1, 20), on_switches(job(3, 1, 2, 5), 1)}, no_backfill()) ==
      "          0s  start    job 1       n0.0.0:0\n"
      "          0s  start    job 2       n0.0.1:0\n"
      "          1s  start    job 3       n0.1.[0-1]:0\n"
      "          6s  end      job 3       completed after 5s\n"
      "         10s  end      job 1       completed after 10s\n"
      "         20s  end      job 2       completed after 20s\n");
}

TEST_CASE("others overtake a job that is held for its switches alone") {
  CHECK(
      told({job(1, 0, 1, 10), on_switches(job(2, 0, 3, 10), 1), job(3, 0, 1, 20)}, easy(nullptr)) ==
      "          0s  promise  job 2       to start by 5m\n"
      "          0s  start    job 1       n0.0.0:0\n"
      "          0s  start    job 3       n0.0.1:0\n"
      "         10s  end      job 1       completed after 10s\n"
      "         20s  end      job 3       completed after 20s\n"
      "          5m  start    job 2       n0.0.[0-1],n0.1.0:0\n"
      "       5m10s  end      job 2       completed after 10s\n");
}
