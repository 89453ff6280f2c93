// What contracts say beyond their term, by the clock: lead times, what is sold beyond the nodes
// there are, patience with nodes that are out, partition keys, moves, spares. Setting up takes
// 10 s, wiping 20 s, the test after it 5 s; three nodes of two GPUs, unless it is said otherwise.
#include <doctest/doctest.h>

#include "tests/simulator/lease_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr Int128 second = 1'000'000'000'000;  // of one GPU

Failure of_node(double when, std::uint32_t node, NodeState state, double lasts) {
  Failure failure;
  failure.at = at(when);
  failure.nodes = {{node, node + 1}};
  failure.course = {{state, lasting(lasts)}, {NodeState::test, Duration{}}};
  return failure;
}

Contract with_lead(double lead, Contract one) {
  one.lead_time = always(lead);
  return one;
}

void oversell(BareMetal& terms, LeaseKind kind, double factor) {
  terms.overbooking.at(static_cast<std::size_t>(kind)) = factor;
}

PartitionKeys keys(double each, std::uint32_t most) {
  PartitionKeys some;
  some.set.lasts = always(each);
  some.set.attempts = 1;
  some.set.at_once = 1;
  some.most = most;
  return some;
}

// Racks of two nodes.
Fleet two_racks() {
  FleetBuilder builder({"rack"});
  for (const char* rack : {"r0", "r1"}) {
    builder.enter(rack);
    builder.add_node(std::string(rack) + "a", {2, 0, 0, ""});
    builder.add_node(std::string(rack) + "b", {2, 0, 0, ""});
    builder.leave();
  }
  return builder.build();
}

// Tenant b is left with a node of each rack, and the others are free; then a wants a whole rack.
LeaseWorld in_pieces() {
  Contract whole = contract("w", 200, 300, 2);
  whole.within = LevelId(0);
  LeaseWorld world{
      plain_terms({of("b", contract("p", 0, 100, 1)), of("c", contract("q", 0, 900, 1)),
                   of("b", contract("r", 0, 900, 1)), whole})};
  world.fleet = two_racks();
  return world;
}

}  // namespace

TEST_CASE("a lease begins when its lead time is over, and not before") {
  LeaseWorld world{plain_terms({with_lead(100, contract("x", 20, 50, 1))})};
  CHECK(world.run().story() == R"(
         20s  lease    x  asks for 1 nodes, reserved of a, due in 1m40s
          2m  lease    x  begins
       2m10s  lease    x  serves n1, 1 of 1
       2m50s  lease    x  ends
)");
  CHECK(world.line(0).due == at(120));
  CHECK(world.line(0).late == Duration{});
  CHECK(world.summary.leases.sums().waited == lasting(100));
}

TEST_CASE("a lease that the placer would never begin is refused when its tenant asks") {
  // Neighbours of two GPUs there are none.
  LeaseWorld world{plain_terms({contract("x", 20, 50, 2), contract("y", 30, 50, 1)})};
  FleetBuilder builder;
  builder.add_node("n1", {2, 0, 0, ""});
  builder.add_node("n2", {1, 0, 0, ""});
  builder.add_node("n3", {2, 0, 0, ""});
  world.fleet = builder.build();
  world.placer = contiguous;
  CHECK(world.run().story() == R"(
         20s  lease    x  asks for 2 nodes, reserved of a
         20s  lease    x  refused: the placer takes no nodes for it, though all are free
         30s  lease    y  asks for 1 nodes, reserved of a
         30s  lease    y  begins
         40s  lease    y  serves n1, 1 of 1
       1m20s  lease    y  ends
)");
  CHECK(world.line(0).impossible);
  CHECK(!world.line(1).impossible);
}

TEST_CASE("who finds no nodes when his lead time is over is refused then, or waits") {
  LeaseWorld world{plain_terms(
      {contract("x", 0, 500, 3), with_lead(100, contract("y", 20, 50, 1, LeaseKind::on_demand))})};
  CHECK(world.run().line(1).late == lasting(500 + 25 - 120));
  world.terms.when_full = BareMetal::WhenFull::refuse;
  CHECK(world.run().line(1).last == LeaseEvent::refused);
  CHECK(world.log.find("2m  lease    y  refused") != std::string::npos);
}

