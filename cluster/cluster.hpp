// The one mutable fact of a run: who holds which GPUs, and which nodes are in service. It changes
// only through the verbs below, each checked. A Draft is a plan in the making: what it starts is
// taken from the index at once, what it stops is given back at once, and both are undone unless the
// draft is committed.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cluster/occupancy.hpp"
#include "cluster/scopes.hpp"

namespace berth {

// What a running job holds.
struct Holding {
  Shape shape;
  Placement placement;  // empty: holds nothing
};

class Cluster {
 public:
  explicit Cluster(const Fleet& fleet) : occupancy_(fleet), scopes_(fleet.nodes()) {}

  [[nodiscard]] const Fleet& fleet() const { return occupancy_.fleet(); }
  [[nodiscard]] const Occupancy& occupancy() const { return occupancy_; }
  [[nodiscard]] const Scopes& scopes() const { return scopes_; }
  [[nodiscard]] Scopes& scopes() { return scopes_; }
  [[nodiscard]] const Holding& holding(JobId job) const { return holdings_[job.index()]; }
  [[nodiscard]] bool holds(JobId job) const {
    return job.index() < holdings_.size() && !holdings_[job.index()].placement.empty();
  }
  [[nodiscard]] std::uint64_t busy_gpus() const { return busy_gpus_; }

  // REQUIRES: the job holds something.
  void stop(JobId job);
  // REQUIRES: nobody runs on a node that is taken out of service.
  void set_available(NodeId node, bool available);
  // Out of service for newcomers; whoever runs there stays (a cordon, a drain).
  void set_open(NodeId node, bool open);

 private:
  friend class Draft;
  void hold(JobId job, const Shape& shape, Placement&& placement);
  Holding& let_go(JobId job);  // its books, not the index
  void take(const Shape& shape, const Placement& placement);
  void give_back(const Shape& shape, const Placement& placement);
  [[nodiscard]] Placement part_in(std::uint32_t scope, const Placement& placement) const;
  Occupancy& scoped(ScopeId scope);

  Occupancy occupancy_;
  Scopes scopes_;
  std::vector<std::unique_ptr<Occupancy>> scoped_;  // by scope; null: nobody asked
  std::vector<Holding> holdings_;                   // by job
  std::uint64_t busy_gpus_ = 0;
};

class Draft {
 public:
  explicit Draft(Cluster& cluster) : cluster_(&cluster) {}
  ~Draft() { roll_back(); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  [[nodiscard]] const Cluster& cluster() const { return *cluster_; }
  [[nodiscard]] Scopes& scopes() { return cluster_->scopes_; }
  [[nodiscard]] const Occupancy& occupancy() const { return cluster_->occupancy_; }
  // What is free among the nodes of a scope. O(nodes + what is held) the first time that this scope
  // is asked for; from then on each start and stop costs a little more.
  [[nodiscard]] const Occupancy& occupancy(ScopeId scope);

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
