#include "tests/simulator/naive_placers.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "core/samplers.hpp"

namespace berth::test {
namespace {

std::uint32_t free_gpus(const Occupancy& free, std::uint32_t node) {
  const bool there = free.available(NodeId(node));
  return there ? static_cast<std::uint32_t>(std::popcount(free.free(NodeId(node)))) : 0;
}

// Thousandths of each GPU that nobody holds.
std::array<std::uint32_t, gpus_per_node_most> left_of_gpus(const Occupancy& free,
                                                           std::uint32_t node) {
  std::array<std::uint32_t, gpus_per_node_most> left{};
  for (std::uint32_t gpu = 0; gpu < gpus_per_node_most; ++gpu) {
    left[gpu] = (free.free(NodeId(node)) >> gpu & 1U) != 0 ? 1000 : 0;
  }
  for (const SharedGpu& shared : free.shares(NodeId(node))) {
    left[shared.gpu] = shared.left;
  }
  return left;
}

std::uint32_t room(const Request& request, const View& view, std::uint32_t node) {
  const Shape& shape = request.shape;
  if (!view.free.available(NodeId(node))) {
    return 0;
  }
  std::int64_t tasks = 1'000'000;
  if (shape.gpu_milli > 0) {
    tasks = 0;
    for (const std::uint32_t left : left_of_gpus(view.free, node)) {
      tasks += left / shape.gpu_milli;
    }
  }
  if (shape.gpus > 0) {
    tasks = free_gpus(view.free, node) / shape.gpus;
  }
  if (shape.cpu_milli > 0) {
    tasks = std::min(tasks, view.free.free_cpu_milli(NodeId(node)) / shape.cpu_milli);
  }
  if (shape.memory > 0) {
    tasks = std::min(tasks, view.free.free_memory(NodeId(node)) / shape.memory);
  }
  return static_cast<std::uint32_t>(tasks);
}

using Nodes = std::vector<std::uint32_t>;

Nodes with_room(const Request& request, const View& view) {
  Nodes nodes;
  for (std::uint32_t node = 0; node < view.free.fleet().nodes(); ++node) {
    if (room(request, view, node) > 0) {
      nodes.push_back(node);
    }
  }
  return nodes;
}

GpuMask lowest(GpuMask mask, std::uint32_t wanted) {
  GpuMask taken = 0;
  for (std::uint32_t gpu = 0; gpu < gpus_per_node_most && wanted > 0; ++gpu) {
    if ((mask >> gpu & 1U) != 0) {
      taken |= GpuMask{1} << gpu;
      --wanted;
    }
  }
  return taken;
}

// Task by task on the GPU with the least left that gives a share.
void share_out(const Request& request, const View& view, std::uint32_t node, std::uint32_t tasks,
               Placement& placement) {
  auto left = left_of_gpus(view.free, node);
  const std::uint32_t milli = request.shape.gpu_milli;
  for (; tasks > 0; --tasks) {
    std::uint32_t best = gpus_per_node_most;
    for (std::uint32_t gpu = 0; gpu < gpus_per_node_most; ++gpu) {
      if (left[gpu] >= milli && (best == gpus_per_node_most || left[gpu] < left[best])) {
        best = gpu;
      }
    }
    left[best] -= milli;
    if (!placement.empty() &&
        placement.back() == Part{NodeId(node), placement.back().tasks, GpuMask{1} << best}) {
      ++placement.back().tasks;
    } else {
      placement.push_back({NodeId(node), 1, GpuMask{1} << best});
    }
  }
}

// Fills the nodes in turn, at most `each` tasks on one.
std::optional<Placement> fill(const Request& request, const View& view, const Nodes& nodes,
                              std::uint32_t each = ~std::uint32_t{0}) {
  Placement placement;
  std::uint32_t missing = request.shape.tasks;
  for (const std::uint32_t node : nodes) {
    const std::uint32_t tasks = std::min({room(request, view, node), missing, each});
    if (tasks > 0 && request.shape.gpu_milli > 0) {
      share_out(request, view, node, tasks, placement);
      missing -= tasks;
    } else if (tasks > 0) {
      const GpuMask free = view.free.free(NodeId(node));
      placement.push_back({NodeId(node), tasks, lowest(free, tasks * request.shape.gpus)});
      missing -= tasks;
    }
  }
  return missing == 0 ? std::optional(std::move(placement)) : std::nullopt;
}

Nodes by_free_gpus(const Request& request, const View& view, bool most_first) {
  Nodes nodes = with_room(request, view);
  std::stable_sort(nodes.begin(), nodes.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto free_a = free_gpus(view.free, a);
    const auto free_b = free_gpus(view.free, b);
    return most_first ? free_a > free_b : free_a < free_b;
  });
  return nodes;
}

class Twin final : public Placer {
 public:
  Twin(std::unique_ptr<const Placer> placer, NaivePlacer naive, std::string& complaint)
      : placer_(std::move(placer)), naive_(naive), complaint_(complaint) {}

  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    auto placement = placer_->place(request, view);
    demand(placement == naive_(request, view), "a placement differs from that of the naive twin",
           request);
    demand(placer_->fits(request, view) == placement.has_value(),
           "fits() differs from what place() does", request);
    demand(wrong_in_index(view.free).empty(), wrong_in_index(view.free), request);
    return placement;
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    const bool answer = placer_->fits(request, view);
    demand(answer == naive_(request, view).has_value(), "fits() differs from the naive twin",
           request);
    return answer;
  }
  [[nodiscard]] bool takes_any_room() const override { return placer_->takes_any_room(); }
  [[nodiscard]] bool equal_shapes_fare_alike() const override {
    return placer_->equal_shapes_fare_alike();
  }

