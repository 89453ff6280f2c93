// Which nodes a job may have when: those of its scope that are open, less those that admission
// keeps from it for a start at that time (reservations). Who promises starts to come asks it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "cluster/node_set.hpp"
#include "scheduler/admission.hpp"

namespace berth {

using Admissions = std::vector<std::unique_ptr<Admission>>;

// The nodes that it may have for a start then, open or not.
ScopeId scope_at(const Admissions& admissions, Scopes& scopes, const Request& request, SimTime at);
// When that changes next, after `now`, for anybody.
std::optional<SimTime> next_change(const Admissions& admissions, SimTime now);

class Reach {
 public:
  explicit Reach(const RunContext& context);

  void turned(NodeId node, bool open);  // a node closes for nobody knows how long, or opens again

  // True when a job may have other nodes at other times.
  [[nodiscard]] bool changes() const { return changes_; }
  // The next time after `at` at which a job may have nodes that it may not have before; `never`.
  [[nodiscard]] SimTime next_change(SimTime at) const;
  [[nodiscard]] ScopeId scope(const Request& request, SimTime start) const;
  // True when all nodes of the fleet are in the scope and open.
  [[nodiscard]] bool all(ScopeId scope) const { return scope == all_nodes && closed_.empty(); }
  [[nodiscard]] bool has(ScopeId scope, NodeId node) const {
    return scopes_.nodes(scope).contains(node.index()) && !closed_.contains(node.index());
  }

 private:
  Scopes& scopes_;
  const Admissions& admissions_;
  bool changes_;
  NodeSet closed_;
};

}  // namespace berth
