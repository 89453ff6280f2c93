// Small stories of failures: two nodes of four GPUs, some jobs, a list of failures, and what the
// event log and the summary say of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "scheduler/placer.hpp"
#include "simulator/simulation.hpp"
#include "simulator/sinks/event_log.hpp"
#include "simulator/summary.hpp"
#include "tests/simulator/account_twin.hpp"
#include "tests/simulator/random_failures.hpp"
#include "tests/simulator/small_worlds.hpp"

namespace berth::test {

inline constexpr Int128 second = 1'000'000'000'000;  // of one GPU

inline Failure of_node(double when, std::uint32_t node, double noticed_after,
                       std::vector<Stage> course = {{NodeState::reboot, lasting(10)},
                                                    {NodeState::test, lasting(5)}}) {
  Failure failure;
  failure.at = at(when);
  failure.nodes = {{node, node + 1}};
  failure.noticed_after = lasting(noticed_after);
  failure.course = std::move(course);
  return failure;
}

inline Failure of_software(double when, std::uint32_t node, std::uint32_t gpu,
                           double noticed_after) {
  Failure failure = of_node(when, node, noticed_after, {});
  failure.cause = 2;
  failure.gpu = gpu;
  return failure;
}

inline Failure mild(Failure failure) {
  failure.severity = Severity::low;
  return failure;
}

inline Failure of_domain(Failure failure, std::uint32_t past) {
  failure.nodes.front().past = past;
  failure.of_domain = true;
  failure.cause = 1;
  return failure;
}

inline Job with(Job job, Terms terms) {
  job.terms = std::make_shared<const Terms>(std::move(terms));
  return job;
}

inline Terms saving(double every, double cost, double restart) {
  Terms terms;
  terms.checkpoint_every = lasting(every);
  terms.checkpoint_cost = lasting(cost);
  terms.restart = lasting(restart);
  return terms;
}

// Two nodes of four GPUs.
struct World {
  std::vector<Job> jobs;
  std::vector<Failure> failures;
  std::optional<Terms> recovery{};
  std::optional<double> horizon{};
  double interruptions_per_node_s = 0;
  std::vector<NodeId> spares{};
  std::optional<Distribution> set_up{};
  std::vector<std::string> lent_to{};
  std::uint32_t virtualization_ppm = 0;
  std::optional<ActiveTests> tests{};
  std::optional<CrewPlan> crews{};
  std::optional<Retirement> retire{};
  std::optional<Flaps> flaps{};
  std::vector<Upgrade> upgrades{};

  std::string log{};
  Summary summary{};

  World& run() {
    const Fleet fleet = plain_fleet(2, 4);
    Catalog catalog;
    static_cast<void>(catalog.classes.id(""));
    static_cast<void>(catalog.classes.id("batch"));
    Policy policy = policy_of(first_fit(), easy(nullptr));
    ListSource source(jobs);
    ListFailures breaks(failures);
    StringOut out;
    SummarySink sink(fleet, catalog, SimTime{}, virtualization_ppm, tests);
    AccountTwin twin(fleet, SimTime{}, virtualization_ppm, tests);
    const auto events = event_log(out, fleet, Sources::one);
    RunOptions options{RunKey{1}, horizon ? std::optional(at(*horizon)) : std::nullopt};
    options.failures = &breaks;
    options.causes = &random_causes;
    options.spares.nodes = spares;
    options.spares.set_up = set_up;
    options.spares.lent_to = lent_to;
    options.catalog = &catalog;
    options.virtualization_ppm = virtualization_ppm;
    options.slows = any_slows(failures);
    options.tests = tests;
    options.crews = crews;
    options.retire = retire;
    options.flaps = flaps;
    options.recovery = recovery ? &*recovery : nullptr;
    options.interruptions_per_node_s = interruptions_per_node_s;
    Simulation simulation(fleet, source, policy, options, {&sink, &twin, events.get()});
    std::ranges::for_each(upgrades, [&](const Upgrade& one) { simulation.upgrade(one); });
    simulation.run();
    log = out.written;
    summary = sink.summary();
    CHECK(twin.difference(summary.gpu_time) == "");
    return *this;
  }
  [[nodiscard]] Int128 lost(Loss cause) const { return summary.gpu_time.lost_to(cause); }
};

}  // namespace berth::test
