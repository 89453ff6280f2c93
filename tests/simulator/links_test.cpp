// Links of nodes, and the parts that domains hang on: how often they fail, and what jobs feel.
#include <algorithm>
#include <map>

#include <doctest/doctest.h>

#include "simulator/network/network_model.hpp"
#include "tests/simulator/failure_world.hpp"
#include "tests/simulator/gang_study.hpp"
#include "tests/workloads/flow_settings.hpp"
#include "topology/builders.hpp"
#include "topology/cut_cables.hpp"
#include "topology/outage.hpp"

using namespace berth;
using namespace berth::test;
using testing::map;
using testing::Value;

namespace {

// Of a node: a link is down from then on for so long, and jobs on several nodes take so many times
// longer.
Failure link_down(double when, std::uint32_t node, std::uint32_t link, double lasts,
                  double slowdown = 2) {
  Failure failure = of_node(when, node, 0);
  failure.effect = Effect::narrows;
  failure.link = link;
  failure.mended_after = lasting(lasts);
  failure.slowed_to = RunSpeed::slowed(slowdown);
  return failure;
}

std::vector<Failure> all_of(const Value& value, const Topology& topology, double days) {
  const Reliability reliability = reliability_of(value);
  const auto source = reliability.open(RunKey{1}, topology);
  std::vector<Failure> all;
  Failure failure;
  while (source->next(failure) && failure.at < at(days * day_s)) {
    all.push_back(failure);
  }
  return all;
}

Topology plain(std::uint32_t nodes) {
  Topology topology;
  topology.fleet = plain_fleet(nodes, 8);
  return topology;
}

bool says(const World& world, const std::string& line) {
  return world.log.find(line) != std::string::npos;
}

}  // namespace

TEST_CASE("while a link is down its node's gang is slow, and nobody stops") {
  World world{{job(1, 0, 8, 100)}, {link_down(20, 0, 3, 40)}};
  CHECK(world.run().log == R"(          0s  submit   job 1       2 x 4 gpus, limit 1m40s
          0s  start    job 1       n[1-2]:0-3
         20s  fail     n1  gpu, link 3 down for 40s
         20s  speed    job 1       0.500000 of full speed
          1m  mended   n1  gpu, link 3
          1m  speed    job 1       1.000000 of full speed
          2m  end      job 1       completed after 2m
)");
}

TEST_CASE("what a gang waits for a node with a link less is lost to stragglers") {
  World world{{job(1, 0, 8, 100)}, {link_down(20, 0, 3, 40)}};
  CHECK(says(world.run(), "2m  end      job 1       completed after 2m"));
  CHECK(world.lost(Loss::straggler) == 8 * 20 * second);
  CHECK(world.summary.interruptions.failures == 1);
  CHECK(world.summary.interruptions.interruptions == 0);
}

TEST_CASE("a job on one node needs none of its links, and a repair of the node mends them") {
  World alone{{job(1, 0, 4, 100)}, {link_down(20, 0, 0, 40)}};
  CHECK(says(alone.run(), "1m40s  end      job 1       completed after 1m40s"));
  World repaired{{job(1, 60, 8, 10)}, {link_down(20, 0, 0, 1000), of_node(30, 0, 0)}};
  CHECK(says(repaired.run(), "1m10s  end      job 1       completed after 10s"));
  CHECK(!says(repaired, "mended"));
}

TEST_CASE("links fail one by one, as many a year as they and their rate are") {
  const Value value = map({{"kind", "links"}, {"mtbf", "1000d"}, {"repair", "4h"}});
  const auto all = all_of(value, plain(100), 1000);
  CHECK(std::abs(static_cast<double>(all.size()) - 800) < 3 * 28.3);  // 800 links
  std::map<std::uint32_t, std::size_t> by_link;
  for (const Failure& one : all) {
    ++by_link[one.link];
  }
  CHECK(by_link.size() == 8);
  CHECK(std::ranges::all_of(by_link, [](const auto& link) { return link.second > 60; }));
  CHECK(all.front().effect == Effect::stops);
  CHECK(all.front().noticed_after == lasting(600));
}

TEST_CASE("more nodes leave the links of the others as they are") {
  const Value value = map({{"kind", "links"}, {"mtbf", "1000d"}, {"repair", "4h"}});
  const auto few = all_of(value, plain(10), 1000);
  auto many = all_of(value, plain(30), 1000);
  std::erase_if(many, [](const Failure& one) { return one.nodes.front().first >= 10; });
  REQUIRE(few.size() == many.size());
  CHECK(std::equal(few.begin(), few.end(), many.begin(),
                   [](const Failure& a, const Failure& b) { return a.at == b.at; }));
}

