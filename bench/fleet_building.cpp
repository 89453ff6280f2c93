// Building whole fleets: the preset of 250,000 GPUs, with its fabrics, plant and the bandwidths
// that follow; and one superpod of 16,384. `peak_mb` is the largest memory of the whole process.
#include <string>

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "app/fleet_presets.hpp"
#include "app/yaml_settings.hpp"
#include "topology/builders.hpp"

namespace berth {
namespace {

void build(benchmark::State& state, const std::string& yaml) {
  std::uint64_t gpus = 0;
  for (auto _ : state) {
    const SettingsTree tree = load_yaml_text(yaml, "bench.yaml");
    put_fleet_preset(tree.root());
    const Topology topology = build_topology(tree.root());
    gpus = topology.fleet.gpus();
    benchmark::DoNotOptimize(gpus);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["gpus"] = static_cast<double>(gpus);
  state.counters["peak_mb"] = static_cast<double>(usage.ru_maxrss) / 1024;
}

BENCHMARK_CAPTURE(build, superpod_64, "{kind: superpod, scalable_units: 64}")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(build, neocloud, "{kind: fleet, preset: neocloud}")
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace berth

BENCHMARK_MAIN();
