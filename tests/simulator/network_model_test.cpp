#include "simulator/network/network_model.hpp"

#include <doctest/doctest.h>

#include "simulator/network/tightest.hpp"
#include "simulator/simulation.hpp"
#include "simulator/sinks/event_log.hpp"
#include "simulator/summary.hpp"
#include "tests/simulator/laws.hpp"
#include "tests/simulator/networks.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr std::int64_t large = std::int64_t{1} << 40;  // bytes, so that latency is nothing

// All of the exposed share in one collective of a large message.
Communication only(Collective collective, double exposed) {
  Communication profile{exposed, {}, large};
  profile.mix.at(static_cast<std::size_t>(collective)) = 1;
  return profile;
}

struct World {
  explicit World(const Tree& tree) : wired(test::wired(tree)) {}
  NetworkModel model() { return {wired.fleet, wired.network, profiles}; }

  Wired wired;
  Communications profiles;
};

Shape whole(std::uint32_t nodes) { return {nodes, 8, 0, 0}; }

}  // namespace

TEST_CASE("a job that is placed best runs at full speed") {
  World world({2, 2, 4});
  for (const std::string_view name : communication_names()) {
    const CommunicationId profile = world.profiles.id(communication_named(name));
    NetworkModel model(world.wired.fleet, world.wired.network, world.profiles);
    model.start(JobId(0), profile, whole(4), on({4, 5, 6, 7}));
    CHECK(model.speed(JobId(0)).full());
    CHECK(model.changed().empty());
  }
}

