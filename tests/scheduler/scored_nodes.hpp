// One node and what runs on it, for looking at single scores: see score_vectors_test.cpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scheduler/score.hpp"
#include "tests/cluster/fleets.hpp"
#include "tests/workloads/flow_settings.hpp"

namespace berth::testing {

inline std::unique_ptr<const Score> score_of(const std::string& name, const std::string& options,
                                             const Fleet& fleet) {
  const SettingsTree tree = flow(options);
  return make_score(name, tree.root()).make(fleet, nullptr);
}

inline Pod pod_of(const Shape& shape) { return {shape, nullptr}; }
inline Shape whole(std::uint32_t gpus, std::int64_t cpu_milli = 0, std::int64_t memory = 0) {
  return {1, gpus, cpu_milli, memory};
}
inline Shape share(std::uint32_t gpu_milli, std::int64_t cpu_milli = 0) {
  return {1, 0, cpu_milli, 0, gpu_milli};
}

// The first node of a fleet, and what is given out of it.
class ScoredNode {
 public:
  explicit ScoredNode(const std::vector<NodeKind>& kinds)
      : fleet_(fleet_of(kinds)), free_(fleet_) {}

  ScoredNode& runs(const Shape& shape) {
    Placement placement;
    free_.give_out(NodeId(0), shape, 1, placement);
    free_.take(shape, placement);
    return *this;
  }
  [[nodiscard]] std::int64_t score(const std::string& name, const Shape& pod,
                                   const std::string& options = "x") const {
    return score_of(name, options, fleet_)->of(pod_of(pod), NodeId(0), free_);
  }
  [[nodiscard]] std::uint32_t gpu_for(const std::string& name, const Shape& pod,
                                      const std::string& options) const {
    Random draws({}, Stream::test, 1);
    return score_of(name, options, fleet_)
        ->gpu_for(pod_of(pod), NodeId(0), free_, draws)
        .value_or(999);
  }

 private:
  Fleet fleet_;
  Occupancy free_;
};

}  // namespace berth::testing
