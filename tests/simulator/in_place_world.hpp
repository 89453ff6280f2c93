// Gangs on racks of two nodes that fail, told by the event log and the accounts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/order.hpp"
#include "scheduler/placer.hpp"
#include "simulator/simulation.hpp"
#include "simulator/sinks/event_log.hpp"
#include "simulator/summary.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/random_failures.hpp"
#include "tests/simulator/small_worlds.hpp"

namespace berth::test::in_place {

inline constexpr Int128 gpu_second = 1'000'000'000'000;  // of one GPU

inline Failure of_node(double when, std::uint32_t node,
                       std::vector<Stage> course = {{NodeState::reboot, lasting(1000)},
                                                    {NodeState::test, Duration{}}}) {
  Failure failure;
  failure.at = at(when);
  failure.nodes = {{node, node + 1}};
  failure.course = std::move(course);
  return failure;
}

inline Failure noticed_after(double seconds, Failure failure) {
  failure.noticed_after = lasting(seconds);
  return failure;
}

inline Failure of_software(double when, std::uint32_t node) {
  Failure failure = of_node(when, node, {});
  failure.cause = 2;
  return failure;
}

inline Terms terms_that(OnFailure on_failure, std::uint32_t least = 0) {
  Terms terms;
  terms.on_failure = on_failure;
  terms.tasks_least = least;
  terms.checkpoint_every = lasting(30);
  terms.restart = lasting(8);
  return terms;
}

// A gang of so many nodes of four GPUs.
inline Job gang(std::uint64_t number, double submit, std::uint32_t nodes, double work,
                std::optional<Terms> terms = {}) {
  Job one = job(number, submit, 0, work);
  one.ask.whole_nodes = nodes;
  if (terms) {
    one.terms = std::make_shared<const Terms>(*terms);
  }
  return one;
}

inline Job urgent(Job one) {
  one.priority = 5;
  return one;
}

// Racks of two nodes of four GPUs: n1 and n2, n3 and n4, and so on.
inline Fleet racks(std::uint32_t count) {
  FleetBuilder builder({"rack"});
  for (std::uint32_t i = 0; i < count; ++i) {
    builder.enter("r" + std::to_string(i + 1));
    builder.add_node("n" + std::to_string(2 * i + 1), {4, 0, 0, ""});
    builder.add_node("n" + std::to_string(2 * i + 2), {4, 0, 0, ""});
    builder.leave();
  }
  return builder.build();
}

struct GangWorld {
  std::vector<Job> jobs;
  std::vector<Failure> failures;
  std::vector<NodeId> spares{};
  std::uint32_t racks_of_two = 2;
  std::int64_t storage_bytes_per_s = 0;
  bool urgent_jobs_preempt = false;

  std::string log{};
  Summary summary{};

  GangWorld& run() {
    const Fleet fleet = racks(racks_of_two);
    const Catalog catalog;
    Policy policy = policy_of(first_fit(), easy(nullptr));
    policy.order = priority();
    if (urgent_jobs_preempt) {
      const SettingsTree slurm = testing::tree(testing::map({{"kind", "slurm"}}));
      policy.preemption = make_preemption(slurm.root());
    }
    ListSource source(jobs);
    ListFailures breaks(failures);
    StringOut out;
    SummarySink sink(fleet, catalog);
    const auto events = event_log(out, fleet, Sources::one);
    RunOptions options{RunKey{1}, std::nullopt};
    options.failures = &breaks;
    options.causes = &random_causes;
    options.spares.nodes = spares;
    options.storage_bytes_per_s = storage_bytes_per_s;
    Simulation(fleet, source, policy, options, {&sink, events.get()}).run();
    log = out.written;
    summary = sink.summary();
    return *this;
  }
  // Of jobs that start, stop and end.
  [[nodiscard]] std::string story() const {
    std::istringstream lines(log);
    std::string told;
    for (std::string line; std::getline(lines, line);) {
      const bool of_jobs = line.find("  start  ") != std::string::npos ||
                           line.find("  stop   ") != std::string::npos ||
                           line.find("  end    ") != std::string::npos;
      told += of_jobs ? line + "\n" : "";
    }
    return told;
  }
  [[nodiscard]] Int128 lost(Loss cause) const { return summary.gpu_time.lost_to(cause); }
};

}  // namespace berth::test::in_place
