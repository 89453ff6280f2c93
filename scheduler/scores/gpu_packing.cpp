// GpuPacking, as FGD (Weng et al., ATC 2023) compares itself with it: a pod goes to GPUs that are
// shared already, the fullest first; else to free GPUs of a node that is in use, as few as may be;
// else to an empty node, a small one.
#include <algorithm>
#include <bit>

#include "scheduler/score.hpp"

namespace berth::scores {
namespace {

class GpuPacking final : public Score {
 public:
  [[nodiscard]] std::int64_t of(const Pod& pod, NodeId node, const Occupancy& free) const override {
    if (!pod.wants_gpu()) {
      return 0;
    }
    const auto whole = static_cast<std::int64_t>(std::popcount(free.free(node)));
    if (whole == free.fleet().kind(node).gpus) {
      return std::max(33 - whole, whole);
    }
    std::int64_t left = gpu_milli_all;  // of the fullest shared GPU that gives the share
    for (const SharedGpu& gpu : free.shares(node)) {
      if (pod.shape.gpu_milli > 0 && gpu.left >= pod.shape.gpu_milli) {
        left = std::min<std::int64_t>(left, gpu.left);
      }
    }
    if (left == gpu_milli_all) {
      return std::max<std::int64_t>(50 - std::max(pod.shape.gpus, 1U), 33);
    }
    // 100 less a tenth of the percentage that is left, truncated.
    return std::max<std::int64_t>((100 * gpu_milli_all / 10 - left) / 100, 50);
  }
};

}  // namespace

std::unique_ptr<const Score> gpu_packing(const Fleet& /*fleet*/) {
  return std::make_unique<GpuPacking>();
}

}  // namespace berth::scores
