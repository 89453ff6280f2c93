// Scopes: the nodes that a job may use at all. Its partition, the GPU models it takes, labels,
// taints and reservations each keep it to a set of nodes; a scope is such a set, or what several
// have in common. There are few, so each gets an occupancy index of its own (Cluster::occupancy),
// and no placer has to know why a node is not there.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "cluster/node_set.hpp"
#include "core/ids.hpp"

namespace berth {

using ScopeId = Id<struct ScopeTag>;    // which nodes a job may use
inline constexpr ScopeId all_nodes{0};  // all of them

class Scopes {
 public:
  explicit Scopes(std::uint32_t nodes);

  // The scope of exactly these nodes, made when it is new. O(scopes + nodes).
  ScopeId of(const NodeSet& nodes);
  // What both have in common. O(log scopes) but for the first time.
  ScopeId both(ScopeId a, ScopeId b);
  // All nodes but those of `a`.
  ScopeId outside(ScopeId a);

  [[nodiscard]] const NodeSet& nodes(ScopeId scope) const { return sets_[scope.index()]; }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(sets_.size()); }

 private:
  std::uint32_t nodes_;
  std::vector<NodeSet> sets_;
  std::map<std::pair<ScopeId, ScopeId>, ScopeId> both_;
};

}  // namespace berth
