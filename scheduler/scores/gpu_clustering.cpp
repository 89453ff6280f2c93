// GpuClustering, as FGD (Weng et al., ATC 2023) compares itself with it, after Gandiva (OSDI 2018):
// pods with as many GPUs gather on nodes of their own, the fullest first.
#include "scheduler/score.hpp"

namespace berth::scores {
namespace {

// Who runs on a node, by the number of GPUs; shares are a class of their own.
struct Classes {
  bool own = false;
  bool others = false;
};

Classes classes_on(NodeId node, const Pod& pod, const Occupancy& free) {
  Classes classes;
  const auto add = [&classes](bool runs, bool own) {
    (own ? classes.own : classes.others) |= runs;
  };
  add(!free.shares(node).empty(), pod.shape.gpu_milli > 0);
  for (std::uint32_t gpus = 1; gpus <= free.fleet().kind(node).gpus; ++gpus) {
    add(free.tasks_with(node, gpus) > 0, pod.shape.gpus == gpus);
  }
  return classes;
}

class GpuClustering final : public Score {
 public:
  explicit GpuClustering(std::int64_t most) : most_(most) {}

  [[nodiscard]] std::int64_t of(const Pod& pod, NodeId node, const Occupancy& free) const override {
    if (!pod.wants_gpu()) {
      return 0;
    }
    const Classes classes = classes_on(node, pod, free);
    std::int64_t base = classes.others ? 0 : 25;
    if (classes.own) {
      base = classes.others ? 50 : 75;
    }
    return 25 * (most_ - free.free_gpu_milli(node)) / most_ + base;
  }

 private:
  std::int64_t most_;  // GPU thousandths of the largest node; a pod that fits wants some of them
};

}  // namespace

std::unique_ptr<const Score> gpu_clustering(const Fleet& fleet) {
  return std::make_unique<GpuClustering>(largest_node(fleet).gpu_milli);
}

}  // namespace berth::scores
