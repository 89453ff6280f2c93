// One gang on nodes that fail: how often it is interrupted, and what part of the time it works. The
// validation targets are of such gangs; the run is an ordinary one.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/settings_tree.hpp"
#include "scheduler/placer.hpp"
#include "simulator/simulation.hpp"
#include "simulator/summary.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/small_worlds.hpp"

namespace berth::test {

// How many times as long a study is at full length.
#ifdef BERTH_NIGHTLY
inline constexpr int scale = 10;
#else
inline constexpr int scale = 1;
#endif

inline constexpr double day_s = 86'400;
inline constexpr double year_s = 365 * day_s;

struct Gang {
  std::uint32_t nodes = 1;  // of 8 GPUs
  double per_1000_node_days = 1;
  double every_s = 0;    // of work between two checkpoints
  double cost_s = 0;     // of one
  double async_s = 0;    // ... it is written for so long beside the work
  double restart_s = 0;  // from the failure until it works again
  double lasts_s = day_s;
  std::uint32_t gangs = 1;
  std::uint64_t seed = 1;
  // Of its nodes: back at once, or out for a while and replaced by spares.
  std::string repair{};
  std::uint32_t spares = 0;
};

// A gang of 8 nodes with so many seconds between its interruptions.
inline Gang gang_with_mean(double mean_s) {
  Gang gang;
  gang.nodes = 8;
  gang.per_1000_node_days = day_s * 1000 / (8 * mean_s);
  return gang;
}

// A failure process from its settings.
inline Reliability reliability_of(const testing::Value& value) {
  const SettingsTree tree = testing::tree(value);
  Reliability reliability;
  reliability.add(make_failures(tree.root()));
  check_all_used(tree.root());
  return reliability;
}

inline Reliability failures_of(const Gang& gang) {
  using testing::map;
  using testing::Value;
  std::vector<std::pair<std::string, Value>> keys{
      {"kind", "exponential"},
      {"rate_per_1000_node_days", std::to_string(gang.per_1000_node_days)},
      {"noticed_after", "0"}};
  if (gang.repair.empty()) {
    keys.emplace_back("mix", map({{"any", map({{"share", "1"}, {"repair", "software"}})}}));
  } else {
    keys.emplace_back("repair", map({{"kind", "exponential"}, {"mean", gang.repair}}));
  }
  return reliability_of(map(keys));
}

inline FailureNumbers study(const Gang& gang) {
  Topology topology;
  topology.fleet = plain_fleet(gang.nodes * gang.gangs + gang.spares, 8);
  const Reliability reliability = failures_of(gang);
  auto terms = std::make_shared<Terms>();
  terms->checkpoint_every = lasting(gang.every_s);
  terms->checkpoint_cost = lasting(gang.cost_s);
  terms->checkpoint_async = lasting(gang.async_s);
  terms->restart = lasting(gang.restart_s);
  std::vector<Job> jobs;
  for (std::uint64_t number = 1; number <= gang.gangs; ++number) {
    jobs.push_back(job(number, 0, 0, 0));
    jobs.back().ask.whole_nodes = gang.nodes;
    jobs.back().work = jobs.back().limit = longest_duration / 2;
    jobs.back().terms = terms;
  }
  const Catalog catalog;
  Policy policy = policy_of(first_fit(), easy(nullptr));
  ListSource source(std::move(jobs));
  SummarySink summary(topology.fleet, catalog);
  const auto failures = reliability.open(RunKey{gang.seed}, topology);
  RunOptions options{RunKey{gang.seed}, at(gang.lasts_s)};
  options.failures = failures.get();
  options.causes = &reliability.causes();
  Simulation(topology.fleet, source, policy, options, {&summary}).run();
  return summary.summary().interruptions;
}

inline double ettr(const FailureNumbers& numbers) {
  return static_cast<double>(numbers.all_jobs.work) / static_cast<double>(numbers.all_jobs.wall);
}

inline double mttf_h(const FailureNumbers& numbers) {
  return static_cast<double>(numbers.held_ns()) / 3.6e12 /
         static_cast<double>(numbers.interruptions);
}

// Within so much of the wanted value.
inline bool near(double value, double wanted, double tolerance) {
  return value >= wanted - tolerance && value <= wanted + tolerance;
}

}  // namespace berth::test
