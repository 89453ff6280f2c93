// Every preset of configs/policies on small worlds of pods and jobs, by the laws of the swarm.
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "app/override.hpp"
#include "app/policies.hpp"
#include "tests/simulator/laws.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"

namespace {

using namespace berth;
using namespace berth::test;

Fleet small_fleet() {
  FleetBuilder builder({"hall", "rack"});
  for (int hall = 0; hall < 2; ++hall) {
    builder.enter("h" + std::to_string(hall));
    for (int rack = 0; rack < 2; ++rack) {
      builder.enter("r" + std::to_string(rack));
      for (int node = 0; node < 4; ++node) {
        builder.add_node("n" + std::to_string(8 * hall + 4 * rack + node),
                         {4, 32'000, std::int64_t{64} << 30, ""});
      }
      builder.leave();
    }
    builder.leave();
  }
  return builder.build();
}

// Jobs of three tenants; some are pods, some want nobody beside them.
std::vector<Job> some_jobs(std::uint64_t seed, const Fleet& fleet, Catalog& catalog) {
  std::vector<Job> jobs = random_jobs(seed, fleet);
  const std::array tenants{catalog.tenants.id("ann"), catalog.tenants.id("bob"),
                           catalog.tenants.id("cy")};
  Dice dice(seed, 99);
  for (Job& one : jobs) {
    Terms terms;
    terms.pod = dice.percent(40);
    terms.exclusive = !terms.pod && dice.percent(20);
    one.tenant = tenants.at(dice.between(0, 2));
    one.job_class = catalog.classes.id("any");
    one.partition = catalog.partitions.id("default");
    one.terms = std::make_shared<Terms>(terms);
  }
  return jobs;
}

std::string broken_by(std::string_view preset, std::uint64_t seed) {
  const Fleet fleet = small_fleet();
  Catalog catalog;
  ListSource source(some_jobs(seed, fleet, catalog));
  Policy policy = find_policy(std::string(preset), {}).make();
  Laws laws(fleet, promises_of(policy));
  RunOptions options;
  options.run.seed = seed;
  options.catalog = &catalog;
  Simulation simulation(fleet, source, policy, options, {&laws});
  simulation.run();
  return laws.broken();
}

}  // namespace

TEST_CASE("no preset breaks the laws of a run") {
  for (const std::string_view preset : preset_names()) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(preset);
      CAPTURE(seed);
      CHECK(broken_by(preset, seed) == "");
    }
  }
}

TEST_CASE("every preset opens with what it imitates") {
  for (const std::string_view preset : preset_names()) {
    CAPTURE(preset);
    CHECK(preset_summary(preset).size() > 40);
  }
}
