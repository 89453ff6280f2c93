// Rolling upgrades: nodes that are drained, rebooted for 10 s and tested for 5 s, batch by batch.
#include <doctest/doctest.h>

#include "tests/simulator/failure_world.hpp"
#include "tests/simulator/lease_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

// One node after the other, from 20 s on.
Upgrade one_by_one(std::uint32_t nodes) {
  Upgrade one;
  one.at = at(20);
  for (std::uint32_t i = 0; i < nodes; ++i) {
    one.batches.push_back({NodeId(i)});
  }
  one.lasts = Distribution(Distribution::Constant{lasting(10)});
  one.test = Distribution(Distribution::Constant{lasting(5)});
  return one;
}

World upgraded(std::vector<Job> jobs, std::vector<Failure> failures, Upgrade one) {
  World world{std::move(jobs), std::move(failures)};
  world.upgrades = {std::move(one)};
  return world;
}

bool says(const std::string& log, const std::string& line) {
  return log.find(line) != std::string::npos;
}

}  // namespace

TEST_CASE("a node waits for its job before it is upgraded, and the next one for that node") {
  World world = upgraded({job(1, 0, 4, 50), job(2, 30, 4, 10)}, {}, one_by_one(2));
  CHECK(world.run().log == R"(          0s  submit   job 1       4 gpus, limit 50s
          0s  start    job 1       n1:0-3
         20s  upgrade  1  begins
         20s  upgrade  1  n1
         20s  node     n1  production to draining, upgrade
         30s  submit   job 2       4 gpus, limit 10s
         30s  start    job 2       n2:0-3
         40s  end      job 2       completed after 10s
         50s  end      job 1       completed after 50s
         50s  node     n1  draining to reboot, upgrade
          1m  node     n1  reboot to test, upgrade
        1m5s  node     n1  test to production, upgrade
        1m5s  upgrade  1  n2
        1m5s  node     n2  production to reboot, upgrade
       1m15s  node     n2  reboot to test, upgrade
       1m20s  node     n2  test to production, upgrade
       1m20s  upgrade  1  is over
)");
  CHECK(world.lost(Loss::down) == 2 * 4 * 10 * second);
  CHECK(world.lost(Loss::testing) == 2 * 4 * 5 * second);
  const FailureNumbers& numbers = world.summary.interruptions;
  CHECK(numbers.by_cause.back().name == "upgrade");
  CHECK(numbers.by_cause.back().down == 2 * 4 * 15 * second);
  CHECK(numbers.upgrades_over == 1);
  CHECK(numbers.upgraded == 2);
  CHECK(numbers.upgrading_ns == lasting(60).count());
  CHECK(numbers.interruptions == 0);
}

TEST_CASE("who still runs at the deadline has to go, and begins at his last checkpoint elsewhere") {
  Upgrade upgrade = one_by_one(1);
  upgrade.deadline = lasting(15);
  World world = upgraded({with(job(1, 0, 4, 50), saving(10, 0, 0))}, {}, upgrade);
  CHECK(says(world.run().log, "35s  stop     job 1       upgrade, requeued after 35s, loses 5s"));
  CHECK(says(world.log, "35s  node     n1  draining to reboot, upgrade"));
  CHECK(says(world.log, "35s  start    job 1       n2:0-3"));
  CHECK(world.summary.interruptions.by_cause.back().interruptions == 1);
}

TEST_CASE("an upgrade waits while so many nodes are out that no more may be") {
  const std::vector<Stage> long_one{{NodeState::reboot, lasting(100)}, {NodeState::test, {}}};
  World world = upgraded({job(1, 0, 4, 10)}, {of_node(15, 1, 0, long_one)}, one_by_one(2));
  CHECK(says(world.run().log, "1m55s  upgrade  1  n1\n"));
  Upgrade both = one_by_one(2);
  both.max_unavailable = 2;
  World bolder = upgraded({job(1, 0, 4, 10)}, {of_node(15, 1, 0, long_one)}, both);
  CHECK(says(bolder.run().log, "20s  upgrade  1  n1\n"));
  // At its turn n2 is out, and gets it there: nobody waits for it.
  CHECK(says(bolder.log, "20s  upgrade  1  n2\n"));
  CHECK(says(bolder.log, "35s  upgrade  1  is over\n"));
}

TEST_CASE("a node that went to its vendor holds up no upgrade") {
  const std::vector<Stage> away{{NodeState::triage, {}},  {NodeState::rma, lasting(1000)},
                                {NodeState::onboard, {}}, {NodeState::seatrial, {}},
                                {NodeState::zap, {}},     {NodeState::test, {}}};
  World world = upgraded({job(1, 0, 4, 10)}, {of_node(15, 1, 0, away)}, one_by_one(2));
  CHECK(says(world.run().log, "20s  upgrade  1  n1\n"));
  CHECK(says(world.log, "35s  upgrade  1  is over\n"));
}