TEST_CASE("where no more is sold than there is, who asks for more is refused when he asks") {
  LeaseWorld world{plain_terms({contract("x", 0, 500, 2, LeaseKind::on_demand),
                                with_lead(100, contract("y", 50, 100, 2, LeaseKind::on_demand)),
                                with_lead(460, contract("z", 50, 100, 2, LeaseKind::on_demand))})};
  oversell(world.terms, LeaseKind::on_demand, 1.0);
  CHECK(world.run().line(1).last == LeaseEvent::refused);
  CHECK(world.log.find("50s  lease    y  refused") != std::string::npos);
  CHECK(world.line(2).begun == at(525));  // x is over by then, if not wiped
  CHECK(world.line(2).late == lasting(15));
}

TEST_CASE("what is sold twice makes those wait who come second") {
  LeaseWorld world{plain_terms({contract("x", 0, 500, 2, LeaseKind::on_demand),
                                contract("y", 50, 100, 2, LeaseKind::on_demand),
                                contract("z", 60, 100, 2, LeaseKind::on_demand)})};
  world.terms.when_full = BareMetal::WhenFull::refuse;
  oversell(world.terms, LeaseKind::on_demand, 1.5);  // of three nodes four
  CHECK(world.run().line(1).begun == at(525));
  CHECK(world.line(2).last == LeaseEvent::refused);
  const LeaseSums sums = world.summary.leases.sums(LeaseKind::on_demand);
  CHECK(sums.asked == 3);
  CHECK(sums.refused == 1);
  CHECK(sums.late == 1);
  CHECK(sums.late_in_all == lasting(475));
}

TEST_CASE("reserved leases that were signed count as sold before they begin") {
  LeaseWorld world{
      plain_terms({contract("x", 100, 500, 2), contract("y", 0, 200, 2, LeaseKind::on_demand),
                   contract("z", 0, 50, 2, LeaseKind::on_demand)})};
  oversell(world.terms, LeaseKind::on_demand, 1.0);
  CHECK(world.run().line(0).last == LeaseEvent::refused);
  CHECK(world.line(1).begun == at(0));  // z is over when x begins
  CHECK(world.line(2).late == Duration{});
}

TEST_CASE("a node that reboots for too long is replaced, one that is back in time is not") {
  Contract one = contract("x", 0, 500, 2);
  one.replace_after = lasting(30);
  LeaseWorld slow{plain_terms({one}), {}, {of_node(50, 0, NodeState::reboot, 200)}};
  CHECK(slow.run().story() == R"(
          0s  lease    x  asks for 2 nodes, reserved of a
          0s  lease    x  begins
         10s  lease    x  serves n1, 1 of 2
         10s  lease    x  serves n2, 2 of 2
         50s  fail     n1  gpu
         50s  lease    x  fails n1, 1 of 2
       1m30s  lease    x  serves n3, 2 of 2, stands in after 40s
       8m20s  lease    x  ends
)");
  LeaseWorld fast{plain_terms({one}), {}, {of_node(50, 0, NodeState::reboot, 29)}};
  CHECK(fast.run().line(0).replacements == 0);
  CHECK(fast.line(0).below == lasting(10 + 29));
}

TEST_CASE("a subnet manager gives keys one after the other, and takes them before a wipe") {
  LeaseWorld world{plain_terms({contract("x", 0, 100, 2), of("b", contract("y", 50, 100, 3))})};
  world.terms.keys = keys(5, 10);
  CHECK(world.run().line(0).full == at(20));
  CHECK(world.line(1).begun == at(100 + 10 + 25));  // the second key, wiped and tested
  CHECK(world.lost(Loss::provisioning) == 2 * (15 + 20) * second + 2 * (15 + 20 + 25) * second);
}

TEST_CASE("no more tenants have nodes than there are keys") {
  LeaseWorld world{plain_terms(
      {contract("x", 0, 100, 1), of("b", contract("y", 50, 100, 1)), contract("z", 60, 10, 1)})};
  world.terms.keys = keys(5, 1);
  world.run();
  CHECK(world.line(0).begun == at(0));
  CHECK(world.line(1).begun == at(105));  // x is over, and its key is free
  CHECK(world.line(2).begun == at(210));
}

