// A job that starts and ends on links that others share: by how many jobs run elsewhere. Ten jobs
// share the uplinks of each pair of neighbouring leaves, so that most of them get less than they
// want and a change is felt beyond the links it touches.
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "simulator/network/fair_share.hpp"
#include "simulator/network/network_model.hpp"

namespace berth {
namespace {

constexpr std::uint32_t jobs_per_leaf = 10;

// Job i is on a leaf, and two of ten are on the next one of the same island of four leaves too.
LinkUses uses_of(std::uint32_t job) {
  const std::uint32_t leaf = job / jobs_per_leaf;
  LinkUses uses{{LinkId(leaf), 100 + job % 7}};
  if (job % jobs_per_leaf < 2 && leaf % 4 != 3) {
    uses.push_back({LinkId(leaf + 1), 80 + job % 5});
  }
  return uses;
}

void share(benchmark::State& state) {
  const auto jobs = static_cast<std::uint32_t>(state.range(0));
  LinkShares shares(std::vector<std::int64_t>(jobs / jobs_per_leaf + 1, 700));
  for (std::uint32_t job = 0; job < jobs; ++job) {
    shares.add(JobId(job), uses_of(job));
  }
  std::uint32_t next = 0;
  for ([[maybe_unused]] auto round : state) {
    shares.remove(JobId(next));
    shares.add(JobId(next), uses_of(next));
    next = (next + 37) % jobs;
  }
}

// The whole model: closed forms, sharing and speeds. Pods of one leaf with ten nodes, as many jobs
// as nodes over two neighbouring pods.
struct World {
  explicit World(std::uint32_t jobs) {
    FleetBuilder builder({"leaf"});
    NetworkParts parts;
    const std::uint32_t leaves = jobs / jobs_per_leaf;
    for (std::uint32_t leaf = 0; leaf < leaves; ++leaf) {
      builder.enter("l" + std::to_string(leaf));
      for (std::uint32_t node = 0; node < 2 * jobs_per_leaf; ++node) {
        builder.add_node("n" + std::to_string(leaf) + "_" + std::to_string(node),
                         {8, 0, 0, "", 450'000'000'000, 0});
        parts.injections.push_back(400'000'000'000);
      }
      builder.leave();
      parts.uplinks.push_back(2'000'000'000'000);
    }
    parts.hops = {1};
    fleet = builder.build();
    network = Network(parts);
    profile = profiles.id(communication_named("moe"));
  }
  // Half of it on its own leaf, half on the neighbour's.
  [[nodiscard]] Placement placement(std::uint32_t job) const {
    const std::uint32_t leaf = job / jobs_per_leaf;
    const std::uint32_t neighbour = leaf ^ 1U;
    const std::uint32_t place = job % jobs_per_leaf;
    return {{NodeId(leaf * 2 * jobs_per_leaf + place), 1, 0xFF},
            {NodeId(neighbour * 2 * jobs_per_leaf + jobs_per_leaf + place), 1, 0xFF}};
  }

  Fleet fleet;
  Network network;
  Communications profiles;
  CommunicationId profile;
};

void model(benchmark::State& state) {
  const auto jobs = static_cast<std::uint32_t>(state.range(0));
  const World world(jobs);
  NetworkModel network(world.fleet, world.network, world.profiles);
  const Shape shape{2, 8, 0, 0};
  for (std::uint32_t job = 0; job < jobs; ++job) {
    network.start(JobId(job), world.profile, shape, world.placement(job));
  }
  std::uint32_t next = 0;
  for ([[maybe_unused]] auto round : state) {
    network.stop(JobId(next));
    network.start(JobId(next), world.profile, shape, world.placement(next));
    next = (next + 37) % jobs;
  }
}

BENCHMARK(share)->Name("contention/share")->Arg(100)->Arg(10'000);
BENCHMARK(model)->Name("contention/model")->Arg(100)->Arg(10'000);

}  // namespace
}  // namespace berth

BENCHMARK_MAIN();