// Racks of four nodes that hang on nine trays.
TEST_CASE("a rack that does without k of n trays lasts M (1/n + ... + 1/(n - k))") {
  FleetBuilder builder({"rack"});
  for (std::uint32_t rack = 0; rack < 40; ++rack) {
    builder.enter("r" + std::to_string(rack));
    builder.add_node("n" + std::to_string(rack), {4, 0, 0, ""});
    builder.leave();
  }
  Topology topology;
  topology.fleet = builder.build();
  const auto outages = [&](const char* tolerates) {
    const Value value = map({{"kind", "domains"},
                             {"of", "rack"},
                             {"parts", "9"},
                             {"tolerates", tolerates},
                             {"mtbf", "900d"},
                             {"noticed_after", "0"},
                             {"repair", "2d"}});
    return static_cast<double>(all_of(value, topology, 5000).size());
  };
  const double racks_days = 40 * 5000;
  CHECK(std::abs(outages("0") / (racks_days / (100 + 2)) - 1) < 0.07);  // 3 sigma of 1,961
  CHECK(std::abs(outages("1") / (racks_days / (100 + 112.5 + 2)) - 1) < 0.08);
  CHECK(std::abs(outages("8") / (racks_days / (900 * 2.828968 + 2)) - 1) < 0.2);
}

TEST_CASE("one part of a domain is the domain, as before there were parts") {
  const auto with_parts = [](bool written) {
    FleetBuilder builder({"rack"});
    builder.enter("r");
    builder.add_node("n", {4, 0, 0, ""});
    builder.leave();
    Topology topology;
    topology.fleet = builder.build();
    std::vector<std::pair<std::string, Value>> keys{
        {"kind", "domains"}, {"of", "rack"}, {"mtbf", "9d"}, {"repair", "2d"}};
    if (written) {
      keys.emplace_back("parts", "1");
    }
    return all_of(map(keys), topology, 5000);
  };
  CHECK(with_parts(false).size() == with_parts(true).size());
}

namespace {

// A SuperPOD of one unit; a gang of all its nodes that exchanges data for a third of its time.
struct Unit {
  SettingsTree config = testing::flow("{kind: superpod, scalable_units: 1}");
  Topology topology = build_topology(config.root());
  Catalog catalog;
  CutCables cables{topology};

  Job gang() {
    Communication profile{0.3, {1, 0, 0}, std::int64_t{1} << 40};
    Job one = job(1, 0, 0, 1000);
    one.ask.whole_nodes = topology.fleet.nodes();
    one.limit = lasting(100'000);
    one.communication = catalog.communications.id(profile);
    return one;
  }
  [[nodiscard]] std::vector<CableId> cables_of(const std::vector<NodeLink>& down) const {
    std::vector<CableId> all;
    for (const NodeLink& one : down) {
      for (const auto& link : topology.fabric.links(topology.seats.hcas(one.node)[one.link])) {
        all.push_back(link.cable);
      }
    }
    return all;
  }
  // What the network and slow nodes cost the gang; with `rewirings` instead of failures.
  GpuTime run(std::vector<Failure> failures, std::vector<std::pair<double, Network>> rewirings) {
    NetworkModel network(topology.fleet, topology.network, catalog.communications);
    Policy policy = policy_of(first_fit(), no_backfill());
    ListSource source({gang()});
    ListFailures breaks(std::move(failures));
    SummarySink summary(topology.fleet, catalog);
    RunOptions options{RunKey{1}, std::nullopt};
    options.network = &network;
    options.failures = &breaks;
    options.causes = &random_causes;
    options.slows = true;
    options.network_without = [this](const std::vector<NodeLink>& down) {
      return cables.without(cables_of(down));
    };
    Simulation simulation(topology.fleet, source, policy, options, {&summary});
    for (auto& [when, one] : rewirings) {
      simulation.rewire(at(when), std::move(one));
    }
    simulation.run();
    return summary.summary().gpu_time;
  }
};

}  // namespace

TEST_CASE("a network without some cables is that of the same outage") {
  const Unit unit;
  Outage outage;
  outage.cables = unit.cables_of({{NodeId(3), 2}, {NodeId(5), 0}});
  std::ranges::sort(outage.cables);
  const Network ours = unit.cables.without(outage.cables);
  const Network theirs = impact_of(unit.topology, outage).network;
  const Fleet& fleet = unit.topology.fleet;
  for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
    CHECK(ours.injection(NodeId(i)) == theirs.injection(NodeId(i)));
  }
  for (std::uint32_t i = 0; i < fleet.domains(); ++i) {
    CHECK(ours.uplink(DomainId(i)) == theirs.uplink(DomainId(i)));
  }
  CHECK(ours.injection(NodeId(3)) * 8 == unit.topology.network.injection(NodeId(3)) * 7);
}

TEST_CASE("links that are down cost a gang what the same wiring would, and nothing when mended") {
  Unit unit;
  const NodeLink first{NodeId(3), 2};
  const NodeLink second_link{NodeId(3), 5};
  const GpuTime down = unit.run({link_down(100, 3, 2, 400), link_down(200, 3, 5, 100)}, {});
  Unit twin;
  std::vector<std::pair<double, Network>> wirings;
  wirings.emplace_back(100, twin.cables.without(twin.cables_of({first})));
  wirings.emplace_back(200, twin.cables.without(twin.cables_of({first, second_link})));
  wirings.emplace_back(300, twin.cables.without(twin.cables_of({first})));
  wirings.emplace_back(500, twin.topology.network);
  const GpuTime rewired = twin.run({}, std::move(wirings));
  CHECK(down.lost == rewired.lost);
  CHECK(down.lost_to(Loss::network) > 0);
  CHECK(down.lost_to(Loss::straggler) == 0);
  Unit whole;
  CHECK(whole.run({}, {}).lost_to(Loss::network) < down.lost_to(Loss::network));
}
