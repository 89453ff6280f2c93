#include "cluster/cluster.hpp"

#include <map>
#include <vector>

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "tests/cluster/fleets.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

// All that an occupancy index says of its nodes.
std::vector<std::vector<std::int64_t>> state(const Occupancy& index) {
  std::vector<std::vector<std::int64_t>> all{{static_cast<std::int64_t>(index.free_gpus())}};
  for (std::uint32_t i = 0; i < index.fleet().nodes(); ++i) {
    const NodeId node(i);
    all.push_back({static_cast<std::int64_t>(index.free(node)), index.free_cpu_milli(node),
                   index.free_memory(node), index.available(node) ? 1 : 0,
                   index.with_free(index.free_gpus(node)).contains(i) ? 1 : 0});
  }
  return all;
}

Placement on(std::uint32_t node, GpuMask gpus, std::uint32_t tasks = 1) {
  return {{NodeId(node), tasks, gpus}};
}

// One task of a GPU and a core on each of a few nodes, where there is room.
Placement somewhere(const Occupancy& index, const Shape& shape, Dice& dice) {
  Placement placement;
  for (std::uint32_t i = dice.below(3); i < index.fleet().nodes(); i += 1 + dice.below(3)) {
    if (index.room(NodeId(i), shape) > 0) {
      placement.push_back({NodeId(i), 1, Occupancy::lowest(index.free(NodeId(i)), shape.gpus)});
    }
  }
  return placement;
}

const Shape one_gpu{1, 1, 1000, 10};

struct World {
  Fleet fleet = fleet_of(std::vector(9, gpu_node(4, 4000, 40)));
  Cluster cluster{fleet};
  Dice dice;
  std::map<std::uint32_t, Placement> running;
  std::uint32_t next_job = 0;

  explicit World(std::uint64_t seed) : dice(seed) {}

  void plan_a_few(Draft& draft) {
    for (std::uint32_t i = dice.below(4); i > 0; --i) {
      Placement placement = somewhere(draft.occupancy(), one_gpu, dice);
      if (!placement.empty()) {
        draft.start(JobId(next_job++), {static_cast<std::uint32_t>(placement.size()), 1, 1000, 10},
                    std::move(placement));
      }
    }
  }
  void commit(Draft& draft) {
    for (const Draft::Start& start : draft.starts()) {
      running[start.job.index()] = start.placement;
    }
    draft.commit();
  }
  void stop_one() {
    if (!running.empty()) {
      const auto job = std::next(running.begin(), dice.below(running.size()));
      cluster.stop(JobId(job->first));
      running.erase(job);
    }
  }
  [[nodiscard]] std::uint64_t busy() const {
    std::uint64_t gpus = 0;
    for (const auto& [job, placement] : running) {
      gpus += placement.size();
    }
    return gpus;
  }
  void check_holdings() const {
    for (std::uint32_t job = 0; job < next_job; ++job) {
      REQUIRE(cluster.holds(JobId(job)) == running.contains(job));
      REQUIRE((!running.contains(job) || cluster.holding(JobId(job)).placement == running.at(job)));
    }
    REQUIRE(cluster.busy_gpus() == busy());
    REQUIRE(cluster.busy_gpus() + cluster.occupancy().free_gpus() == fleet.gpus());
  }
};

}  // namespace

TEST_CASE("what a draft starts is taken at once, and given back when it is not committed") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    World world(seed);
    for (int step = 0; step < 20; ++step) {
      const auto before = state(world.cluster.occupancy());
      {
        Draft dropped(world.cluster);
        world.plan_a_few(dropped);
      }
      REQUIRE(state(world.cluster.occupancy()) == before);
      Draft draft(world.cluster);
      world.plan_a_few(draft);
      draft.roll_back();
      REQUIRE(state(world.cluster.occupancy()) == before);
      REQUIRE(draft.starts().empty());
      world.plan_a_few(draft);
      world.commit(draft);
      REQUIRE(draft.starts().empty());
      world.stop_one();
      world.check_holdings();
    }
  }
}

TEST_CASE("a job holds what it was started with until it is stopped") {
  const Fleet fleet = uniform(2, 8);
  Cluster cluster(fleet);
  Draft draft(cluster);
  draft.start(JobId(3), {1, 2, 0, 0}, on(1, 0b11));
  CHECK_FALSE(cluster.holds(JobId(3)));
  draft.commit();
  CHECK(cluster.holding(JobId(3)).placement == on(1, 0b11));
  CHECK(cluster.busy_gpus() == 2);
  cluster.stop(JobId(3));
  CHECK_FALSE(cluster.holds(JobId(3)));
  CHECK(cluster.busy_gpus() == 0);
  CHECK(cluster.occupancy().free_gpus() == 16);
}

