// BestFit, as FGD (Weng et al., ATC 2023) compares itself with it: the less of CPU and GPU is left,
// each as a part of the largest node, the better; stretched over the nodes that could run the pod.
#include <algorithm>

#include "core/int128.hpp"
#include "scheduler/score.hpp"

namespace berth::scores {
namespace {

class BestFit final : public Score {
 public:
  explicit BestFit(const LargestNode& largest)
      : cpu_(std::max<std::int64_t>(largest.cpu_milli, 1)),
        gpu_(std::max<std::int64_t>(largest.gpu_milli, 1)) {}

  [[nodiscard]] std::int64_t of(const Pod& pod, NodeId node, const Occupancy& free) const override {
    const Int128 cpu_left = free.free_cpu_milli(node) - pod.shape.cpu_milli;
    const Int128 gpu_left = free.free_gpu_milli(node) - pod.gpu_milli();
    const Int128 all = 2 * cpu_ * gpu_;
    return static_cast<std::int64_t>(100 * (all - cpu_left * gpu_ - gpu_left * cpu_) / all);
  }
  [[nodiscard]] bool stretched() const override { return true; }

 private:
  Int128 cpu_;
  Int128 gpu_;
};

}  // namespace

std::unique_ptr<const Score> best_fit(const Fleet& fleet) {
  return std::make_unique<BestFit>(largest_node(fleet));
}

}  // namespace berth::scores
