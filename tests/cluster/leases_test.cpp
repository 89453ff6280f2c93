// Whose nodes are: what may be leased, what has to be wiped, and which nodes a tenant has.
#include <doctest/doctest.h>

#include "cluster/cluster.hpp"
#include "core/check.hpp"
#include "tests/cluster/fleets.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

constexpr LeaseId first{0};
constexpr LeaseId second{1};

// Four nodes, all available; a lease of each of two tenants.
struct Leased {
  Fleet fleet = uniform(4, 4);
  Cluster cluster{fleet};
  Leased() {
    cluster.lease_nodes({{"a", 2, all_nodes}, {"b", 2, all_nodes}}, {0, 1});
    for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
      cluster.set_state(NodeId(node), NodeState::available);
    }
  }
  void go(std::uint32_t node, std::initializer_list<NodeState> states) {
    for (const NodeState state : states) {
      cluster.set_state(NodeId(node), state);
    }
  }
  [[nodiscard]] const NodeSet& nodes_of(LeaseId lease) const {
    return cluster.scopes().nodes(cluster.leases()->tenant(lease).scope);
  }
};

}  // namespace

TEST_CASE("a node belongs to one lease") {
  Leased world;
  world.cluster.lease(NodeId(0), first);
  CHECK(world.cluster.leases()->of(NodeId(0)) == first);
  CHECK_FALSE(world.cluster.leases()->of(NodeId(1)));
  CHECK_THROWS_AS(world.cluster.lease(NodeId(0), second), InternalError);
}

TEST_CASE("a node goes to nobody before it is wiped after its last tenant") {
  Leased world;
  world.cluster.lease(NodeId(0), first);
  world.go(0, {NodeState::provision, NodeState::production, NodeState::draining});
  world.cluster.release(NodeId(0));
  CHECK_FALSE(world.cluster.leases()->clean(NodeId(0)));
  CHECK_THROWS_AS(world.cluster.lease(NodeId(0), second), InternalError);
  world.go(0, {NodeState::zap, NodeState::test});
  CHECK(world.cluster.leases()->clean(NodeId(0)));
  world.go(0, {NodeState::available});
  world.cluster.lease(NodeId(0), second);
  CHECK(world.cluster.leases()->of(NodeId(0)) == second);
}

TEST_CASE("what was not wiped does not become available, whichever way it came") {
  Leased world;
  world.cluster.lease(NodeId(0), first);
  world.go(0, {NodeState::provision, NodeState::production, NodeState::reboot});
  world.cluster.release(NodeId(0));
  world.go(0, {NodeState::test});
  CHECK_THROWS_AS(world.go(0, {NodeState::available}), InternalError);
}

TEST_CASE("a node in triage is not leased") {
  Leased world;
  world.go(0, {NodeState::triage});
  CHECK_THROWS_AS(world.cluster.lease(NodeId(0), first), InternalError);
}

TEST_CASE("a node that a tenant works on is not released") {
  Leased world;
  world.cluster.lease(NodeId(0), first);
  world.go(0, {NodeState::provision, NodeState::production});
  CHECK_THROWS_AS(world.cluster.release(NodeId(0)), InternalError);
}

TEST_CASE(
    "the scope of a tenant is what it leases, and so is what that has in common with others") {
  Leased world;
  NodeSet even(4);
  even.insert(0);
  even.insert(2);
  Scopes& scopes = world.cluster.scopes();
  const ScopeId evens = scopes.of(even);
  const ScopeId of_a = world.cluster.leases()->tenant(first).scope;
  const ScopeId both = scopes.both(evens, of_a);
  Draft draft(world.cluster);
  CHECK(draft.occupancy(both).free_gpus() == 0);
  world.cluster.lease(NodeId(1), first);
  world.cluster.lease(NodeId(2), first);
  world.go(1, {NodeState::provision, NodeState::production});
  world.go(2, {NodeState::provision, NodeState::production});
  CHECK(world.nodes_of(first).size() == 2);
  CHECK(scopes.nodes(both).size() == 1);
  CHECK(draft.occupancy(of_a).free_gpus() == 8);
  CHECK(draft.occupancy(both).free_gpus() == 4);
  world.go(2, {NodeState::draining});
  world.cluster.release(NodeId(2));
  CHECK(scopes.nodes(both).size() == 0);
  CHECK(draft.occupancy(of_a).free_gpus() == 4);
  CHECK(draft.occupancy(both).free_gpus() == 0);
}
