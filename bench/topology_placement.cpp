// One placement by the topology-aware placers on leaves of 32 nodes, 8 leaves to a spine, by how
// large the fleet is. `place` asks again of the same state; `start` also takes the nodes and gives
// them back, so that the index has to follow. The same request and share of free nodes on 31,250
// nodes may cost three times what it costs on 2,048.
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "app/override.hpp"
#include "cluster/occupancy.hpp"
#include "core/check.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"
#include "scheduler/placer.hpp"
#include "topology/fleet.hpp"

namespace berth {
namespace {

constexpr std::uint32_t gpus_per_node = 8;
constexpr std::uint32_t nodes_per_leaf = 32;
constexpr std::uint32_t leaves_per_spine = 8;

// Of a thousand nodes so many are wholly taken, so many partly.
struct Fill {
  const char* name;
  std::uint32_t whole;
  std::uint32_t part;
};
constexpr std::array fills{Fill{"empty", 0, 0}, Fill{"half", 350, 300}, Fill{"90_full", 850, 50}};

struct Wish {
  const char* name;
  Shape shape;
};
constexpr std::array wishes{Wish{"one_gpu", {1, 1, 0, 0}},     Wish{"one_node", {1, 8, 0, 0}},
                            Wish{"8_nodes", {8, 8, 0, 0}},     Wish{"32_nodes", {32, 8, 0, 0}},
                            Wish{"128_nodes", {128, 8, 0, 0}}, Wish{"512_nodes", {512, 8, 0, 0}}};

constexpr std::array placers{"slurm_tree:version=22.05",
                             "slurm_tree:version=24.05",
                             "dragonfly",
                             "slurm_block:level=leaf,block_sizes=[32,64,128,256]",
                             "slurm_block:level=leaf,block_sizes=[32,64,128,256],segment=4",
                             "tas",
                             "tas:level=leaf,mode=preferred",
                             "tas:level=spine",
                             "tas:level=spine,slice_level=leaf,slice_size=4",
                             "tas:level=leaf,mode=preferred,slice_size=4",
                             "tas:slice_level=leaf,slice_size=3",
                             "tas:level=leaf,mode=preferred,profile=balanced"};

struct World {
  Fleet fleet;
  Occupancy free;

  World(std::uint32_t nodes, const Fill& fill) : fleet(fleet_of(nodes)), free(fleet) {
    Random random({}, Stream::test, nodes);
    for (std::uint32_t node = 0; node < nodes; ++node) {
      const std::uint64_t lot = uniform_below(random, 1000);
      const auto some = static_cast<std::uint32_t>(1 + uniform_below(random, gpus_per_node - 1));
      const std::uint32_t taken = lot < fill.whole               ? gpus_per_node
                                  : lot < fill.whole + fill.part ? some
                                                                 : 0;
      const NodeId id(node);
      free.take({taken, 1, 0, 0}, {{id, taken, Occupancy::lowest(free.free(id), taken)}});
    }
  }

  static Fleet fleet_of(std::uint32_t nodes) {
    FleetBuilder builder({"spine", "leaf"});
    for (std::uint32_t node = 0; node < nodes; ++node) {
      const std::uint32_t leaf = node / nodes_per_leaf;
      if (node % (nodes_per_leaf * leaves_per_spine) == 0) {
        builder.enter("spine" + std::to_string(leaf / leaves_per_spine));
      }
      if (node % nodes_per_leaf == 0) {
        builder.enter("leaf" + std::to_string(leaf));
      }
      builder.add_node("n" + std::to_string(nodes + node), {gpus_per_node, 0, 0, ""});
      const std::uint32_t next = node + 1;
      if (next % nodes_per_leaf == 0 || next == nodes) {
        builder.leave();
      }
      if (next % (nodes_per_leaf * leaves_per_spine) == 0 || next == nodes) {
        builder.leave();
      }
    }
    return builder.build();
  }
};

void register_one(const std::string& part, World& world, const Wish& wish,
                  const std::string& where) {
  const SettingsTree setting = parse_part(part, "bench");
  const std::shared_ptr<const Placer> placer = make_placer(setting.root());
  Request request;
  request.shape = wish.shape;
  const View view{world.free, SimTime{}, RunKey{}};
  const bool fits = placer->fits(request, view);
  const std::string name = part + where + wish.name;
  benchmark::RegisterBenchmark(
      ((fits ? "place/" : "refuse/") + name).c_str(),
      [placer, &world, request](benchmark::State& state) {
        for ([[maybe_unused]] auto round : state) {
          benchmark::DoNotOptimize(placer->place(request, {world.free, SimTime{}, RunKey{}}));
        }
      });
  if (!fits) {
    return;
  }
  benchmark::RegisterBenchmark(
      ("start/" + name).c_str(), [placer, &world, request](benchmark::State& state) {
        for ([[maybe_unused]] auto round : state) {
          const auto placement = placer->place(request, {world.free, SimTime{}, RunKey{}});
          world.free.take(request.shape, *placement);
          world.free.give_back(request.shape, *placement);
        }
      });
}

void register_all(std::vector<std::unique_ptr<World>>& worlds) {
  for (const std::uint32_t nodes : {2'048U, 31'250U}) {
    for (const Fill& fill : fills) {
      World& world = *worlds.emplace_back(std::make_unique<World>(nodes, fill));
      const std::string where = "/" + std::to_string(nodes) + "/" + fill.name + "/";
      for (const Wish& wish : wishes) {
        for (const char* part : placers) {
          register_one(part, world, wish, where);
        }
      }
    }
  }
}

}  // namespace
}  // namespace berth

int main(int argc, char** argv) {
  std::vector<std::unique_ptr<berth::World>> worlds;  // until the benchmarks are done
  berth::register_all(worlds);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
