// The one mutable fact of a run: who holds which GPUs, and which nodes are in service. It changes
// only through the verbs below, each checked. A Draft is a plan in the making: what it starts is
// taken from the index at once, what it stops is given back at once, and both are undone unless the
// draft is committed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/leases.hpp"
#include "cluster/life_cycle.hpp"
#include "cluster/occupancy_by_scope.hpp"
#include "cluster/residents.hpp"
#include "cluster/scopes.hpp"

namespace berth {

// What a running job holds.
struct Holding {
  Shape shape;
  Placement placement;  // empty: holds nothing
};

class Cluster {
 public:
  explicit Cluster(const Fleet& fleet) : scopes_(fleet.nodes()), free_(fleet, scopes_) {}
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  [[nodiscard]] const Fleet& fleet() const { return occupancy().fleet(); }
  [[nodiscard]] const Occupancy& occupancy() const { return free_.all(); }
  [[nodiscard]] const Scopes& scopes() const { return scopes_; }
  [[nodiscard]] Scopes& scopes() { return scopes_; }
  [[nodiscard]] const Holding& holding(JobId job) const { return holdings_[job.index()]; }
  [[nodiscard]] bool holds(JobId job) const {
    return job.index() < holdings_.size() && !holdings_[job.index()].placement.empty();
  }
  [[nodiscard]] std::uint64_t busy_gpus() const { return busy_gpus_; }

  // REQUIRES: the job holds something.
  void stop(JobId job);

  // --- of nodes; each says whether it opened the node for newcomers, or closed it
  // ------------------- All begin in production, and open. A node is open as long as it is in
  // production and nobody keeps it closed; several may (cordons, drains), and whoever runs there
  // stays.
  [[nodiscard]] NodeState state(NodeId node) const {
    return states_.empty() ? NodeState::production : states_[node.index()];
  }
  bool close(NodeId node);
  bool reopen(NodeId node);  // REQUIRES: one who closed it takes that back
  // True when somebody keeps it closed beside what its state does.
  [[nodiscard]] bool closed_otherwise(NodeId node) const {
    const std::uint32_t by_state = state(node) == NodeState::production ? 0U : 1U;
    return !closed_.empty() && closed_[node.index()] > by_state;
  }
  // REQUIRES: it follows (life_cycle.hpp), and nobody runs on a node that does not serve any more.
  bool set_state(NodeId node, NodeState state);

  // --- of whose nodes are, where they are leased
  // ---------------------------------------------------
  // From now on nodes are somebody's or wait for somebody. REQUIRES: nothing happened yet.
  void lease_nodes(std::vector<Leases::Tenant> tenants, std::vector<std::uint32_t> tenant_of);
  [[nodiscard]] const Leases* leases() const { return leases_ ? &*leases_ : nullptr; }
  // REQUIRES: it is available or kept back (so wiped and tested), and nobody's.
  void lease(NodeId node, LeaseId lease);
  // REQUIRES: it is somebody's, closed, and nobody runs there.
  void release(NodeId node);

  // --- of who runs where, once somebody wants to know
  // ---------------------------------------------
  void watch_nodes();  // REQUIRES: nothing is held
  // In order of id, each once. REQUIRES: watch_nodes() was called.
  [[nodiscard]] std::vector<JobId> jobs_on(NodeId node) const;

 private:
  friend class Draft;
  bool keep_closed(NodeId node, std::int32_t more);
  void hold(JobId job, const Shape& shape, Placement&& placement);
  Holding& let_go(JobId job);  // its books, not the index

  Scopes scopes_;
  OccupancyByScope free_;
  std::vector<Holding> holdings_;  // by job
  std::uint64_t busy_gpus_ = 0;
  std::vector<NodeState> states_;      // by node; empty: all in production
  std::vector<std::uint32_t> closed_;  // by node, how many keep it closed; empty: nobody any
  std::optional<Residents> residents_;
  std::optional<Leases> leases_;
};

class Draft {
 public:
  explicit Draft(Cluster& cluster) : cluster_(&cluster) {}
  ~Draft() { roll_back(); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  [[nodiscard]] const Cluster& cluster() const { return *cluster_; }
  [[nodiscard]] Scopes& scopes() { return cluster_->scopes_; }
  [[nodiscard]] const Occupancy& occupancy() const { return cluster_->occupancy(); }
  // What is free among the nodes of a scope; see OccupancyByScope::of.
  [[nodiscard]] const Occupancy& occupancy(ScopeId scope) { return cluster_->free_.of(scope); }

  // Takes the placement. REQUIRES: it is free, the job is not yet in the draft, and holds nothing
  // or was stopped in the draft.
  void start(JobId job, const Shape& shape, Placement&& placement);
  // Gives back what the job holds. REQUIRES: it holds something, and was not stopped in the draft.
  void stop(JobId job);
  // Takes back the stop that came last. REQUIRES: what it gave back is free.
  void undo_stop();

  struct Start {
    JobId job;
    Shape shape;
    Placement placement;
  };
  [[nodiscard]] const std::vector<Start>& starts() const { return starts_; }
  [[nodiscard]] const std::vector<JobId>& stops() const { return stops_; }

  // Makes it real; the draft is empty afterwards.
  void commit();
  // Undoes it; the draft is empty afterwards.
  void roll_back();

 private:
  Cluster* cluster_;
  std::vector<Start> starts_;
  std::vector<JobId> stops_;
};

}  // namespace berth
