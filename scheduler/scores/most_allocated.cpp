// Kubernetes' NodeResourcesFit with strategy MostAllocated: of each resource 100 times what
// is asked for of what there is, truncated, and their weighted mean, truncated
// again.
#include "core/int128.hpp"
#include "scheduler/scores/resource_use.hpp"

namespace berth::scores {
namespace {

class MostAllocated final : public Score {
 public:
  explicit MostAllocated(const ResourceWeights& weights) : weights_(weights) {}

  [[nodiscard]] std::int64_t of(const Pod& pod, NodeId node, const Occupancy& free) const override {
    return weighted_mean(resources_with(pod, node, free), weights_, [](const ResourceUse& one) {
      return static_cast<std::int64_t>(100 * Int128{one.asked} / one.all);
    });
  }

 private:
  ResourceWeights weights_;
};

}  // namespace

MakeScore most_allocated(Setting options) {
  return {[weights = read_resource_weights(options, 100)](const Fleet&, const SeenPods*) {
    return std::make_unique<MostAllocated>(weights);
  }};
}

}  // namespace berth::scores
