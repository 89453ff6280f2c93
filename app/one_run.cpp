#include "app/one_run.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "app/interrupt.hpp"
#include "app/unheeded_terms.hpp"
#include "core/error.hpp"
#include "simulator/simulation.hpp"
#include "simulator/sinks/event_log.hpp"
#include "simulator/sinks/job_table.hpp"
#include "simulator/sinks/lease_table.hpp"
#include "simulator/sinks/preemption_table.hpp"
#include "topology/cut_cables.hpp"

namespace berth {
namespace {

// The part of the run that is over, where that can be known.
std::optional<double> part(const RunProgress& run, std::optional<Duration> horizon) {
  if (!horizon) {
    return run.source;
  }
  return static_cast<double>(run.now.time_since_epoch().count()) /
         static_cast<double>(horizon->count());
}

// A link is an HCA with all its cables.
std::vector<CableId> cables_of(const Topology& topology, const std::vector<NodeLink>& links) {
  std::vector<CableId> cables;
  for (const NodeLink& one : links) {
    for (const Fabric::Link& link :
         topology.fabric.links(topology.seats.hcas(one.node)[one.link])) {
      cables.push_back(link.cable);
    }
  }
  std::ranges::sort(cables);
  cables.erase(std::unique(cables.begin(), cables.end()), cables.end());
  return cables;
}

}  // namespace

RunResult simulate(const Scenario& scenario, Policy policy, RunKey run, const RunOutputs& outputs) {
  const Fleet& fleet = scenario.fleet();
  Catalog catalog;
  const Sources sources =
      (scenario.workloads.size() > 1 ? Sources::several : Sources::one).with(catalog.jobs);
  const auto source = scenario.open(run, catalog);
  SummarySink summary(fleet, catalog, SimTime{scenario.warmup}, scenario.virtualization_ppm,
                      scenario.health.tests);
  UnheededTerms terms(policy);
  std::vector<Sink*> sinks{&summary, &terms};
  std::vector<std::unique_ptr<Sink>> writers;
  if (outputs.jobs != nullptr) {
    writers.push_back(job_table(*outputs.jobs, fleet, catalog, sources));
  }
  if (outputs.events != nullptr) {
    writers.push_back(event_log(*outputs.events, fleet, sources));
  }
  if (outputs.preemptions != nullptr) {
    writers.push_back(preemption_table(*outputs.preemptions, sources));
  }
  std::ranges::for_each(writers, [&](const auto& writer) { sinks.push_back(writer.get()); });

  RunOptions options{run, std::nullopt};
  options.catalog = &catalog;
  if (scenario.horizon) {
    options.horizon = SimTime{*scenario.horizon};
  }
  std::optional<NetworkModel> network;
  if (!scenario.topology->network.empty()) {
    network.emplace(fleet, scenario.topology->network, catalog.communications);
    options.network = &*network;
  }
  std::optional<CutCables> wiring;
  if (network && scenario.reliability.slows() && !scenario.topology->fabric.empty()) {
    wiring.emplace(*scenario.topology);
    options.network_without = [&](const std::vector<NodeLink>& down) {
      return wiring->without(cables_of(*scenario.topology, down));
    };
  }
  std::unique_ptr<FailureSource> failures;
  if (!scenario.reliability.none()) {
    failures = scenario.reliability.open(run, *scenario.topology);
    options.failures = failures.get();
    options.causes = &scenario.reliability.causes();
    options.interruptions_per_node_s =
        scenario.reliability.interruptions_per_node_second(*scenario.topology);
  }
  options.slows = scenario.reliability.slows();
  options.tests = scenario.health.tests;
  options.crews = scenario.health.crews;
  options.retire = scenario.health.retire;
  options.flaps = scenario.reliability.flaps();
  options.bare_metal = scenario.bare_metal ? &*scenario.bare_metal : nullptr;
  options.spares = scenario.spares;
  options.storage_bytes_per_s = scenario.storage_bytes_per_s;
  options.virtualization_ppm = scenario.virtualization_ppm;
  options.recovery = scenario.recovery ? &*scenario.recovery : nullptr;
  if (outputs.leases != nullptr) {
    writers.push_back(lease_table(*outputs.leases));
    sinks.push_back(writers.back().get());
  }
  Simulation simulation(fleet, *source, policy, options, sinks);
  for (const Drain& drain : scenario.drains) {
    simulation.drain(drain);
  }
  for (const Upgrade& upgrade : scenario.upgrades) {
    simulation.upgrade(upgrade);
  }
  simulation.on_progress([&](const RunProgress& run_so_far) {
    stop_if_interrupted();
    if (outputs.progress != nullptr) {
      outputs.progress->show_run(part(run_so_far, scenario.horizon), run_so_far.now,
                                 run_so_far.events);
    }
  });
  simulation.run();

  RunResult result{summary.summary(), source->warnings()};
  result.summary.config = scenario.path;
  result.summary.seed = run.seed;
  result.summary.events = simulation.events();
  result.summary.scheduler = simulation.scheduler();
  result.summary.network = network.has_value() || options.flaps.has_value();
  result.summary.preemption = policy.preemption != nullptr;
  result.summary.failures = !scenario.reliability.none() || !scenario.upgrades.empty();
  for (const auto& [why, count] : result.summary.rejections) {
    result.warnings.push_back({why == "does not fit the empty fleet"
                                   ? "jobs that the empty cluster has no room for were rejected"
                                   : "jobs were rejected: " + why,
                               count});
  }
  if (const std::uint64_t unheeded = result.summary.scheduler.unheeded; unheeded > 0) {
    result.warnings.push_back(
        {"jobs ask to wait for others, for a time or for their release, but "
         "start without: the policy has no admission dependencies",
         unheeded});
  }
  const auto impossible =
      std::ranges::count(result.summary.leases.leases, true, &LeaseLine::impossible);
  if (impossible > 0) {
    result.warnings.push_back(
        {"leases were refused: the placer takes no nodes for them, though all are free",
         static_cast<std::uint64_t>(impossible)});
  }
  for (const std::string& name : scenario.spares.lent_to) {
    bool came = false;
    for (std::uint32_t i = 0; i < catalog.classes.size(); ++i) {
      came = came || catalog.classes.name(ClassId(i)) == name;
    }
    if (!came) {
      result.warnings.push_back({"spares are lent to jobs of class " + name + ": none came", 1});
    }
  }
  const auto in_vain = terms.warnings();
  result.warnings.insert(result.warnings.end(), in_vain.begin(), in_vain.end());
  return result;
}

}  // namespace berth
