#include "core/random.hpp"

#include <bit>
#include <vector>

#include "core/samplers.hpp"
#include "scheduler/score.hpp"

namespace berth::scores {
namespace {

// Every node that could run the pod is as likely as any other, and so is every GPU that gives a
// share.
class Lots final : public Score {
 public:
  [[nodiscard]] std::int64_t of(const Pod& /*pod*/, NodeId /*node*/,
                                const Occupancy& /*free*/) const override {
    return 0;
  }
  [[nodiscard]] bool draws_lots() const override { return true; }
  [[nodiscard]] std::optional<std::uint32_t> gpu_for(const Pod& pod, NodeId node,
                                                     const Occupancy& free,
                                                     Random& draws) const override {
    std::vector<std::uint32_t> gpus;
    for (std::uint32_t gpu = 0; gpu < free.fleet().kind(node).gpus; ++gpu) {
      const Part part{node, 1, GpuMask{1} << gpu};
      if (free.shares(node).gives(part, pod.shape.gpu_milli, free.free(node))) {
        gpus.push_back(gpu);
      }
    }
    return gpus[uniform_below(draws, gpus.size())];
  }
};

}  // namespace

std::unique_ptr<const Score> random(const Fleet& /*fleet*/) { return std::make_unique<Lots>(); }

}  // namespace berth::scores