TEST_CASE("a job starts once and stops once") {
  const Fleet fleet = uniform(2, 8);
  Cluster cluster(fleet);
  CHECK_THROWS_AS(cluster.stop(JobId(0)), InternalError);
  Draft draft(cluster);
  draft.start(JobId(0), {1, 1, 0, 0}, on(0, 1));
  draft.commit();
  draft.start(JobId(0), {1, 1, 0, 0}, on(1, 1));
  CHECK_THROWS_AS(draft.commit(), InternalError);
}

TEST_CASE("two jobs of one draft do not get the same GPU") {
  const Fleet fleet = uniform(2, 8);
  Cluster cluster(fleet);
  Draft draft(cluster);
  draft.start(JobId(0), {1, 1, 0, 0}, on(0, 1));
  CHECK_THROWS_AS(draft.start(JobId(1), {1, 1, 0, 0}, on(0, 1)), InternalError);
}

TEST_CASE("a placement on no node is no placement") {
  const Fleet fleet = uniform(2, 8);
  Cluster cluster(fleet);
  Draft draft(cluster);
  CHECK_THROWS_AS(draft.start(JobId(0), {1, 1, 0, 0}, {}), InternalError);
}

TEST_CASE("a node goes out of service only when nobody runs on it") {
  const Fleet fleet = fleet_of(std::vector(2, gpu_node(8, 4000)));
  Cluster cluster(fleet);
  Draft draft(cluster);
  draft.start(JobId(0), {1, 0, 1000, 0}, on(0, 0));  // CPU only
  draft.commit();
  CHECK_THROWS_AS(cluster.set_state(NodeId(0), NodeState::triage), InternalError);
  CHECK(cluster.set_state(NodeId(1), NodeState::triage));
  CHECK(cluster.occupancy().free_gpus() == 8);
  cluster.stop(JobId(0));
  CHECK(cluster.set_state(NodeId(0), NodeState::reboot));
  CHECK(cluster.occupancy().free_gpus() == 0);
  CHECK_FALSE(cluster.set_state(NodeId(0), NodeState::test));
  CHECK(cluster.set_state(NodeId(0), NodeState::production));
  CHECK(cluster.occupancy().free_gpus() == 8);
}

TEST_CASE("a node that drains keeps who runs there, and takes nobody") {
  const Fleet fleet = fleet_of(std::vector(1, gpu_node(8, 4000)));
  Cluster cluster(fleet);
  Draft draft(cluster);
  draft.start(JobId(0), {1, 0, 1000, 0}, on(0, 0));
  draft.commit();
  CHECK(cluster.set_state(NodeId(0), NodeState::draining));
  CHECK(cluster.occupancy().free_gpus() == 0);
  CHECK_THROWS_AS(draft.start(JobId(1), {1, 0, 1000, 0}, on(0, 0)), InternalError);
  cluster.stop(JobId(0));
  CHECK(cluster.set_state(NodeId(0), NodeState::production));
  CHECK(cluster.occupancy().free_gpus() == 8);
}

TEST_CASE("a node that several keep closed opens when the last of them opens it") {
  const Fleet fleet = fleet_of(std::vector(1, gpu_node(8, 4000)));
  Cluster cluster(fleet);
  CHECK(cluster.close(NodeId(0)));
  CHECK_FALSE(cluster.set_state(NodeId(0), NodeState::triage));
  CHECK_FALSE(cluster.reopen(NodeId(0)));
  CHECK_FALSE(cluster.set_state(NodeId(0), NodeState::test));
  CHECK(cluster.set_state(NodeId(0), NodeState::production));
  CHECK_THROWS_AS(cluster.reopen(NodeId(0)), InternalError);
}

TEST_CASE("a node goes no way that its life cycle does not know") {
  const Fleet fleet = fleet_of(std::vector(1, gpu_node(8, 4000)));
  Cluster cluster(fleet);
  CHECK_THROWS_AS(cluster.set_state(NodeId(0), NodeState::rma), InternalError);
  cluster.set_state(NodeId(0), NodeState::triage);
  CHECK_THROWS_AS(cluster.set_state(NodeId(0), NodeState::production), InternalError);
}

TEST_CASE("who runs on a node is known once somebody wants to know") {
  const Fleet fleet = fleet_of(std::vector(2, gpu_node(8, 4000)));
  Cluster cluster(fleet);
  cluster.watch_nodes();
  Draft draft(cluster);
  draft.start(JobId(1), {1, 0, 1000, 0}, on(0, 0));
  draft.start(JobId(0), {1, 0, 1000, 0}, on(0, 0));
  draft.commit();
  CHECK(cluster.jobs_on(NodeId(0)) == std::vector{JobId(0), JobId(1)});
  CHECK(cluster.jobs_on(NodeId(1)).empty());
  draft.stop(JobId(1));
  draft.commit();
  CHECK(cluster.jobs_on(NodeId(0)) == std::vector{JobId(0)});
  cluster.stop(JobId(0));
  CHECK(cluster.jobs_on(NodeId(0)).empty());
}
