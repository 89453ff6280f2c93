#include "cluster/scopes.hpp"

#include <algorithm>
#include <utility>

namespace berth {

Scopes::Scopes(std::uint32_t nodes) : nodes_(nodes) {
  NodeSet all(nodes);
  for (std::uint32_t node = 0; node < nodes; ++node) {
    all.insert(node);
  }
  add(std::move(all), false);
}

ScopeId Scopes::add(NodeSet nodes, bool changes) {
  sets_.push_back(std::move(nodes));
  changes_.push_back(changes);
  return ScopeId(size() - 1);
}

ScopeId Scopes::of(const NodeSet& nodes) {
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (!changes_[i] && sets_[i].words() == nodes.words()) {
      return ScopeId(i);
    }
  }
  return add(nodes, false);
}

ScopeId Scopes::both(ScopeId a, ScopeId b) {
  if (a == b || b == all_nodes) {
    return a;
  }
  if (a == all_nodes) {
    return b;
  }
  const auto key = std::minmax(a, b);
  if (const auto found = both_.find(key); found != both_.end()) {
    return found->second;
  }
  NodeSet common(nodes_);
  for (std::uint32_t node = nodes(a).first(); node != NodeSet::none;
       node = nodes(a).next(node + 1)) {
    if (nodes(b).contains(node)) {
      common.insert(node);
    }
  }
  if (!changes_[a.index()] && !changes_[b.index()]) {
    return both_[key] = of(common);
  }
  const ScopeId scope = add(std::move(common), true);
  common_[a].push_back({scope, b});
  common_[b].push_back({scope, a});
  return both_[key] = scope;
}

ScopeId Scopes::changing() { return add(NodeSet(nodes_), true); }

// What two scopes have in common gets the node where the other one has it, too.
void Scopes::join(ScopeId changing, NodeId node) {
  sets_[changing.index()].insert(node.index());
  std::vector<ScopeId> changed{changing};
  for (std::size_t i = 0; i < changed.size(); ++i) {
    for (const Common& one : common_[changed[i]]) {
      if (nodes(one.other).contains(node.index()) && !nodes(one.scope).contains(node.index())) {
        sets_[one.scope.index()].insert(node.index());
        changed.push_back(one.scope);
      }
    }
  }
}

void Scopes::leave(ScopeId changing, NodeId node) {
  sets_[changing.index()].erase(node.index());
  std::vector<ScopeId> changed{changing};
  for (std::size_t i = 0; i < changed.size(); ++i) {
    for (const Common& one : common_[changed[i]]) {
      if (nodes(one.scope).contains(node.index())) {
        sets_[one.scope.index()].erase(node.index());
        changed.push_back(one.scope);
      }
    }
  }
}

ScopeId Scopes::outside(ScopeId a) {
  NodeSet rest(nodes_);
  for (std::uint32_t node = 0; node < nodes_; ++node) {
    if (!nodes(a).contains(node)) {
      rest.insert(node);
    }
  }
  return of(rest);
}

}  // namespace berth
