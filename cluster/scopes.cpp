#include "cluster/scopes.hpp"

#include <algorithm>

namespace berth {

Scopes::Scopes(std::uint32_t nodes) : nodes_(nodes) {
  NodeSet all(nodes);
  for (std::uint32_t node = 0; node < nodes; ++node) {
    all.insert(node);
  }
  sets_.push_back(std::move(all));
}

ScopeId Scopes::of(const NodeSet& nodes) {
  const auto found = std::ranges::find(sets_, nodes.words(), &NodeSet::words);
  if (found != sets_.end()) {
    return ScopeId(static_cast<std::uint32_t>(found - sets_.begin()));
  }
  sets_.push_back(nodes);
  return ScopeId(size() - 1);
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
  return both_[key] = of(common);
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