TEST_CASE("a job that has to leave its pod is slowed by oversubscription wherever it is placed") {
  Tree tree{2, 1, 4};
  tree.pod_over = 8;
  World narrow(tree);
  World wide(Tree{2, 1, 4});
  const Communication profile = only(Collective::all_to_all, 0.3);
  const Placement everywhere = on({0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(wide.model().slowdown(wide.profiles.id(profile), whole(8), everywhere) == 1);
  // Half of what each node sends crosses the border, over an eighth of what its pod could send: 4
  // of its nodes send 4/8 of the data, alone they would take as long within their own HCAs.
  NetworkModel model = narrow.model();
  CHECK(model.slowdown(narrow.profiles.id(profile), whole(8), everywhere) > 1.5);
}

TEST_CASE("alone on the network a job is as slow as the closed form says") {
  Tree tree{2, 1, 4};
  tree.pod_over = 8;
  World world(tree);
  const CommunicationId profile = world.profiles.id(only(Collective::all_to_all, 0.3));
  NetworkModel model(world.wired.fleet, world.wired.network, world.profiles);
  const Placement apart = on({0, 1, 4, 5});
  Layouts layouts(world.wired.fleet, world.wired.network);
  const double best = time_of(Collective::all_to_all, large, layouts.of(on({0, 1, 2, 3}))).total();
  const double here = time_of(Collective::all_to_all, large, layouts.of(apart)).total();
  CHECK(model.slowdown(profile, whole(4), apart) == doctest::Approx(0.7 + 0.3 * here / best));
  model.start(JobId(0), profile, whole(4), apart);
  CHECK(model.speed(JobId(0)) == RunSpeed::slowed(model.slowdown(profile, whole(4), apart)));
}

TEST_CASE("two equal jobs on one link are both 11 % slower where 11 % of their time is exposed") {
  Tree tree{2, 1, 4};
  tree.nvlink = 4500;  // so that the network is what they wait for
  tree.pod_over = 4;   // a pod sends what one node can
  World world(tree);
  const CommunicationId profile = world.profiles.id(only(Collective::all_reduce, 0.11));
  NetworkModel model(world.wired.fleet, world.wired.network, world.profiles);
  model.start(JobId(0), profile, whole(2), on({0, 4}));
  CHECK(1 / model.speed(JobId(0)).value() == doctest::Approx(1.0).epsilon(1e-3));
  model.start(JobId(1), profile, whole(2), on({1, 5}));
  CHECK(model.changed() == std::vector{JobId(0)});
  CHECK(1 / model.speed(JobId(0)).value() == doctest::Approx(1.11).epsilon(1e-3));
  CHECK(1 / model.speed(JobId(1)).value() == doctest::Approx(1.11).epsilon(1e-3));
  model.stop(JobId(1));
  CHECK(model.changed() == std::vector{JobId(0)});
}

TEST_CASE(
    "when all nodes of a pod of 7:1 send out at a time, each has a seventh; of 15:1 a fifteenth") {
  for (const std::uint32_t over : {7U, 15U}) {
    Tree tree{2, 1, 30};
    tree.nvlink = 4500;
    tree.pod_over = over;
    World world(tree);
    const CommunicationId profile = world.profiles.id(only(Collective::all_reduce, 0.18));
    NetworkModel model(world.wired.fleet, world.wired.network, world.profiles);
    for (std::uint32_t i = 0; i < 30; ++i) {
      model.start(JobId(i), profile, whole(2), on({i, 30 + i}));
    }
    CHECK(1 / model.speed(JobId(3)).value() ==
          doctest::Approx(1 + 0.18 * (over - 1)).epsilon(1e-3));
  }
}

TEST_CASE(
    "a fabric whose all-reduce is 59.3 % slower costs 11 to 21 % end to end; 14.9 % was measured") {
  Tree tree{2, 1, 4};
  tree.nvlink = 4500;
  tree.pod_over = 4 * 1.593;
  World world(tree);
  Communication dense = communication_named("dense");
  Communication moe = only(Collective::all_reduce, communication_named("moe").exposed);
  dense.message = large;
  const CommunicationId low = world.profiles.id(dense);
  const CommunicationId high = world.profiles.id(moe);
  NetworkModel model(world.wired.fleet, world.wired.network, world.profiles);
  CHECK(model.slowdown(low, whole(2), on({0, 4})) == doctest::Approx(1.107).epsilon(0.002));
  CHECK(model.slowdown(high, whole(2), on({0, 4})) == doctest::Approx(1.208).epsilon(0.002));
}

TEST_CASE("ResNet-50 on two servers instead of one: between a NIC of its own and half a NIC") {
  // 114.8 to 98.0 images a second (1.17 times longer). Two GPUs on PCIe 3 (16 GB/s, assumed) and a
  // NIC of 12.5 GB/s; 102 MB of gradients.
  const auto times = [](double nic) {
    World world({1, 1, 2, 2, 1, 1, 16, nic});
    Communication profile = communication_named("dense");
    profile.message = 102'000'000;
    profile.mix = {1, 0, 0};
    const CommunicationId id = world.profiles.id(profile);
    NetworkModel model(world.wired.fleet, world.wired.network, world.profiles);
    return model.slowdown(id, {2, 1, 0, 0}, on({0, 1}, 1));
  };
  CHECK(times(12.5) < 114.8 / 98.0);
  CHECK(times(6.25) > 114.8 / 98.0);
}

TEST_CASE("one GPU, or one that talks to nobody, is as fast everywhere") {
  Tree tree{2, 2, 2};
  tree.pod_over = 100;
  World world(tree);
  const CommunicationId dense = world.profiles.id(communication_named("dense"));
  NetworkModel model(world.wired.fleet, world.wired.network, world.profiles);
  model.start(JobId(0), dense, {1, 1, 0, 0}, on({0}, 1));
  CHECK(model.speed(JobId(0)).full());
  model.start(JobId(1), CommunicationId(0), whole(2), on({1, 4}));
  CHECK(model.speed(JobId(1)).full());
  CHECK(model.slowdown(dense, whole(2), on({1, 4})) > 1);
}

TEST_CASE("nodes that no cable joins crawl") {
  Tree tree{2, 1, 2};
  tree.pod_over = 1e12;
  World world(tree);
  const CommunicationId dense = world.profiles.id(communication_named("dense"));
  NetworkModel model(world.wired.fleet, world.wired.network, world.profiles);
  model.start(JobId(0), dense, whole(2), on({0, 2}));
  CHECK(model.speed(JobId(0)).parts() == RunSpeed::slowest_parts);
}

TEST_CASE("the tightest placement takes as few domains of each level as it can") {
  const Wired world = wired({2, 3, 4});
  const auto nodes = [&](std::uint32_t tasks, std::uint32_t gpus) {
    std::vector<std::uint32_t> all;
    const auto placements = tightest_placements(world.fleet, {tasks, gpus, 0, 0});
    for (const Part& part : placements.front()) {
      all.push_back(part.node.index());
    }
    std::sort(all.begin(), all.end());
    return all;
  };
  CHECK(nodes(1, 8) == std::vector{0U});
  CHECK(nodes(3, 4) == std::vector{0U, 1U});
  CHECK(nodes(4, 8) == std::vector{0U, 1U, 2U, 3U});
  CHECK(nodes(6, 8).size() == 6);
  CHECK(nodes(6, 8).back() < 8);
  CHECK(nodes(13, 8).size() == 13);
  CHECK(nodes(24, 8).size() == 24);
}

TEST_CASE("a wider spread never makes a job faster, nor does less bandwidth or more company") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Dice dice(seed, 2);
    Tree tree{2, 2, 4};
    tree.leaf_over = dice.between(1, 4);
    tree.pod_over = tree.leaf_over * dice.between(1, 8);
    const auto slowdown = [](const Tree& of, const Communication& profile, const Placement& where) {
      World world(of);
      const CommunicationId id = world.profiles.id(profile);
      NetworkModel model(world.wired.fleet, world.wired.network, world.profiles);
      return model.slowdown(id, whole(4), where);
    };
    Communication profile = communication_named(dice.percent(50) ? "dense" : "moe");
    profile.message = dice.between(1, 1U << 30U);
    const double leaf = slowdown(tree, profile, on({0, 1, 2, 3}));
    const double leaves = slowdown(tree, profile, on({0, 1, 4, 5}));
    const double pods = slowdown(tree, profile, on({0, 1, 8, 9}));
    CAPTURE(seed);
    CHECK(leaf == doctest::Approx(1.0).epsilon(1e-12));
    CHECK(leaf <= leaves);
    CHECK(leaves <= pods);
    tree.pod_over *= 2;
    CHECK(slowdown(tree, profile, on({0, 1, 8, 9})) >= pods);
  }
}
