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
  // All nodes but those of `a`. REQUIRES: they do not change.
  ScopeId outside(ScopeId a);

  // A scope whose nodes come and go, empty so far: those that a tenant leases.
  ScopeId changing();
  // A node joins a changing scope, or leaves it, and so what that has in common with others.
  // REQUIRES: it is not there yet; it is.
  void join(ScopeId changing, NodeId node);
  void leave(ScopeId changing, NodeId node);

  [[nodiscard]] const NodeSet& nodes(ScopeId scope) const { return sets_[scope.index()]; }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(sets_.size()); }

 private:
  struct Common {  // of a changing scope and another one
    ScopeId scope;
    ScopeId other;
  };
  ScopeId add(NodeSet nodes, bool changes);

  std::uint32_t nodes_;
  std::vector<NodeSet> sets_;
  std::vector<bool> changes_;                      // by scope
  std::map<ScopeId, std::vector<Common>> common_;  // of changing scopes
  std::map<std::pair<ScopeId, ScopeId>, ScopeId> both_;
};

}  // namespace berth
