#include "cluster/occupancy_by_scope.hpp"

#include <algorithm>
#include <iterator>

namespace berth {

Placement OccupancyByScope::part(bool inside, std::uint32_t scope,
                                 const Placement& placement) const {
  const NodeSet& nodes = scopes_->nodes(ScopeId(scope));
  Placement part;
  std::copy_if(placement.begin(), placement.end(), std::back_inserter(part),
               [&](const Part& one) { return nodes.contains(one.node.index()) == inside; });
  return part;
}

// Pods of a group are counted wherever they run: one domain may have nodes in and outside a scope.
void OccupancyByScope::count_outside(std::uint32_t scope, const Shape& shape,
                                     const Placement& placement, std::int32_t sign) {
  if (shape.group > 0) {
    scoped_[scope]->count_pods(shape, part(false, scope, placement), sign);
  }
}

void OccupancyByScope::take(const Shape& shape, const Placement& placement) {
  all_.take(shape, placement);
  for (std::uint32_t scope = 1; scope < scoped_.size(); ++scope) {
    if (scoped_[scope]) {
      scoped_[scope]->take(shape, part(true, scope, placement));
      count_outside(scope, shape, placement, 1);
    }
  }
}

void OccupancyByScope::give_back(const Shape& shape, const Placement& placement) {
  all_.give_back(shape, placement);
  for (std::uint32_t scope = 1; scope < scoped_.size(); ++scope) {
    if (scoped_[scope]) {
      scoped_[scope]->give_back(shape, part(true, scope, placement));
      count_outside(scope, shape, placement, -1);
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
      free->set_available(node, nodes.contains(i) && all_.available(node));
    }
  }
  return *free;
}

}  // namespace berth
