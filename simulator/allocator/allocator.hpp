// The bare-metal allocator: who gets which nodes, and what is done to them in between.
//
//   available --leased--> provision --handed over--> production   (jobs of its tenant run there)
//       ^                                                |  its lease is over
//       +------- test <------- zap (wiped) <-------------+
//
// A lease begins when its lead time is over and there are nodes for it: the policy's placer picks
// them among those that are available, narrowed to its model of GPUs, to one domain (`within`), and
// to domains without other tenants (`alone_in`). Who finds none waits in the order of kind
// (reserved, on demand, spot), then of time, or is refused, as is who would find none with the
// whole fleet free; nobody behind passes whom wants nodes of the same model. Nodes of other leases
// may move for one that wants a domain; and a lease may end those of later kinds, spot and the
// latest first, and no more of them than it needs. A node that goes to triage, or is out for too
// long, is replaced by one that was kept back or is available as soon as there is one. Setting up
// and wiping take time, fail, are tried again, and only so many at once.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
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
  // It goes out of service next, because somebody upgrades it: its tenant's lease says nothing of
  // that, and it is not replaced. Or it failed before that.
  void upgrades(NodeId node);
  void fails(NodeId node) { upgrading_.erase(node); }
  // After each event: whoever waits gets what there is.
  void settle(SimTime now);

 private:
  enum class Phase : std::uint8_t { to_come, sold, waits, open, over };
  struct Lease {
    Phase phase = Phase::to_come;
    bool extended = false;
    std::uint32_t serving = 0;
    std::uint32_t upgrading = 0;  // out of service for that
    SimTime until{};              // while it is open: its term ends
    std::vector<NodeId> nodes;    // in order
    std::vector<NodeId> lost;     // of them: to be replaced
  };
  struct Gap {  // a node that should serve and does not, or one that is to stand in for it
    SimTime since{};
    bool stands_in = false;
    bool moved = false;  // the other did not fail
  };
  enum class Kind : std::uint8_t { provision, clean, key, hand_over };
  struct Crew {
    const Work* work = nullptr;
    std::uint32_t busy = 0;
    std::deque<NodeId> waiting;
  };
  struct Busy {
    Kind kind;
    bool works;
  };

  // --- sales (allocator_sales.cpp)
  void ask(SimTime now, LeaseId id);
  void due(SimTime now, LeaseId id);
  void refuse(LeaseId id, std::string_view why = {});
  [[nodiscard]] bool could_begin(SimTime now, LeaseId id);
  [[nodiscard]] bool oversells(LeaseId id) const;
  [[nodiscard]] bool sells(SimTime now, LeaseId id) const;
  [[nodiscard]] std::pair<SimTime, SimTime> sold_for(LeaseId id, SimTime now) const;
  [[nodiscard]] std::uint64_t nodes_there(LeaseId id, SimTime at) const;

  // --- leases (allocator.cpp)
  void end(SimTime now, LeaseId id);
  void over(LeaseId id, LeaseEvent how);
  void overdue(SimTime now, NodeId node);
  void give_back(LeaseId id, NodeId node);
  void let_go(LeaseId id, NodeId node);
  void deliver(const Delivery& delivery);
  void take(LeaseId id, NodeId node);

  // --- what is done to nodes (allocator_work.cpp)
  void go_on(NodeId node);
  [[nodiscard]] bool finish_work(NodeId node, Busy done);
  void provision(NodeId node);
  void wipe(NodeId node);
  void put_back(NodeId node);
  void line_up(Kind kind, NodeId node);
  void work_on(Kind kind);
  void begin_work(Kind kind, NodeId node);
  [[nodiscard]] Random draws_for(NodeId node);
  Crew& crew(Kind kind) { return crews_.at(static_cast<std::size_t>(kind)); }

  // --- who gets which (allocator_choice.cpp)
  void serve(SimTime now);
  void replace_lost(SimTime now, LeaseId id);
  std::optional<NodeId> stand_in_for(SimTime now, LeaseId id, NodeId lost);
  bool try_to_begin(SimTime now, LeaseId id);
  void make_way(SimTime now, LeaseId id);
  // Nodes for it, in order; empty where there are none. `coming`: taken to be available as well.
  std::vector<NodeId> choose(SimTime now, LeaseId id, std::uint32_t count, const NodeSet& coming);
  std::vector<NodeId> choose_among(SimTime now, LeaseId id, std::uint32_t count, NodeSet nodes,
                                   const NodeSet& coming);
  [[nodiscard]] std::vector<NodeId> ask_placer(SimTime now, LeaseId id, std::uint32_t count,
                                               const NodeSet& nodes);
  [[nodiscard]] NodeSet coming_back() const;
  void add_serving(LeaseId id, NodeSet& nodes) const;
  [[nodiscard]] bool suits(NodeId node, LeaseId id) const;
  [[nodiscard]] NodeSet suitable(LeaseId id, const NodeSet& coming) const;
  [[nodiscard]] bool keep_to_one_domain(LeaseId id, std::uint32_t count, NodeSet& nodes) const;
  void keep_from_others(LeaseId id, const NodeSet& coming, NodeSet& nodes) const;
  [[nodiscard]] bool has_key(LeaseId id) const;

  // --- moves (allocator_moves.cpp)
  struct Move {
    LeaseId lease;
    NodeId from;
    NodeId to;
  };
  bool make_room_by_moves(SimTime now, LeaseId id, const NodeSet& coming);
  [[nodiscard]] std::vector<NodeId> movable_in(LeaseId id, NodeRange range) const;
  std::optional<std::vector<Move>> plan_moves(SimTime now, const std::vector<NodeId>& away);
  void make(SimTime now, const Move& move);
  [[nodiscard]] std::optional<LeaseId> owner(NodeId node) const;

  [[nodiscard]] bool before(LeaseId a, LeaseId b) const;
  [[nodiscard]] NodeRange spare_domain(NodeId node) const;
  void tell(LeaseId id, LeaseEvent what, std::optional<NodeId> node = {},
            const Gap* stands_in = nullptr, SimTime now = {}) const;
  Lease& lease(LeaseId id) { return leases_[id.index()]; }
  [[nodiscard]] const Lease& lease(LeaseId id) const { return leases_[id.index()]; }
  [[nodiscard]] const Contract& contract(LeaseId id) const { return contracts_[id.index()]; }

  const BareMetal& terms_;
  std::vector<Contract> contracts_;
  const Placer& placer_;
  RunKey run_;
  Cluster& cluster_;
  Premises& premises_;
  Occupancy stock_;            // what is available
  NodeSet kept_back_;          // spares
  std::vector<Lease> leases_;  // by contract
  std::vector<LeaseId> sold_;  // and not due yet
  std::vector<LeaseId> waiting_;
  std::vector<LeaseId> open_;
  Work handing_over_;
  Work setting_keys_;
  std::array<Crew, 4> crews_;  // by Kind
  std::map<NodeId, Busy> under_way_;
  std::map<NodeId, Gap> gaps_;
  std::map<NodeId, bool> upgrading_;        // nodes of open leases; true: out of service for it
  std::set<NodeId> not_set_up_;             // though it was tried
  std::map<NodeId, std::string_view> key_;  // whose: nodes that have one
  std::map<NodeId, LeaseId> would_have_;    // while moves are thought of
  // By model, GPUs of a node, level and nodes: whether the empty fleet has room for it.
  std::map<std::tuple<std::string, std::uint32_t, std::uint32_t, std::uint32_t>, bool> could_;
  std::vector<NodeId> came_;
  std::vector<std::uint32_t> works_;  // by node: so often something was done to it
  bool changed_ = false;              // something became available, or somebody asks
};

}  // namespace berth
