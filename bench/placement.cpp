// One placement on fleets of 8-GPU nodes, by how large and how full the fleet is. `place` only
// finds it; `start` also takes it and gives it back. `refuse` is what `place` is called where the
// request does not fit. Beside them stand naive twins that scan all nodes, and the writing of
// 1,024 node ids from a bitmap: what a placement of 1,024 nodes costs at the very least.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "cluster/occupancy.hpp"
#include "core/check.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"
#include "scheduler/placer.hpp"
#include "topology/fleet.hpp"

namespace berth {
namespace {

constexpr std::uint32_t gpus_per_node = 8;

// Of a thousand nodes so many are wholly taken, so many partly (by half on average).
struct Fill {
  const char* name;
  std::uint32_t whole;
  std::uint32_t part;
};
constexpr std::array fills{Fill{"empty", 0, 0}, Fill{"half", 350, 300}, Fill{"95_full", 925, 50}};

struct Wish {
  const char* name;
  Shape shape;
};
constexpr std::array wishes{Wish{"one_gpu", {1, 1, 0, 0}}, Wish{"one_node", {1, 8, 0, 0}},
                            Wish{"128_nodes", {128, 8, 0, 0}}, Wish{"1024_nodes", {1024, 8, 0, 0}}};

struct Named {
  const char* name;
  std::unique_ptr<const Placer> (*make)();
};
constexpr std::array placers{Named{"first_fit", first_fit}, Named{"best_fit", best_fit},
                             Named{"worst_fit", worst_fit}, Named{"random", random},
                             Named{"contiguous", contiguous}};

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
    FleetBuilder builder;
    for (std::uint32_t node = 0; node < nodes; ++node) {
      builder.add_node("n" + std::to_string(nodes + node), {gpus_per_node, 0, 0, ""});
    }
    return builder.build();
  }
};

Request request_for(const Wish& wish, std::uint64_t sequence = 0) {
  Request request;
  request.sequence = sequence;
  request.shape = wish.shape;
  return request;
}

void place(benchmark::State& state, const Placer& placer, const World& world, const Wish& wish) {
  Request request = request_for(wish);
  for ([[maybe_unused]] auto round : state) {
    ++request.sequence;
    benchmark::DoNotOptimize(placer.place(request, {world.free, SimTime{}, RunKey{}}));
  }
}

void start(benchmark::State& state, const Placer& placer, World& world, const Wish& wish) {
  Request request = request_for(wish);
  for ([[maybe_unused]] auto round : state) {
    ++request.sequence;
    const auto placement = placer.place(request, {world.free, SimTime{}, RunKey{}});
    world.free.take(request.shape, *placement);
    world.free.give_back(request.shape, *placement);
  }
}

// --- the naive twins ----------------------------------------------------------------------------

std::optional<Placement> fill(const std::vector<NodeId>& nodes, const Shape& shape,
                              const Occupancy& free) {
  Placement placement;
  std::uint32_t missing = shape.tasks;
  for (const NodeId node : nodes) {
    const std::uint32_t tasks = std::min(free.room(node, shape), missing);
    placement.push_back({node, tasks, Occupancy::lowest(free.free(node), tasks * shape.gpus)});
    missing -= tasks;
    if (missing == 0) {
      return placement;
    }
  }
  return std::nullopt;
}

std::optional<Placement> scan_first_fit(const Shape& shape, const Occupancy& free) {
  std::vector<NodeId> nodes;
  for (std::uint32_t node = 0; node < free.fleet().nodes() && nodes.size() < shape.tasks; ++node) {
    if (free.free_gpus(NodeId(node)) >= shape.gpus) {
      nodes.emplace_back(node);
    }
  }
  return fill(nodes, shape, free);
}

