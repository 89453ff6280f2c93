#include "cluster/occupancy_by_scope.hpp"

#include <algorithm>

namespace berth {

// What is held is counted wherever it is: one domain may have nodes in and outside a scope.
void OccupancyByScope::take(const Shape& shape, const Placement& placement) {
  all_.take(shape, placement);
  for (const auto& free : scoped_) {
    if (free) {
      free->take(shape, placement);
    }
  }
}

void OccupancyByScope::give_back(const Shape& shape, const Placement& placement) {
  all_.give_back(shape, placement);
  for (const auto& free : scoped_) {
    if (free) {
      free->give_back(shape, placement);
    }
  }
}

// The index of a scope that the node joined meanwhile was not told of it before.
void OccupancyByScope::set_available(NodeId node, bool available) {
  all_.set_available(node, available);
  for (std::uint32_t scope = 1; scope < scoped_.size(); ++scope) {
    if (scoped_[scope] && scopes_->nodes(ScopeId(scope)).contains(node.index())) {
      if (available) {
        scoped_[scope]->copy(node, all_);
      } else {
        scoped_[scope]->set_available(node, false);
      }
    }
  }
}

// Nodes outside the scope never come into service in its index.
Occupancy& OccupancyByScope::scoped(std::uint32_t scope) {
  scoped_.resize(std::max<std::size_t>(scoped_.size(), scope + 1));
  auto& free = scoped_[scope];
  if (!free) {
    free = std::make_unique<Occupancy>(all_.fleet());
    const NodeSet& nodes = scopes_->nodes(ScopeId(scope));
    for (std::uint32_t i = 0; i < all_.fleet().nodes(); ++i) {
      const NodeId node(i);
      free->copy(node, all_);
      free->set_available(node, nodes.contains(i) && all_.in_service(node));
    }
  }
  return *free;
}

}  // namespace berth
