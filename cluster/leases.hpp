// Who owns which node, where nodes are leased whole (bare metal). A node belongs to one lease or to
// none; it is leased only while it is available, that is wiped and tested; and from the moment that
// something of a tenant's is put on it nobody else gets it until it has been wiped. These are
// checked here, at each step, whoever asks.
//
// Each tenant has a scope: the nodes of all its leases. The jobs that it may run there are another
// matter (scheduler/admissions/leases.cpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/life_cycle.hpp"
#include "cluster/scopes.hpp"
#include "core/ids.hpp"

namespace berth {

using LeaseId = Id<struct LeaseTag>;

class Leases {
 public:
  struct Tenant {
    std::string name;
    std::uint32_t nodes_most = 0;  // that its contracts ever give it at a time
    ScopeId scope = all_nodes;
  };

  // `tenants` get their scopes in `scopes`, which outlives it. `tenant_of`: by lease.
  Leases(std::uint32_t nodes, Scopes& scopes, std::vector<Tenant> tenants,
         std::vector<std::uint32_t> tenant_of);

  [[nodiscard]] const std::vector<Tenant>& tenants() const { return tenants_; }
  [[nodiscard]] const Tenant* find(std::string_view tenant) const;
  [[nodiscard]] const Tenant& tenant(LeaseId lease) const {
    return tenants_[tenant_of_[lease.index()]];
  }
  [[nodiscard]] std::optional<LeaseId> of(NodeId node) const { return nodes_[node.index()].lease; }
  // Whose something is on it since it was wiped; null: nobody's.
  [[nodiscard]] const Tenant* user(NodeId node) const {
    const auto& lease = nodes_[node.index()].used_by;
    return lease ? &tenant(*lease) : nullptr;
  }
  // True when nothing of any tenant is left on it.
  [[nodiscard]] bool clean(NodeId node) const { return !nodes_[node.index()].used_by; }

 private:
  friend class Cluster;  // whose verbs these are
  void lease(NodeId node, LeaseId lease);
  void release(NodeId node);
  void moved(NodeId node, NodeState from, NodeState to);

  struct Owned {
    std::optional<LeaseId> lease;
    std::optional<LeaseId> used_by;  // since it was wiped
  };
  std::vector<Owned> nodes_;
  std::vector<Tenant> tenants_;
  std::vector<std::uint32_t> tenant_of_;
};

}  // namespace berth
