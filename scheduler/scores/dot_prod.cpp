// DotProd, as FGD (Weng et al., ATC 2023) compares itself with it: 100 less half the scalar product
// of what is free and what is asked for, each as a part of the largest node.
#include <algorithm>

#include "core/int128.hpp"
#include "scheduler/score.hpp"

namespace berth::scores {
namespace {

class DotProd final : public Score {
 public:
  explicit DotProd(const LargestNode& largest)
      : cpu_squared_(squared(largest.cpu_milli)), gpu_squared_(squared(largest.gpu_milli)) {}

  [[nodiscard]] std::int64_t of(const Pod& pod, NodeId node, const Occupancy& free) const override {
    const Int128 cpu = Int128{free.free_cpu_milli(node)} * pod.shape.cpu_milli;
    const Int128 gpu = Int128{free.free_gpu_milli(node)} * pod.gpu_milli();
    const Int128 all = 2 * cpu_squared_ * gpu_squared_;
    const Int128 product = cpu * gpu_squared_ + gpu * cpu_squared_;
    return static_cast<std::int64_t>(100 * (all - product) / all);
  }

 private:
  // Nodes without CPU leave the term 0.
  static Int128 squared(std::int64_t most) {
    return Int128{std::max<std::int64_t>(most, 1)} * std::max<std::int64_t>(most, 1);
  }

  Int128 cpu_squared_;
  Int128 gpu_squared_;
};

}  // namespace

std::unique_ptr<const Score> dot_prod(const Fleet& fleet) {
  return std::make_unique<DotProd>(largest_node(fleet));
}

}  // namespace berth::scores