std::optional<Placement> scan_best_fit(const Shape& shape, const Occupancy& free) {
  std::vector<std::pair<std::uint32_t, NodeId>> found;  // free GPUs, node
  for (std::uint32_t node = 0; node < free.fleet().nodes(); ++node) {
    if (const std::uint32_t gpus = free.free_gpus(NodeId(node)); gpus >= shape.gpus) {
      found.emplace_back(gpus, NodeId(node));
    }
  }
  const auto wanted = static_cast<std::ptrdiff_t>(std::min<std::size_t>(shape.tasks, found.size()));
  std::partial_sort(found.begin(), found.begin() + wanted, found.end());
  std::vector<NodeId> nodes;
  for (std::ptrdiff_t i = 0; i < wanted; ++i) {
    nodes.push_back(found[static_cast<std::size_t>(i)].second);
  }
  return fill(nodes, shape, free);
}

using Scan = std::optional<Placement> (*)(const Shape&, const Occupancy&);

void naive(benchmark::State& state, Scan scan, const World& world, const Wish& wish) {
  for ([[maybe_unused]] auto round : state) {
    benchmark::DoNotOptimize(scan(wish.shape, world.free));
  }
}

void write_ids(benchmark::State& state, const NodeSet& set, std::size_t wanted) {
  for ([[maybe_unused]] auto round : state) {
    std::vector<NodeId> ids;
    ids.reserve(wanted);
    for (std::uint32_t w = 0; ids.size() < wanted; ++w) {
      for (std::uint64_t bits = set.words()[w]; bits != 0 && ids.size() < wanted;
           bits &= bits - 1) {
        ids.emplace_back(64 * w + static_cast<std::uint32_t>(std::countr_zero(bits)));
      }
    }
    benchmark::DoNotOptimize(ids.data());
    benchmark::ClobberMemory();
  }
}

// --- all of them --------------------------------------------------------------------------------

void register_placer(const Named& named, World& world, const Wish& wish, const std::string& rest) {
  const std::shared_ptr<const Placer> placer = named.make();
  const std::string name = named.name + rest;
  const View view{world.free, SimTime{}, RunKey{}};
  const bool fits = placer->fits(request_for(wish), view);
  benchmark::RegisterBenchmark(
      ((fits ? "place/" : "refuse/") + name).c_str(),
      [placer, &world, &wish](benchmark::State& state) { place(state, *placer, world, wish); });
  if (fits) {
    benchmark::RegisterBenchmark(
        ("start/" + name).c_str(),
        [placer, &world, &wish](benchmark::State& state) { start(state, *placer, world, wish); });
  }
}

void register_naive(const std::string& name, Scan scan, const Placer& placer, const World& world,
                    const Wish& wish, const std::string& rest) {
  check(scan(wish.shape, world.free) ==
            placer.place(request_for(wish), {world.free, SimTime{}, RunKey{}}),
        "a naive twin answers as the placer does");
  benchmark::RegisterBenchmark(
      ("naive/" + name + rest).c_str(),
      [scan, &world, &wish](benchmark::State& state) { naive(state, scan, world, wish); });
}

void register_all(std::vector<std::unique_ptr<World>>& worlds) {
  for (const std::uint32_t nodes : {1'000U, 10'000U, 31'250U}) {
    for (const Fill& fill : fills) {
      World& world = *worlds.emplace_back(std::make_unique<World>(nodes, fill));
      const std::string where = "/" + std::to_string(nodes) + "/" + fill.name + "/";
      for (const Wish& wish : wishes) {
        for (const Named& named : placers) {
          register_placer(named, world, wish, where + wish.name);
        }
        register_naive("best_fit", scan_best_fit, *best_fit(), world, wish, where + wish.name);
        register_naive("first_fit", scan_first_fit, *first_fit(), world, wish, where + wish.name);
      }
      const NodeSet& whole = world.free.with_free(gpus_per_node);
      if (whole.size() >= 1024) {
        benchmark::RegisterBenchmark(
            ("write_ids" + where + "1024").c_str(),
            [&whole](benchmark::State& state) { write_ids(state, whole, 1024); });
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
