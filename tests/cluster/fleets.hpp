// Small fleets and dice for tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "core/samplers.hpp"
#include "topology/fleet.hpp"

namespace berth::testing {

inline NodeKind gpu_node(std::uint32_t gpus, std::int64_t cpu_milli = 0, std::int64_t memory = 0) {
  return {gpus, cpu_milli, memory, ""};
}

// Nodes n0, n1 ... of these kinds, without domains.
inline Fleet fleet_of(const std::vector<NodeKind>& kinds) {
  FleetBuilder builder;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    builder.add_node("n" + std::to_string(i), kinds[i]);
  }
  return builder.build();
}

inline Fleet uniform(std::uint32_t nodes, std::uint32_t gpus) {
  return fleet_of(std::vector(nodes, gpu_node(gpus)));
}

// Halls of racks of nodes, all alike.
inline Fleet halls(std::uint32_t count, std::uint32_t racks, std::uint32_t nodes,
                   const NodeKind& kind) {
  FleetBuilder builder({"hall", "rack"});
  for (std::uint32_t hall = 0; hall < count; ++hall) {
    builder.enter("hall" + std::to_string(hall));
    for (std::uint32_t rack = 0; rack < racks; ++rack) {
      const std::string name = std::to_string(hall) + "." + std::to_string(rack);
      builder.enter("rack" + name);
      for (std::uint32_t node = 0; node < nodes; ++node) {
        builder.add_node("n" + name + "." + std::to_string(node), kind);
      }
      builder.leave();
    }
    builder.leave();
  }
  return builder.build();
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_({seed, 0}, Stream::test, 7) {}
  std::uint32_t below(std::uint64_t bound) {
    return static_cast<std::uint32_t>(uniform_below(random_, bound));
  }
  bool one_in(std::uint32_t many) { return below(many) == 0; }
  std::uint64_t bits() { return random_.next(); }

 private:
  Random random_;
};

}  // namespace berth::testing
