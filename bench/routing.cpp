// The whole routing phase of an engine, from a fabric to its tables: superpods of 1,024 and 4,096
// HCAs with two and three tiers. Beside it: "routing" between its two lines in the log of OpenSM.
#include "topology/routing.hpp"

#include <string>

#include <benchmark/benchmark.h>

#include "app/yaml_settings.hpp"
#include "topology/builders.hpp"

namespace berth {
namespace {

void route_fabric(benchmark::State& state, Engine engine, const std::string& yaml) {
  const SettingsTree tree = load_yaml_text(yaml, "bench.yaml");
  const Topology topology = build_topology(tree.root());
  for (auto _ : state) {
    const Routing routing = route(topology.fabric, {engine, {}, {}});
    benchmark::DoNotOptimize(routing.tables.top());
  }
}

void shift_loads(benchmark::State& state, const std::string& yaml) {
  const SettingsTree tree = load_yaml_text(yaml, "bench.yaml");
  const Topology topology = build_topology(tree.root());
  const Routing routing = route(topology.fabric, {Engine::ftree, {}, {}});
  for (auto _ : state) {
    auto loads = all_to_all_loads(topology.fabric, routing.tables, routing.hca_order);
    add_shift_loads(topology.fabric, routing.tables, routing.hca_order, loads);
    benchmark::DoNotOptimize(loads.data());
  }
}

const std::string su4 = "{kind: superpod, scalable_units: 4}";
const std::string su16 = "{kind: superpod, scalable_units: 16}";
const std::string k16 = "{kind: fat_tree, radix: 16, tiers: 3}";
const std::string leaf_spine_4096 = "{kind: fat_tree, radix: 92, tiers: 2}";

#define EACH_ENGINE(name, yaml)                                        \
  BENCHMARK_CAPTURE(route_fabric, ftree_##name, Engine::ftree, yaml)   \
      ->Unit(benchmark::kMillisecond);                                 \
  BENCHMARK_CAPTURE(route_fabric, minhop_##name, Engine::minhop, yaml) \
      ->Unit(benchmark::kMillisecond);                                 \
  BENCHMARK_CAPTURE(route_fabric, updn_##name, Engine::updn, yaml)->Unit(benchmark::kMillisecond)

EACH_ENGINE(1024_hcas_2_tiers, su4);
EACH_ENGINE(1024_hcas_3_tiers, k16);
EACH_ENGINE(4232_hcas_2_tiers, leaf_spine_4096);
EACH_ENGINE(4096_hcas_3_tiers, su16);
BENCHMARK_CAPTURE(shift_loads, 1024_hcas, su4)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(shift_loads, 4096_hcas, su16)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace berth

BENCHMARK_MAIN();
