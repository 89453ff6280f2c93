// Leases by the clock: small stories that can be worked out by hand. Setting up takes 10 s, wiping
// 20 s, the test after it 5 s; three nodes of two GPUs.
#include <doctest/doctest.h>

#include "tests/simulator/lease_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr Int128 second = 1'000'000'000'000;  // of one GPU

Failure of_node(double when, std::uint32_t node, std::vector<Stage> course) {
  Failure failure;
  failure.at = at(when);
  failure.nodes = {{node, node + 1}};
  course.push_back({NodeState::test, Duration{}});
  failure.course = std::move(course);
  return failure;
}
Failure triage(double when, std::uint32_t node, double lasts) {
  return of_node(when, node, {{NodeState::triage, lasting(lasts)}});
}

Fleet racks_of_two(std::uint32_t racks) {
  FleetBuilder builder({"rack"});
  for (std::uint32_t rack = 0; rack < racks; ++rack) {
    builder.enter("rack" + std::to_string(rack));
    builder.add_node("n" + std::to_string(2 * rack), {2, 0, 0, ""});
    builder.add_node("n" + std::to_string(2 * rack + 1), {2, 0, 0, ""});
    builder.leave();
  }
  return builder.build();
}

}  // namespace

TEST_CASE("nodes are set up for a tenant, and wiped and tested before the next one gets them") {
  LeaseWorld world{plain_terms({contract("x", 0, 100, 2), of("b", contract("y", 50, 100, 2))})};
  CHECK(world.run().story() == R"(
          0s  lease    x  asks for 2 nodes, reserved of a
          0s  lease    x  begins
         10s  lease    x  serves n1, 1 of 2
         10s  lease    x  serves n2, 2 of 2
         50s  lease    y  asks for 2 nodes, reserved of b
       1m40s  lease    x  ends
        2m5s  lease    y  begins
       2m15s  lease    y  serves n1, 1 of 2
       2m15s  lease    y  serves n3, 2 of 2
       3m45s  lease    y  ends
)");
  CHECK(world.lost(Loss::provisioning) == 4 * 2 * 10 * second);
  CHECK(world.lost(Loss::cleaning) == 4 * 2 * 20 * second);
  CHECK(world.lost(Loss::testing) == 4 * 2 * 5 * second);
  CHECK(world.lost(Loss::idle) == 4 * 2 * 90 * second);
  CHECK(world.lost(Loss::unsold) == (3 * 1000 - 4 * (10 + 20 + 5 + 90)) * 2 * second);
  CHECK(world.line(0).owed == 400 * second);
  CHECK(world.line(0).delivered == 360 * second);
  CHECK(world.line(1).full == at(135));
}

TEST_CASE("a job waits until its tenant has nodes, and is stopped when the lease is over") {
  LeaseWorld world{plain_terms({contract("x", 20, 100, 1)}), {job(1, 0, 2, 200)}};
  CHECK(world.run().story() == R"(
          0s  submit   job 1       2 gpus, limit 3m20s
         20s  lease    x  asks for 1 nodes, reserved of a
         20s  lease    x  begins
         30s  lease    x  serves n1, 1 of 1
         30s  start    job 1       n1:0-1
          2m  lease    x  ends
          2m  stop     job 1       lease, requeued after 1m30s, loses 1m30s
      16m40s  waiting  job 1       for 16m40s: Lease
)");
}

TEST_CASE("a job runs on the nodes of its tenant alone, however many others are free") {
  LeaseWorld world{plain_terms({contract("x", 0, 900, 1), of("b", contract("y", 0, 900, 2))}),
                   {job(1, 0, 2, 50), job(2, 0, 2, 50)}};
  CHECK(world.run().summary.all.jobs.completed == 2);
  CHECK(world.log.find("start    job 2       n1:0-1") != std::string::npos);
  CHECK(world.summary.all.wait_s->max == 60);
}

TEST_CASE("what is free in a lease is idle, whatever somebody else's first job waits for") {
  LeaseWorld world{plain_terms({contract("x", 0, 1000, 1), of("b", contract("y", 0, 1000, 2))}),
                   {job(1, 20, 2, 900), job(2, 20, 2, 900)}};
  CHECK(world.run().lost(Loss::fragmentation) == 0);
}