TEST_CASE("a batch begins no earlier after the one before than it is said") {
  Upgrade upgrade = one_by_one(2);
  upgrade.every = lasting(60);
  World world = upgraded({job(1, 0, 4, 10)}, {}, upgrade);
  CHECK(says(world.run().log, "1m20s  upgrade  1  n2\n"));
}

TEST_CASE("a spare does not stand in for a node that is upgraded, and is upgraded itself") {
  World world = upgraded({job(1, 0, 4, 100)}, {}, one_by_one(2));
  world.upgrades.front().batches = {{NodeId(1)}, {NodeId(0)}};
  world.spares = {NodeId(1)};
  CHECK(says(world.run().log, "20s  node     n2  spare to reboot, upgrade"));
  CHECK(says(world.log, "35s  node     n2  test to spare, kept back"));
  CHECK(says(world.log, "1m40s  node     n1  draining to reboot, upgrade"));
  CHECK(!says(world.log, "n2  spare to production"));
}

TEST_CASE("a drain counts as unavailable until it is over") {
  const Fleet fleet = plain_fleet(2, 4);
  const Catalog catalog;
  Policy policy = policy_of(first_fit(), easy(nullptr));
  ListSource source({job(1, 0, 4, 10)});
  StringOut out;
  const auto events = event_log(out, fleet, Sources::one);
  Simulation simulation(fleet, source, policy, RunOptions{RunKey{1}, std::nullopt}, {events.get()});
  simulation.drain({{NodeId(1)}, at(0), at(100), Door::slurm});
  simulation.upgrade(one_by_one(2));
  simulation.run();
  CHECK(says(out.written, "1m40s  upgrade  1  n1\n"));
}

namespace {

// Two nodes of two GPUs for tenant a, who has them from 10 s on.
LeaseWorld leased(Upgrade::Leased leased) {
  Contract own = contract("x", 0, 500, 2);
  own.replace_within = Duration{};
  own.replace_after = lasting(1);
  LeaseWorld world{plain_terms({own})};
  world.upgrades = {one_by_one(3)};
  world.upgrades.front().leased = leased;
  return world;
}

}  // namespace

TEST_CASE("a node that a tenant leases is upgraded without a breach, and is not replaced") {
  LeaseWorld world = leased(Upgrade::Leased::upgraded);
  CHECK(world.run().story() == R"(
          0s  lease    x  asks for 2 nodes, reserved of a
          0s  lease    x  begins
         10s  lease    x  serves n1, 1 of 2
         10s  lease    x  serves n2, 2 of 2
         20s  upgrade  1  begins
         20s  upgrade  1  n1
         20s  lease    x  upgrades n1, 1 of 2
         35s  lease    x  serves n1, 2 of 2
         35s  upgrade  1  n2
         35s  lease    x  upgrades n2, 1 of 2
         50s  lease    x  serves n2, 2 of 2
         50s  upgrade  1  n3
        1m5s  upgrade  1  is over
       8m20s  lease    x  ends
)");
  const LeaseLine& line = world.line(0);
  CHECK(line.below == lasting(10));  // while it was set up
  CHECK(line.breaches == 1);
  CHECK(line.failures == 0);
  CHECK(line.replacements == 0);
  CHECK(line.upgrading == Int128{2} * 2 * 15 * 1'000'000'000'000);
  CHECK(line.owed == Int128{2} * 2 * 500 * 1'000'000'000'000);
  CHECK(line.delivered == line.owed - line.upgrading - Int128{2} * 2 * 10 * 1'000'000'000'000);
}

TEST_CASE("nodes that are leased may be skipped") {
  LeaseWorld world = leased(Upgrade::Leased::skipped);
  CHECK(says(world.run().log, "20s  upgrade  1  nobody\n"));
  CHECK(says(world.log, "20s  upgrade  1  n3\n"));
  CHECK(says(world.log, "35s  upgrade  1  is over\n"));
  CHECK(world.line(0).upgrading == 0);
}

TEST_CASE("a node that fails before it is upgraded is replaced as any other") {
  LeaseWorld world = leased(Upgrade::Leased::upgraded);
  world.jobs = {job(1, 10, 2, 100)};
  Failure fault = of_node(30, 0, 0, {{NodeState::triage, lasting(100)}, {NodeState::test, {}}});
  world.failures = {fault};
  CHECK(says(world.run().log, "30s  lease    x  fails n1, 1 of 2"));
  CHECK(says(world.log, "40s  lease    x  serves n3, 2 of 2, stands in after 10s"));
  CHECK(world.line(0).failures == 1);
  CHECK(world.line(0).replacements == 1);
}
