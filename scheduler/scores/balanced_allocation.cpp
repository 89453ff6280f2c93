// Kubernetes' NodeResourcesBalancedAllocation: 100 less 100 times the standard deviation of what is
// asked for of each resource, as parts of what there is; truncated. A resource counts or not.
#include <cmath>

#include "scheduler/scores/resource_use.hpp"

namespace berth::scores {
namespace {

class BalancedAllocation final : public Score {
 public:
  explicit BalancedAllocation(const ResourceWeights& weights) : weights_(weights) {}

  [[nodiscard]] std::int64_t of(const Pod& pod, NodeId node, const Occupancy& free) const override {
    const Resources resources = resources_with(pod, node, free);
    std::array<double, resource_names.size()> parts{};
    std::size_t count = 0;
    for (std::size_t i = 0; i < resources.size(); ++i) {
      if (weights_[i] > 0 && resources[i].all > 0) {
        parts[count++] =
            static_cast<double>(resources[i].asked) / static_cast<double>(resources[i].all);
      }
    }
    double mean = 0;
    for (std::size_t i = 0; i < count; ++i) {
      mean += parts[i] / static_cast<double>(count);
    }
    double variance = 0;
    for (std::size_t i = 0; i < count; ++i) {
      variance += (parts[i] - mean) * (parts[i] - mean) / static_cast<double>(count);
    }
    return static_cast<std::int64_t>(100 * (1 - std::sqrt(variance)));
  }

 private:
  ResourceWeights weights_;
};

}  // namespace

MakeScore balanced_allocation(Setting options) {
  return {[weights = read_resource_weights(options, 1)](const Fleet&, const SeenPods*) {
    return std::make_unique<BalancedAllocation>(weights);
  }};
}

}  // namespace berth::scores
