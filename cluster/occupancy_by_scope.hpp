// An occupancy index for each scope that somebody asks for: what is free among the nodes of that
// scope. All of them are told of each change; one is made from that of all nodes when it is first
// asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cluster/occupancy.hpp"
#include "cluster/scopes.hpp"

namespace berth {

class OccupancyByScope {
 public:
  // All free; both outlive it.
  OccupancyByScope(const Fleet& fleet, const Scopes& scopes) : all_(fleet), scopes_(&scopes) {}

  [[nodiscard]] const Occupancy& all() const { return all_; }
  // O(nodes) the first time that this scope is asked for; from then on each change costs a little
  // more.
  [[nodiscard]] const Occupancy& of(ScopeId scope) {
    return scope == all_nodes ? all_ : scoped(scope.index());
  }

  // As Occupancy has them.
  void take(const Shape& shape, const Placement& placement);
  void give_back(const Shape& shape, const Placement& placement);
  // Nodes join a changing scope and leave it while they are not available.
  void set_available(NodeId node, bool available);

 private:
  Occupancy& scoped(std::uint32_t scope);

  Occupancy all_;
  const Scopes* scopes_;
  std::vector<std::unique_ptr<Occupancy>> scoped_;  // by scope; null: nobody asked
};

}  // namespace berth
