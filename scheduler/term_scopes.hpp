// The nodes that a job's terms leave it: of the GPU models that it takes, with all the labels that
// it asks for, without a taint that it does not tolerate.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "cluster/scopes.hpp"
#include "cluster/shape.hpp"
#include "topology/fleet.hpp"
#include "workloads/terms.hpp"

namespace berth {

class TermScopes {
 public:
  explicit TermScopes(const Fleet& fleet);  // `fleet` outlives it

  [[nodiscard]] bool tainted() const { return tainted_; }  // some node is
  // `terms` may be null. O(log) but the first time that these are asked for.
  ScopeId of(const Terms* terms, Scopes& scopes);
  // Nodes of which such a task leaves nothing, for who wants nobody beside it.
  ScopeId filled_by(const Shape& shape, Scopes& scopes);

 private:
  using Words = std::vector<std::string>;
  using Key = std::tuple<Words, Words, Words>;

  const Fleet& fleet_;
  bool tainted_;
  std::map<Key, ScopeId> known_;
  std::map<Shape, ScopeId> filled_;  // by the shape of one task
};

// Whether its GPU model and labels are those that are asked for, whatever its taints.
bool selects(const Terms& terms, const NodeKind& kind);
// Whether a node of that kind will do; see TermScopes.
bool suits(const NodeKind& kind, const Terms& terms);

}  // namespace berth