 private:
  void demand(bool kept, const std::string& what, const Request& request) const {
    if (!kept && complaint_.empty()) {
      complaint_ = "job " + std::to_string(request.sequence) + ": " + what;
    }
  }

  std::unique_ptr<const Placer> placer_;
  NaivePlacer naive_;
  std::string& complaint_;
};

struct Counted {
  std::uint64_t gpus = 0;
  std::uint32_t whole = 0;
};

Counted counted(const Occupancy& free, const NodeRange& range) {
  Counted sum;
  for (std::uint32_t node = range.first; node < range.past; ++node) {
    const std::uint32_t here = free_gpus(free, node);
    sum.gpus += here;
    sum.whole += free.available(NodeId(node)) && here == free.fleet().kind(NodeId(node)).gpus;
  }
  return sum;
}

bool indexed_by_free_gpus(const Occupancy& free, std::uint32_t node) {
  bool right = true;
  for (std::uint32_t gpus = 0; gpus <= free.fleet().gpus_per_node(); ++gpus) {
    const bool belongs = free.available(NodeId(node)) && free_gpus(free, node) == gpus;
    right = right && free.with_free(gpus).contains(node) == belongs;
  }
  return right;
}

}  // namespace

std::optional<Placement> naive_first_fit(const Request& request, const View& view) {
  return fill(request, view, with_room(request, view));
}

std::optional<Placement> naive_best_fit(const Request& request, const View& view) {
  return fill(request, view, by_free_gpus(request, view, false));
}

std::optional<Placement> naive_worst_fit(const Request& request, const View& view) {
  return fill(request, view, by_free_gpus(request, view, true));
}

// Floyd's draw of distinct numbers, over the candidates by free GPUs (over those in order of id
// when CPU or memory is asked for).
std::optional<Placement> naive_random(const Request& request, const View& view) {
  const Nodes candidates =
      request.shape.only_gpus() ? by_free_gpus(request, view, false) : with_room(request, view);
  const auto bound = static_cast<std::uint32_t>(candidates.size());
  if (!fill(request, view, candidates)) {
    return std::nullopt;
  }
  if (bound < request.shape.tasks) {
    return fill(request, view, with_room(request, view));
  }
  Random random(view.run, Stream::placement, request.sequence);
  std::set<std::uint32_t> drawn;
  for (std::uint32_t top = bound - request.shape.tasks; top < bound; ++top) {
    const auto number = static_cast<std::uint32_t>(uniform_below(random, top + 1));
    drawn.insert(drawn.count(number) == 0 ? number : top);
  }
  Nodes nodes;
  for (const std::uint32_t number : drawn) {
    nodes.push_back(candidates[number]);
  }
  std::sort(nodes.begin(), nodes.end());
  return fill(request, view, nodes, 1);
}

std::optional<Placement> naive_contiguous(const Request& request, const View& view) {
  std::optional<Placement> best;
  std::size_t shortest = view.free.fleet().nodes() + 1;
  Nodes run;
  for (std::uint32_t node = 0; node <= view.free.fleet().nodes(); ++node) {
    if (node < view.free.fleet().nodes() && room(request, view, node) > 0) {
      run.push_back(node);
      continue;
    }
    auto placement = fill(request, view, run);
    if (placement && run.size() < shortest) {
      best = std::move(placement);
      shortest = run.size();
    }
    run.clear();
  }
  return best;
}

std::string wrong_in_index(const Occupancy& free) {
  const Fleet& fleet = free.fleet();
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    if (!indexed_by_free_gpus(free, node)) {
      return "the index by free GPUs is wrong about a node";
    }
  }
  if (counted(free, {0, fleet.nodes()}).gpus != free.free_gpus()) {
    return "the free GPUs of the fleet are miscounted";
  }
  for (std::uint32_t domain = 0; domain < fleet.domains(); ++domain) {
    const Counted sum = counted(free, fleet.nodes_in(DomainId(domain)));
    if (sum.gpus != free.free_gpus(DomainId(domain)) ||
        sum.whole != free.whole_nodes(DomainId(domain))) {
      return "a domain is miscounted";
    }
  }
  return "";
}

std::unique_ptr<const Placer> with_twin(std::unique_ptr<const Placer> placer, NaivePlacer twin,
                                        std::string& complaint) {
  return std::make_unique<Twin>(std::move(placer), twin, complaint);
}

}  // namespace berth::test
