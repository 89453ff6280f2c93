// Small worlds of leases: what the provider does takes a fixed time, a contract is a line.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/admission.hpp"
#include "simulator/allocator/contract.hpp"
#include "simulator/sinks/event_log.hpp"
#include "simulator/summary.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/random_failures.hpp"
#include "tests/simulator/small_worlds.hpp"

namespace berth::test {

inline Distribution always(double seconds) {
  return Distribution(Distribution::Constant{lasting(seconds)});
}

// 10 s to set up, 20 s to wipe, 5 s to test; nothing fails.
inline BareMetal plain_terms(std::vector<Contract> contracts) {
  BareMetal terms;
  terms.tenants = {"a", "b", "c"};
  terms.contracts = std::move(contracts);
  terms.provision.lasts = always(10);
  terms.clean.lasts = always(20);
  terms.test = always(5);
  terms.repair = always(100);
  terms.when_full = BareMetal::WhenFull::queue;
  return terms;
}

// Of nodes with two GPUs, for tenant "a".
inline Contract contract(std::string name, double start, double term, std::uint32_t nodes,
                         LeaseKind kind = LeaseKind::reserved) {
  Contract one;
  one.name = std::move(name);
  one.tenant = "a";
  one.kind = kind;
  one.start = at(start);
  one.term = lasting(term);
  one.nodes = nodes;
  one.gpus_per_node = 2;
  one.replace_within = lasting(60);
  return one;
}
inline Contract of(std::string tenant, Contract one) {
  one.tenant = std::move(tenant);
  return one;
}

inline std::unique_ptr<Admission> make_leases() {
  return make_admission(testing::tree("leases").root());
}

// Three nodes of two GPUs, unless another fleet is given.
struct LeaseWorld {
  BareMetal terms;
  std::vector<Job> jobs{};
  std::vector<Failure> failures{};
  double horizon = 1000;
  Fleet fleet = plain_fleet(3, 2);
  std::function<std::unique_ptr<Backfill>()> backfill = [] { return easy(nullptr); };
  std::function<std::unique_ptr<const Placer>()> placer = first_fit;
  std::vector<Upgrade> upgrades{};

  std::string log{};
  Summary summary{};

  LeaseWorld& run() {
    Catalog catalog;
    for (const char* name : {"a", "b", "c"}) {
      static_cast<void>(catalog.tenants.id(name));
    }
    Policy policy = policy_of(placer(), backfill());
    policy.admission.push_back(make_leases());
    ListSource source(jobs);
    ListFailures breaks(failures);
    StringOut out;
    SummarySink sink(fleet, catalog);
    const auto events = event_log(out, fleet, Sources::one);
    RunOptions options{RunKey{1}, at(horizon)};
    options.catalog = &catalog;
    options.bare_metal = &terms;
    if (!failures.empty()) {
      options.failures = &breaks;
      options.causes = &random_causes;
    }
    Simulation simulation(fleet, source, policy, options, {&sink, events.get()});
    std::ranges::for_each(upgrades, [&](const Upgrade& one) { simulation.upgrade(one); });
    simulation.run();
    log = out.written;
    summary = sink.summary();
    return *this;
  }
  // The lines that tell of leases and jobs.
  [[nodiscard]] std::string story() const {
    std::string text = "\n";
    for (std::size_t from = 0; from < log.size();) {
      const std::size_t past = log.find('\n', from) + 1;
      const std::string line = log.substr(from, past - from);
      text += line.find("  node  ") == std::string::npos ? line : "";
      from = past;
    }
    return text;
  }
  [[nodiscard]] Int128 lost(Loss cause) const { return summary.gpu_time.lost_to(cause); }
  [[nodiscard]] const LeaseLine& line(std::size_t i) const { return summary.leases.leases.at(i); }
};

}  // namespace berth::test
