// One placement by filters and scores on half-full fleets with shared GPUs. `start` takes what was
// placed and gives it back, so that the index has to follow; `scan` scores every node for the same
// pod. The same request on 31,250 nodes may cost three times what it costs on 2,048, and a scan has
// to cost 50 times as much.
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "app/override.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/score.hpp"

namespace berth {
namespace {

constexpr std::int64_t gib = std::int64_t{1} << 30U;
constexpr std::uint32_t nodes_per_rack = 32;

struct Wish {
  const char* name;
  Shape shape;
};
// The last is a replica of a service of which there is one pod in each second rack.
constexpr std::array wishes{
    Wish{"share", {1, 0, 4000, 16 * gib, 300}}, Wish{"one_gpu", {1, 1, 8000, 32 * gib}},
    Wish{"cpu_only", {1, 0, 6000, 8 * gib}}, Wish{"gang_of_8", {8, 1, 8000, 32 * gib}},
    Wish{"replica", {1, 1, 8000, 32 * gib, 0, 1, apart_nodes}}};

// As `name:options`, for a placer and for a score.
const std::vector<std::string> parts{
    "most_allocated",
    "least_allocated",
    "balanced_allocation",
    "fgd:typical=[{gpu_milli: 300, cpus: 4, count: 30}, {gpu_milli: 500, cpus: 8, count: 20}, "
    "{gpus: 1, cpus: 8, count: 25}, {gpus: 1, cpus: 12, count: 10}, {gpus: 8, cpus: 96, count: 5}, "
    "{cpus: 6, count: 10}]",
    "dot_prod",
    "gpu_clustering",
    "gpu_packing",
    "score:scores={best_fit: 1}",
    "score:scores={best_fit: 1, gpu_packing: 2}",
    "score:scores={topology_spread: {weight: 1, max_skew: {rack: 1, node: 1}}, least_allocated: 1}",
    "score:scores={random: 1}"};

std::string score_name(const std::string& part) {
  const std::size_t brace = part.find('{');
  return part.starts_with("score:") ? part.substr(brace + 1, part.find(':', brace) - brace - 1)
                                    : part.substr(0, part.find(':'));
}
// Such a score is not of single nodes.
bool spreads(const std::string& part) { return part.find("topology_spread") != std::string::npos; }
std::string shown_name(const std::string& part) {
  return part.find("gpu_packing: 2") != std::string::npos ? "best_fit_and_gpu_packing"
                                                          : score_name(part);
}

struct World {
  Fleet fleet;
  Occupancy free;

  explicit World(std::uint32_t nodes) : fleet(fleet_of(nodes)), free(fleet) {
    Random random({}, Stream::test, nodes);
    for (std::uint32_t i = 0; i < nodes; ++i) {
      for (std::uint64_t pods = uniform_below(random, 9); pods > 0; --pods) {
        const bool share = uniform_below(random, 2) == 0;
        const auto milli = static_cast<std::uint32_t>(100 * (1 + uniform_below(random, 9)));
        const Shape shape{1, share ? 0U : 1U,
                          4000 * (1 + static_cast<std::int64_t>(uniform_below(random, 3))),
                          16 * gib, share ? milli : 0};
        Placement placement;
        if (free.room(NodeId(i), shape) > 0) {
          free.give_out(NodeId(i), shape, 1, placement);
          free.take(shape, placement);
        }
      }
      if (i % (2 * nodes_per_rack) == 0) {
        free.take({1, 0, 1, 0, 0, 1}, {{NodeId(i), 1, 0}});
      }
    }
  }
  static Fleet fleet_of(std::uint32_t nodes) {
    FleetBuilder builder({"rack"});
    for (std::uint32_t node = 0; node < nodes; ++node) {
      if (node % nodes_per_rack == 0) {
        builder.enter("rack" + std::to_string(node / nodes_per_rack));
      }
      builder.add_node("n" + std::to_string(nodes + node), {8, 96'000, 384 * gib, "G2"});
      if ((node + 1) % nodes_per_rack == 0 || node + 1 == nodes) {
        builder.leave();
      }
    }
    return builder.build();
  }
};

void register_start(const std::string& part, World& world, const Wish& wish,
                    const std::string& name) {
  const SettingsTree setting = parse_part(part, "bench");
  const std::shared_ptr<const Placer> placer = make_placer(setting.root());
  benchmark::RegisterBenchmark(
      ("scores/start/" + name).c_str(), [placer, &world, wish](benchmark::State& state) {
        Request request;
        request.shape = wish.shape;
        for ([[maybe_unused]] auto round : state) {
          const auto placement = placer->place(request, {world.free, SimTime{}, RunKey{}});
          world.free.take(request.shape, *placement);
          world.free.give_back(request.shape, *placement);
        }
      });
}

// So many that they never fit; one pod comes and goes, for the index to follow.
void register_refusal(const std::string& part, World& world, const std::string& name) {
  const SettingsTree setting = parse_part(part, "bench");
  const std::shared_ptr<const Placer> placer = make_placer(setting.root());
  benchmark::RegisterBenchmark(
      ("scores/refuse/" + name).c_str(), [placer, &world](benchmark::State& state) {
        Request request;
        request.shape = {8 * world.fleet.nodes(), 1, 8000, 32 * gib};
        const Shape one{1, 0, 1000, 0};
        for ([[maybe_unused]] auto round : state) {
          world.free.take(one, {{NodeId(0), 1, 0}});
          benchmark::DoNotOptimize(placer->place(request, {world.free, SimTime{}, RunKey{}}));
          world.free.give_back(one, {{NodeId(0), 1, 0}});
        }
      });
}

void register_scan(const std::string& part, World& world, const Wish& wish,
                   const std::string& name) {
  const SettingsTree setting = parse_part(part, "bench");
  const std::shared_ptr<const Score> score =
      make_score(score_name(part), setting.root()).make(world.fleet, nullptr);
  benchmark::RegisterBenchmark(
      ("scores/scan/" + name).c_str(), [score, &world, wish](benchmark::State& state) {
        const Pod pod{wish.shape, nullptr};
        for ([[maybe_unused]] auto round : state) {
          std::int64_t best = -1;
          std::uint32_t at = 0;
          for (std::uint32_t node = 0; node < world.fleet.nodes(); ++node) {
            if (world.free.room(NodeId(node), pod.shape) > 0) {
              const std::int64_t its = score->of(pod, NodeId(node), world.free);
              at = its > best ? node : at;
              best = std::max(best, its);
            }
          }
          benchmark::DoNotOptimize(at);
        }
      });
}

}  // namespace
}  // namespace berth

int main(int argc, char** argv) {
  std::vector<std::unique_ptr<berth::World>> worlds;  // until the benchmarks are done
  for (const std::uint32_t nodes : {2'048U, 31'250U}) {
    auto& world = *worlds.emplace_back(std::make_unique<berth::World>(nodes));
    for (const std::string& part : berth::parts) {
      for (const berth::Wish& wish : berth::wishes) {
        const std::string name =
            berth::shown_name(part) + "/" + std::to_string(nodes) + "/" + wish.name;
        berth::register_start(part, world, wish, name);
        if (!berth::spreads(part) && wish.shape.tasks == 1 && wish.shape.group == 0) {
          berth::register_scan(part, world, wish, name);
        }
      }
      berth::register_refusal(part, world,
                              berth::shown_name(part) + "/" + std::to_string(nodes) + "/gang");
    }
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
