// The bare-metal allocator: who gets which nodes, and what is done to them in between.
//
//   available --leased--> provision --handed over--> production   (jobs of its tenant run there)
//       ^                                                |  its lease is over
//       +------- test <------- zap (wiped) <-------------+
//
// A lease begins when there are nodes for it: the policy's placer picks them among those that are
// available, narrowed to its model of GPUs, to one domain (`within`), and to domains without other
// tenants (`alone_in`). Who finds none waits in the order of kind (reserved, on demand, spot), then
// of time, or is refused; nobody behind passes whom wants nodes of the same model. A lease may end
// those of later kinds, spot and the latest first, and no more of them than it needs. A node that
// goes to triage is replaced by an available one as soon as there is one; one that only reboots
// stays. Setting up and wiping take time, fail, are tried again, and only so many at once.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "cluster/cluster.hpp"
#include "core/random.hpp"
#include "scheduler/placer.hpp"
#include "simulator/allocator/contract.hpp"
#include "simulator/allocator/premises.hpp"

namespace berth {

class Allocator {
 public:
  // Opens the leases of `cluster`. All outlive it; `horizon` is where drawn leases stop coming.
  Allocator(const BareMetal& terms, SimTime horizon, const Placer& placer, RunKey run,
            Cluster& cluster, Premises& premises);

  // Before the first event.
  void begin();
  void handle(SimTime now, LeaseDue due);
  // --- what happened to nodes; acted upon in settle()
  void moved(SimTime now, NodeId node, NodeState from, NodeState to);
  void came_through(NodeId node) { came_.push_back(node); }
  // After each event: whoever waits gets what there is.
  void settle(SimTime now);

 private:
  enum class Phase : std::uint8_t { to_come, waits, open, over };
  struct Lease {
    Phase phase = Phase::to_come;
    bool extended = false;
    std::uint32_t serving = 0;
    std::vector<NodeId> nodes;  // in order
    std::vector<NodeId> lost;   // of them: gone for longer than a reboot
  };
  struct Gap {  // a node that should serve and does not, or one that is to stand in for it
    SimTime since{};
    bool stands_in = false;
  };
  struct Crew {
    const Work* work = nullptr;
    std::uint32_t busy = 0;
    std::deque<NodeId> waiting;
  };
  enum class Kind : std::uint8_t { provision, clean };
  struct Busy {
    Kind kind;
    bool works;
  };

  void start(SimTime now, LeaseId id);
  void end(SimTime now, LeaseId id);
  void over(LeaseId id, LeaseEvent how);
  void give_back(LeaseId id, NodeId node);
  void let_go(LeaseId id, NodeId node);
  void deliver(const Delivery& delivery);
  void serve(SimTime now);
  void replace_lost(SimTime now, LeaseId id);
  bool try_to_begin(SimTime now, LeaseId id);
  void make_way(SimTime now, LeaseId id);
  void take(LeaseId id, NodeId node);
  void go_on(NodeId node);

  void provision(NodeId node);
  void wipe(NodeId node);
  void work_on(Kind kind);
  void begin_work(Kind kind, NodeId node);
  [[nodiscard]] Random draws_for(NodeId node);

  // Nodes for it, in order; empty where there are none. `coming`: taken to be available as well.
  std::vector<NodeId> choose(SimTime now, LeaseId id, std::uint32_t count,
                             const std::vector<NodeId>& coming);
  [[nodiscard]] std::vector<NodeId> coming_back() const;
  [[nodiscard]] std::vector<NodeId> serving_of(LeaseId id) const;
  [[nodiscard]] NodeSet suitable(LeaseId id, const std::vector<NodeId>& coming) const;
  [[nodiscard]] bool keep_to_one_domain(LeaseId id, std::uint32_t count, NodeSet& nodes) const;
  void keep_from_others(LeaseId id, const std::vector<NodeId>& coming, NodeSet& nodes) const;
  [[nodiscard]] bool before(LeaseId a, LeaseId b) const;
  void tell(LeaseId id, LeaseEvent what, std::optional<NodeId> node = {},
            std::optional<Duration> stands_in_after = {}) const;
  Lease& lease(LeaseId id) { return leases_[id.index()]; }
  [[nodiscard]] const Lease& lease(LeaseId id) const { return leases_[id.index()]; }
  [[nodiscard]] const Contract& contract(LeaseId id) const { return contracts_[id.index()]; }
  Crew& crew(Kind kind) { return kind == Kind::provision ? provisioners_ : cleaners_; }

  const BareMetal& terms_;
  std::vector<Contract> contracts_;
  const Placer& placer_;
  RunKey run_;
  Cluster& cluster_;
  Premises& premises_;
  Occupancy stock_;            // what is available
  std::vector<Lease> leases_;  // by contract
  std::vector<LeaseId> waiting_;
  std::vector<LeaseId> open_;
  Crew provisioners_;
  Crew cleaners_;
  std::map<NodeId, Busy> under_way_;
  std::map<NodeId, Gap> gaps_;
  std::set<NodeId> not_set_up_;  // though it was tried
  std::vector<NodeId> came_;
  std::vector<std::uint32_t> works_;  // by node: so often something was done to it
  bool changed_ = false;              // something became available, or somebody asks
};

}  // namespace berth
