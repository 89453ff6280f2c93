// Faults that come again, nodes that are given up, and links that flap: small stories.
#include <doctest/doctest.h>

#include "tests/simulator/failure_world.hpp"

using namespace berth;
using namespace berth::test;

namespace {

bool says(const World& world, const std::string& line) {
  return world.log.find(line) != std::string::npos;
}

}  // namespace

TEST_CASE("a node is handed back with the same fault, and fails again") {
  Failure failure = of_node(10, 0, 0);
  failure.relapses = {
      {lasting(20), lasting(2), {{NodeState::reboot, lasting(1)}, {NodeState::test, lasting(1)}}}};
  World world{{job(1, 30, 4, 60)}, {failure}};
  CHECK(world.run().log == R"(         10s  fail     n1  gpu
         10s  node     n1  production to reboot, gpu
         20s  node     n1  reboot to test, gpu
         25s  node     n1  test to production, gpu
         30s  submit   job 1       4 gpus, limit 1m
         30s  start    job 1       n1:0-3
         45s  fail     n1  gpu, noticed after 2s
         45s  hang     job 1       does nothing
         47s  stop     job 1       gpu, requeued after 17s, loses 15s
         47s  node     n1  production to reboot, gpu
         47s  start    job 1       n2:0-3
         48s  node     n1  reboot to test, gpu
         49s  node     n1  test to production, gpu
       1m47s  end      job 1       completed after 1m
)");
  CHECK(world.summary.interruptions.interruptions == 1);
}

TEST_CASE("a node that fails too often is given up, and the one in its place is no lemon") {
  const auto lemon = [](Failure failure) {
    failure.of_lemon = true;
    return failure;
  };
  World world{{job(1, 0, 4, 5)},
              {of_node(10, 0, 0), of_node(40, 0, 0), lemon(of_node(100, 1, 0)),
               lemon(of_node(10'000, 0, 0)), of_node(11'000, 0, 0)}};
  world.retire = Retirement{2, lasting(60), lasting(100)};
  world.run();
  CHECK(says(world, "40s  retire   n1  after 2 failures"));
  CHECK(says(world, "40s  node     n1  production to triage, gpu"));
  CHECK(says(world, "12m20s  node     n1  rma to onboard, gpu"));  // 10 minutes of triage, 100 s
  CHECK(says(world, "1m40s  fail     n2  gpu"));
  CHECK_FALSE(says(world, "2h46m40s  fail"));
  CHECK(says(world, "3h3m20s  fail     n1  gpu"));
  CHECK(world.summary.interruptions.retired == 1);
}

TEST_CASE("failures too far apart are no reason to give up a node") {
  World world{{}, {of_node(10, 0, 0), of_node(100, 0, 0)}};
  world.retire = Retirement{2, lasting(60), lasting(100)};
  CHECK(world.run().summary.interruptions.retired == 0);
}

TEST_CASE("a gang whose links flap works at 1 / (1 + GPUs x rate x stall)") {
  // 8 GPUs, a flap an hour each that lasts 45 s: 0.1 s of each second that it works.
  Job gang = job(1, 0, 8, 100);
  gang.limit = lasting(1000);
  World world{{gang}, {}};
  world.flaps = Flaps{24, lasting(45)};
  world.run();
  CHECK(says(world, "n[1-2]:0-3, 0.909091 of full speed"));
  const double lost = static_cast<double>(world.lost(Loss::network));
  CHECK(lost == doctest::Approx(static_cast<double>(8 * 10 * second)).epsilon(1e-6));
}

TEST_CASE("a job on one node uses no link that flaps") {
  World world{{job(1, 0, 4, 100)}, {}};
  world.flaps = Flaps{1000, lasting(60)};
  CHECK(says(world.run(), "1m40s  end      job 1       completed after 1m40s"));
  CHECK(world.lost(Loss::network) == 0);
}