TEST_CASE("who asks for more than his tenant ever leases is rejected") {
  LeaseWorld world{plain_terms({contract("x", 500, 100, 2)}), {job(1, 0, 6, 50), job(2, 0, 4, 50)}};
  CHECK(world.run().summary.all.jobs.rejected == 1);
  CHECK(world.summary.all.jobs.completed == 1);
}

TEST_CASE("a node that goes to triage is replaced by one that is available") {
  LeaseWorld world{plain_terms({contract("x", 0, 500, 2)}), {}, {triage(50, 0, 200)}};
  CHECK(world.run().story() == R"(
          0s  lease    x  asks for 2 nodes, reserved of a
          0s  lease    x  begins
         10s  lease    x  serves n1, 1 of 2
         10s  lease    x  serves n2, 2 of 2
         50s  fail     n1  gpu
         50s  lease    x  fails n1, 1 of 2
          1m  lease    x  serves n3, 2 of 2, stands in after 10s
       8m20s  lease    x  ends
)");
  CHECK(world.line(0).replacing == lasting(10));
  CHECK(world.line(0).below == lasting(20));
  CHECK(world.line(0).breaches == 0);
  CHECK(world.lost(Loss::cleaning) == 3 * 2 * 20 * second);  // n1 when it is mended, too
}

TEST_CASE("a node that only reboots comes back to its tenant") {
  LeaseWorld world{plain_terms({contract("x", 0, 500, 2)}),
                   {},
                   {of_node(50, 0, {{NodeState::reboot, lasting(40)}})}};
  CHECK(world.run().line(0).replacements == 0);
  CHECK(world.line(0).below == lasting(50));
  CHECK(world.lost(Loss::cleaning) == 2 * 2 * 20 * second);
}

TEST_CASE("a lease that is below its size for longer than its SLA is told of") {
  LeaseWorld world{plain_terms({contract("x", 0, 500, 3)}), {}, {triage(50, 0, 200)}};
  CHECK(world.run().line(0).breaches == 1);
  CHECK(world.line(0).below == lasting(210));
  CHECK(world.line(0).owed - world.line(0).delivered == (3 * 10 + 200) * 2 * second);
}

TEST_CASE("a node that was wiped while it was mended is set up for its tenant anew") {
  LeaseWorld world{plain_terms({contract("x", 0, 500, 3)}),
                   {},
                   {of_node(50, 0,
                            {{NodeState::triage, lasting(10)},
                             {NodeState::debug, lasting(10)},
                             {NodeState::onboard, lasting(10)},
                             {NodeState::seatrial, lasting(10)},
                             {NodeState::zap, lasting(10)}})}};
  CHECK(world.run().line(0).below == lasting(10 + 50 + 10));
}

TEST_CASE("a spot lease makes way for a reserved one, and no more of them than it needs") {
  LeaseWorld world{
      plain_terms({of("b", contract("s", 0, 900, 1, LeaseKind::spot)),
                   of("c", contract("t", 1, 900, 1, LeaseKind::spot)), contract("x", 50, 500, 2)})};
  CHECK(world.run().line(0).last == LeaseEvent::ends);
  CHECK(world.line(1).last == LeaseEvent::preempted);
  CHECK(world.line(1).ended == at(50));
  CHECK(world.line(2).begun == at(75));
  CHECK(world.line(2).full == at(85));
}

TEST_CASE("an on-demand lease does not make way for another one") {
  LeaseWorld world{plain_terms({contract("x", 0, 500, 2, LeaseKind::on_demand),
                                contract("y", 50, 100, 2, LeaseKind::on_demand)})};
  CHECK(world.run().line(0).last == LeaseEvent::ends);
  CHECK(world.line(1).begun == at(525));
}

TEST_CASE("where leases do not wait, one without room is refused") {
  LeaseWorld world{plain_terms({contract("x", 0, 500, 2, LeaseKind::on_demand),
                                contract("y", 50, 100, 2, LeaseKind::on_demand)})};
  world.terms.when_full = BareMetal::WhenFull::refuse;
  CHECK(world.run().line(1).last == LeaseEvent::refused);
  CHECK_FALSE(world.line(1).begun);
}

TEST_CASE("who waits holds up those behind him that want such nodes") {
  LeaseWorld world{plain_terms(
      {contract("x", 0, 500, 2), contract("y", 50, 100, 2), contract("z", 60, 100, 1)})};
  CHECK(world.run().line(1).begun == at(525));
  CHECK(world.line(2).begun == at(525));
}