TEST_CASE("who wants a whole rack waits until it is free, if nobody moves") {
  LeaseWorld world = in_pieces();
  CHECK(world.run().line(3).begun == at(925));
  CHECK(world.summary.leases.sums().moves == 0);
}

TEST_CASE("a node of another lease moves for one that wants a whole rack, where that is said") {
  LeaseWorld world = in_pieces();
  world.terms.defragment = true;
  world.jobs = {job(1, 20, 2, 400)};
  world.jobs[0].tenant = TenantId(2);
  CHECK(world.run().story() == R"(
          0s  lease    p  asks for 1 nodes, reserved of b
          0s  lease    p  begins
          0s  lease    q  asks for 1 nodes, reserved of c
          0s  lease    q  begins
          0s  lease    r  asks for 1 nodes, reserved of b
          0s  lease    r  begins
         10s  lease    p  serves r0a, 1 of 1
         10s  lease    q  serves r0b, 1 of 1
         10s  lease    r  serves r1a, 1 of 1
         20s  submit   job 1       2 gpus, limit 6m40s
         20s  start    job 1       r0b:0-1
       1m40s  lease    p  ends
       3m20s  lease    w  asks for 2 nodes, reserved of a
       3m20s  stop     job 1       lease, requeued after 3m, loses 3m
       3m20s  lease    q  moves r0b, 0 of 1
       3m30s  lease    q  serves r1b, 1 of 1, moved in 10s
       3m30s  start    job 1       r1b:0-1
       3m45s  lease    w  begins
       3m55s  lease    w  serves r0a, 1 of 2
       3m55s  lease    w  serves r0b, 2 of 2
       8m45s  lease    w  ends
      10m10s  end      job 1       completed after 6m40s
         15m  lease    q  ends
         15m  lease    r  ends
)");
  CHECK(world.line(1).moves == 1);
  CHECK(world.line(1).moving == lasting(10));
  CHECK(world.summary.leases.sums().moving == 2 * 10 * second);
  CHECK(world.lost(Loss::redone) == 2 * 180 * second);
}

TEST_CASE("spares are not leased, and stand in for those that fail as if they were available") {
  LeaseWorld world{plain_terms({contract("x", 0, 500, 2), contract("y", 100, 100, 1)}),
                   {},
                   {of_node(50, 0, NodeState::triage, 200)}};
  world.terms.spares.count = 1;
  CHECK(world.run().line(0).replacing == lasting(10));
  CHECK(world.line(1).begun == at(525));  // n1, mended, is a spare in place of n3
  CHECK(world.lost(Loss::spare) == 2 * (50 + 1000 - (50 + 200 + 25)) * second);
}

TEST_CASE("a warm spare is set up already, and handed over at once") {
  LeaseWorld world{
      plain_terms({contract("x", 0, 500, 2)}), {}, {of_node(50, 0, NodeState::triage, 200)}};
  world.terms.spares.count = 1;
  world.terms.spares.handed_over = Work{always(3), 0, 1, 1};
  CHECK(world.run().line(0).replacing == lasting(3));
}

TEST_CASE("a spare of the same rack stands in first, then who is available, then any spare") {
  Contract one = contract("x", 0, 500, 2);
  LeaseWorld world{
      plain_terms({one}),
      {},
      {of_node(50, 0, NodeState::triage, 900), of_node(100, 1, NodeState::triage, 900)}};
  world.fleet = two_racks();
  world.terms.spares = {1, LevelId(0), {}};
  const std::string story = world.run().story();
  CHECK(story.find("10s  lease    x  serves r0a") != std::string::npos);
  CHECK(story.find("10s  lease    x  serves r1a") != std::string::npos);
  CHECK(story.find("1m  lease    x  serves r0b, 2 of 2, stands in after 10s") != std::string::npos);
  CHECK(story.find("1m50s  lease    x  serves r1b, 2 of 2, stands in after 10s") !=
        std::string::npos);
}

TEST_CASE("nodes that were ordered and are not there yet are an account of their own") {
  LeaseWorld world{plain_terms({contract("x", 0, 300, 3)})};
  world.terms.deliveries = {{{NodeId(2)}, at(100)}};
  world.terms.burn_in = always(50);
  world.run();
  CHECK(world.lost(Loss::undelivered) == 2 * 100 * second);
  CHECK(world.lost(Loss::provisioning) == 6 * 10 * second);
}
