// What failures cost a run: a tenth of a fleet-year on 250,000 GPUs (half a million jobs, about
// 4,300 failures) with Llama 3's rates, and the same without.
#include <exception>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "app/one_run.hpp"
#include "app/policies.hpp"
#include "app/scenario.hpp"

namespace {

using namespace berth;

void failures(benchmark::State& state, const std::string& reliability) try {
  const Scenario scenario =
      read_scenario(std::string(BERTH_SOURCE_DIR) + "/configs/year_250k_gpus.yaml",
                    {"horizon=36d12h", "workload.jobs=500000", "reliability=" + reliability});
  const NamedPolicy easy = find_policy("easy", scenario.policies);
  std::uint64_t failed = 0;
  for (auto _ : state) {
    failed +=
        simulate(scenario, easy.make(), {scenario.seed, 0}, {}).summary.interruptions.failures;
  }
  state.counters["failures"] =
      benchmark::Counter(static_cast<double>(failed), benchmark::Counter::kAvgIterations);
} catch (const std::exception& error) {
  state.SkipWithError(error.what());
}

BENCHMARK_CAPTURE(failures, none, std::string("none"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(failures, llama3_h100, std::string("llama3_h100"))->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
