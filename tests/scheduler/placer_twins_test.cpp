#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "scheduler/placer.hpp"
#include "tests/scheduler/pictures.hpp"
#include "tests/scheduler/random_state.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Nodes = std::vector<std::uint32_t>;
using MaybePlacement = std::optional<Placement>;

Nodes all_nodes(const Occupancy& free) {
  Nodes nodes(free.fleet().nodes());
  std::iota(nodes.begin(), nodes.end(), 0U);
  return nodes;
}

// So many shares on a node: each on the GPU with the least left that gives it.
void share_out(std::uint32_t node, const Shape& shape, std::uint32_t tasks, const Occupancy& free,
               Placement& placement) {
  std::vector<SharedGpu> gpus(free.shares(NodeId(node)).begin(), free.shares(NodeId(node)).end());
  for (std::uint32_t gpu = 0; gpu < 64; ++gpu) {
    if ((free.free(NodeId(node)) >> gpu & 1U) != 0) {
      gpus.push_back({gpu, 1000});
    }
  }
  std::ranges::sort(gpus, [](const SharedGpu& a, const SharedGpu& b) {
    return std::pair(a.left, a.gpu) < std::pair(b.left, b.gpu);
  });
  for (const SharedGpu& one : gpus) {
    const std::uint32_t here = std::min(tasks, one.left / shape.gpu_milli);
    if (here > 0) {
      placement.push_back({NodeId(node), here, GpuMask{1} << one.gpu});
    }
    tasks -= here;
  }
}

// Fills the nodes in the given order.
MaybePlacement fill(const Nodes& nodes, const Shape& shape, const Occupancy& free,
                    std::uint32_t most = 1000) {
  Placement placement;
  std::uint32_t missing = shape.tasks;
  for (const std::uint32_t node : nodes) {
    const std::uint32_t tasks = std::min({free.room(NodeId(node), shape), missing, most});
    if (tasks > 0 && shape.gpu_milli > 0) {
      share_out(node, shape, tasks, free, placement);
      missing -= tasks;
    } else if (tasks > 0) {
      const GpuMask gpus = Occupancy::lowest(free.free(NodeId(node)), tasks * shape.gpus);
      placement.push_back({NodeId(node), tasks, gpus});
      missing -= tasks;
    }
  }
  return missing == 0 ? MaybePlacement(placement) : std::nullopt;
}

MaybePlacement naive_first_fit(const Shape& shape, const Occupancy& free) {
  return fill(all_nodes(free), shape, free);
}

MaybePlacement naive_best_fit(const Shape& shape, const Occupancy& free) {
  Nodes nodes = all_nodes(free);
  std::ranges::stable_sort(nodes, {}, [&free](auto node) { return free.free_gpus(NodeId(node)); });
  return fill(nodes, shape, free);
}

MaybePlacement naive_worst_fit(const Shape& shape, const Occupancy& free) {
  Nodes nodes = all_nodes(free);
  std::ranges::stable_sort(nodes, std::ranges::greater{},
                           [&free](auto node) { return free.free_gpus(NodeId(node)); });
  return fill(nodes, shape, free);
}

MaybePlacement naive_contiguous(const Shape& shape, const Occupancy& free) {
  MaybePlacement best;
  std::size_t shortest = free.fleet().nodes() + 1;
  Nodes run;
  for (std::uint32_t node = 0; node <= free.fleet().nodes(); ++node) {
    if (node < free.fleet().nodes() && free.room(NodeId(node), shape) > 0) {
      run.push_back(node);
      continue;
    }
    auto placement = fill(run, shape, free);
    if (placement && run.size() < shortest) {
      best = std::move(placement);
      shortest = run.size();
    }
    run.clear();
  }
  return best;
}

bool valid(const Placement& placement, const Shape& shape, const Occupancy& free) {
  std::uint32_t tasks = 0;
  Nodes nodes;
  for (const Part& part : placement) {
    tasks += part.tasks;
    nodes.push_back(part.node.index());
    const auto gpus = static_cast<std::uint32_t>(std::popcount(part.gpus));
    if (part.tasks == 0 || part.tasks > free.room(part.node, shape) ||
        (shape.gpu_milli == 0 && gpus != part.tasks * shape.gpus) ||
        (shape.gpu_milli == 0 && (free.free(part.node) & part.gpus) != part.gpus)) {
      return false;
    }
  }
  std::sort(nodes.begin(), nodes.end());
  return tasks == shape.tasks &&
         (shape.gpu_milli > 0 || std::adjacent_find(nodes.begin(), nodes.end()) == nodes.end());
}

template <class Ask>
void on_random_states(const Ask& ask) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const Fleet fleet = random_fleet(dice);
    Occupancy free(fleet);
    fill_randomly(free, dice, 60 + dice.below(41));
    for (int question = 0; question < 20; ++question) {
      ask(random_shape(dice), free);
    }
  }
}

using Twin = MaybePlacement (*)(const Shape&, const Occupancy&);

void check_twin(const std::unique_ptr<const Placer>& placer, Twin twin) {
  std::uint32_t found = 0;
  on_random_states([&](const Shape& shape, const Occupancy& free) {
    const View view{free, SimTime{}, RunKey{}};
    const auto placement = placer->place(request_of(shape), view);
    REQUIRE(placement == twin(shape, free));
    REQUIRE(placer->fits(request_of(shape), view) == placement.has_value());
    REQUIRE((!placement || valid(*placement, shape, free)));
    found += placement ? 1U : 0U;
  });
  CHECK(found > 1000);  // of 6,000: neither answer is rare
  CHECK(found < 5500);
}

}  // namespace

TEST_CASE("first fit answers as a scan in order of nodes does") {
  check_twin(first_fit(), naive_first_fit);
}

TEST_CASE("best fit answers as a stable sort by free GPUs does") {
  check_twin(best_fit(), naive_best_fit);
}

TEST_CASE("worst fit answers as a stable sort by free GPUs, most first, does") {
  check_twin(worst_fit(), naive_worst_fit);
}

TEST_CASE("contiguous answers as a scan for a run of nodes does") {
  check_twin(contiguous(), naive_contiguous);
}

TEST_CASE("random finds a placement exactly when there is one") {
  const auto placer = berth::random();
  on_random_states([&placer](const Shape& shape, const Occupancy& free) {
    const View view{free, SimTime{}, RunKey{}};
    const auto placement = placer->place(request_of(shape), view);
    REQUIRE(placement.has_value() == naive_first_fit(shape, free).has_value());
    REQUIRE(placement.has_value() == placer->fits(request_of(shape), view));
    REQUIRE((!placement || valid(*placement, shape, free)));
  });
}
