// Whole runs of shipped configs as a user starts them, reading and generating included: KTH-SP2
// under EASY, and the year of five million jobs on 250,000 GPUs, once each.
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "app/one_run.hpp"
#include "app/policies.hpp"
#include "app/scenario.hpp"

namespace {

using namespace berth;

void run_config(benchmark::State& state, const std::string& name) try {
  const Scenario scenario =
      read_scenario(std::string(BERTH_SOURCE_DIR) + "/configs/" + name + ".yaml", {});
  const NamedPolicy easy = find_policy("easy", scenario.policies);
  std::uint64_t events = 0;
  for (auto _ : state) {
    events += simulate(scenario, easy.make(), {scenario.seed, 0}, {}).summary.events;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
} catch (const std::exception& error) {
  state.SkipWithError(error.what());  // KTH-SP2 needs the reference data beside the checkout
}

BENCHMARK_CAPTURE(run_config, kth_sp2_easy, std::string("kth_sp2"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_config, year_250k_gpus_easy, std::string("year_250k_gpus"))
    ->Unit(benchmark::kSecond)
    ->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
