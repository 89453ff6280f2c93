#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/manifest.hpp"
#include "app/one_run.hpp"
#include "app/result_folder.hpp"
#include "app/run_report.hpp"
#include "app/seed.hpp"
#include "app/table.hpp"
#include "app/wall_clock.hpp"
#include "core/error.hpp"
#include "simulator/sinks/summary_json.hpp"

namespace berth {
namespace {

// --policy, else the config's `policy:`, else the first of its `policies:`.
NamedPolicy policy_of(const Arguments& arguments, const Scenario& scenario) {
  if (arguments.policies.size() > 1) {
    throw InputError({"--policy"}, "a run has one policy, here are several",
                     "see berth compare for several");
  }
  if (!arguments.policies.empty()) {
    return find_policy(arguments.policies.front(), scenario.policies);
  }
  if (!scenario.policies.single.empty()) {
    return scenario.policies.single.front();
  }
  if (!scenario.policies.named.empty()) {
    return scenario.policies.named.front();
  }
  throw InputError({scenario.path}, "policy: is missing",
                   "write for example policy: easy, or give --policy easy");
}

void report_warnings(const Scenario& scenario, const RunResult& result, const Console& console) {
  for (const std::string& note : scenario.notes) {
    console.log.warning(note);
  }
  for (const SourceWarning& warning : result.warnings) {
    console.log.warning(fmt::format("{} ({})", warning.text, warning.count));
  }
}

}  // namespace

int run_command(const Arguments& arguments, const Console& console) {
  if (arguments.events && !arguments.out) {
    throw InputError({"--events"}, "writes a file, but there is no --out", "add --out DIR");
  }
  const Scenario scenario = read_scenario(arguments.configs.front(), with_seed(arguments));
  const NamedPolicy policy = policy_of(arguments, scenario);
  console.log.info(fmt::format("{} nodes, {} GPUs, policy {}, seed {}", scenario.fleet().nodes(),
                               scenario.fleet().gpus(), policy.name, scenario.seed));

  Policy parts = policy.make();
  std::optional<ResultFolder> folder;
  RunOutputs outputs;
  if (arguments.out) {
    folder.emplace(*arguments.out);
    folder->replace_older("events.log");
    folder->replace_older("preemptions.csv");
    folder->replace_older("leases.csv");
    outputs.jobs = &folder->file("jobs.csv");
    outputs.events = arguments.events ? &folder->file("events.log") : nullptr;
    const bool leased = std::ranges::any_of(parts.admission, &Admission::keeps_to_leases);
    outputs.leases = leased ? &folder->file("leases.csv") : nullptr;
    outputs.preemptions = parts.preemption ? &folder->file("preemptions.csv") : nullptr;
  }
  std::optional<Progress> progress;
  if (console.err_is == Terminal::yes && !arguments.quiet) {
    outputs.progress = &progress.emplace(console.err);
  }
  const Stopwatch watch;
  const RunResult result = simulate(scenario, std::move(parts), {scenario.seed, 0}, outputs);
  const RunCost cost{watch.seconds(), result.summary.events};
  progress.reset();

  if (folder) {
    folder->write("summary.json", summary_json(result.summary));
    folder->write("manifest.json", manifest_json(scenario, policy.name, cost));
    folder->commit();
  }
  report_warnings(scenario, result, console);
  console.log.info(fmt::format("{} events in {}, {} MB at most", result.summary.events,
                               readable_duration(cost.wall_s), peak_memory() / 1'000'000));
  console.out << (arguments.json ? summary_json(result.summary)
                                 : report_head(scenario, "policy " + policy.name) +
                                       run_report(result.summary));
  return exit_done;
}

}  // namespace berth
