#include "cluster/leases.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace berth {

Leases::Leases(std::uint32_t nodes, Scopes& scopes, std::vector<Tenant> tenants,
               std::vector<std::uint32_t> tenant_of)
    : nodes_(nodes), tenants_(std::move(tenants)), tenant_of_(std::move(tenant_of)) {
  for (Tenant& tenant : tenants_) {
    tenant.scope = scopes.changing();
  }
}

const Leases::Tenant* Leases::find(std::string_view tenant) const {
  const auto found = std::ranges::find(tenants_, tenant, &Tenant::name);
  return found != tenants_.end() ? &*found : nullptr;
}

void Leases::lease(NodeId node, LeaseId lease) {
  check(lease.index() < tenant_of_.size(), "nodes go to a lease that there is");
  Owned& owned = nodes_[node.index()];
  check(!owned.lease, "a node belongs to one lease");
  check(!owned.used_by, "a node is wiped before it goes to another lease");
  owned.lease = lease;
}

void Leases::release(NodeId node) {
  Owned& owned = nodes_[node.index()];
  check(owned.lease.has_value(), "only a node that is leased is released");
  owned.lease.reset();
}

void Leases::moved(NodeId node, NodeState from, NodeState to) {
  Owned& owned = nodes_[node.index()];
  if (from == NodeState::zap && to == NodeState::test) {
    owned.used_by.reset();
  }
  if (to == NodeState::available || to == NodeState::spare) {
    check(!owned.lease && !owned.used_by, "what is available is wiped, and of nobody");
  }
  if (to == NodeState::provision || to == NodeState::production) {
    check(owned.lease.has_value(), "a node is set up and used for its tenant alone");
    check(!owned.used_by || owned.used_by == owned.lease, "no node is handed over uncleaned");
    owned.used_by = owned.lease;
  }
}

}  // namespace berth
