// The published experiment on the openb trace as a user runs it (configs/openb.yaml), policy by
// policy, reading included: some 10,800 pods on 1,213 nodes, of which 2,400 stay without room.
// Other scores run in the place of its first policy. 10,000 pods per second and core are promised.
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "app/one_run.hpp"
#include "app/policies.hpp"
#include "app/scenario.hpp"

namespace {

using namespace berth;

const std::string config = std::string(BERTH_SOURCE_DIR) + "/configs/openb.yaml";

void run(benchmark::State& state, const std::string& policy, const std::vector<std::string>& sets) {
  try {
    const Scenario scenario = read_scenario(config, sets);
    const NamedPolicy named = find_policy(policy, scenario.policies);
    std::uint64_t pods = 0;
    for ([[maybe_unused]] auto round : state) {
      pods += simulate(scenario, named.make(), {scenario.seed, 0}, {}).summary.all.jobs.submitted;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(pods));
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());  // the trace stands beside the checkout, or not
  }
}

void add(const std::string& name, const std::string& policy,
         const std::vector<std::string>& sets = {}) {
  benchmark::RegisterBenchmark(("openb/" + name).c_str(), [policy, sets](benchmark::State& state) {
    run(state, policy, sets);
  })->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  for (const char* policy :
       {"random", "dot_prod", "gpu_clustering", "gpu_packing", "best_fit", "fgd"}) {
    add(policy, policy);
  }
  for (const char* score : {"most_allocated", "least_allocated", "balanced_allocation"}) {
    add(score, "random", {std::string("policies.random.placer=") + score});
  }
  add("fgd_that_learns", "fgd", {"policies.fgd.placer={kind: fgd, ties: drawn_order}"});
  add("topology_spread", "random",
      {"policies.random.placer={kind: score, scores: {topology_spread: 1, least_allocated: 1}}",
       "workload.terms={group: all}"});
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