TEST_CASE("a lease goes on where nobody waits for its nodes") {
  Contract one = contract("x", 0, 100, 2);
  one.extends = lasting(50);
  LeaseWorld alone{plain_terms({one})};
  CHECK(alone.run().line(0).ended == at(150));
  LeaseWorld wanted{plain_terms({one, contract("y", 50, 100, 2)})};
  CHECK(wanted.run().line(0).ended == at(100));
}

TEST_CASE("whoever reserved and leaves early pays to the end of his term") {
  Contract one = contract("x", 0, 300, 2);
  one.leaves_after = lasting(100);
  LeaseWorld world{plain_terms({one})};
  CHECK(world.run().line(0).ended == at(100));
  CHECK(world.line(0).owed == 400 * second);
  CHECK(world.line(0).contracted == 1200 * second);
}

TEST_CASE("only so many nodes are set up at a time") {
  LeaseWorld world{plain_terms({contract("x", 0, 300, 3)})};
  world.terms.provision.at_once = 1;
  CHECK(world.run().line(0).full == at(30));
}

TEST_CASE("nodes that are delivered are burnt in, wiped and tested first") {
  LeaseWorld world{plain_terms({contract("x", 0, 300, 3)})};
  world.terms.deliveries = {{{NodeId(2)}, at(100)}};
  world.terms.burn_in = always(50);
  CHECK(world.run().line(0).begun == at(175));
}

TEST_CASE("a lease in one domain gets the tightest that holds it") {
  Contract one = contract("x", 0, 300, 2);
  one.within = LevelId(0);
  LeaseWorld world{plain_terms({contract("y", 0, 300, 1), one})};
  world.fleet = racks_of_two(3);
  world.run();
  CHECK(world.log.find("lease    x  serves n2, 1 of 2") != std::string::npos);
  CHECK(world.log.find("lease    x  serves n3, 2 of 2") != std::string::npos);
}

TEST_CASE("nobody else gets nodes below the leaf of a tenant that is to be alone there") {
  Contract one = contract("x", 0, 300, 1);
  one.alone_in = LevelId(0);
  LeaseWorld world{
      plain_terms({one, of("b", contract("y", 10, 300, 1)), of("c", contract("z", 20, 300, 2))})};
  world.fleet = racks_of_two(2);
  world.run();
  CHECK(world.log.find("lease    x  serves n0, 1 of 1") != std::string::npos);
  CHECK(world.log.find("lease    y  serves n2, 1 of 1") != std::string::npos);
  CHECK(world.line(2).begun == at(300));  // when x ends; what it kept others from is clean
}

TEST_CASE("what is free of a tenant's nodes is in pieces where his first job cannot use it") {
  // Tenant a has n1 and n2 from 10 s on, b has n3. From 50 s to 110 s a GPU of n1 and one of n2 are
  // free, and a's job wants two of one node. What b has free is idle, as nobody of his waits.
  LeaseWorld world{plain_terms({contract("x", 0, 500, 2), of("b", contract("y", 0, 500, 1))})};
  world.jobs = {job(1, 0, 1, 30), job(2, 0, 1, 100), job(3, 0, 1, 100), job(4, 50, 2, 10)};
  world.horizon = 120;
  world.run();
  CHECK(world.lost(Loss::fragmentation) == Int128{2} * 60 * 1'000'000'000'000);
}

TEST_CASE("a job goes on on a free node of the same lease, not of another of its tenant") {
  Terms stays;
  stays.on_failure = OnFailure::restart_in_place;
  const auto story = [&](std::uint32_t nodes_of_first) {
    LeaseWorld world{plain_terms(
        {contract("x", 0, 500, nodes_of_first), contract("y", 0, 500, 3 - nodes_of_first)})};
    Job one = job(1, 10, 2, 100);
    one.terms = std::make_shared<const Terms>(stays);
    world.jobs = {one};
    Failure fault;
    fault.at = at(50);
    fault.nodes = {{0, 1}};
    fault.course = {{NodeState::reboot, lasting(10)}, {NodeState::test, {}}};
    world.failures = {fault};
    return world.run().log;
  };
  CHECK(story(2).find("50s  start    job 1       n2:0-1") != std::string::npos);
  CHECK(story(2).find("goes on after 40s") != std::string::npos);
  CHECK(story(1).find("requeued after 40s") != std::string::npos);
}
