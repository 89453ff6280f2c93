// The one mutable fact of a run: who holds which GPUs, and which nodes are in service. It changes
// only through the verbs below, each checked. A Draft is a plan in the making: what it starts is
// taken from the index at once, and given back unless the draft is committed.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/occupancy.hpp"

namespace berth {

// What a running job holds.
struct Holding {
  Shape shape;
  Placement placement;  // empty: holds nothing
};

class Cluster {
 public:
  explicit Cluster(const Fleet& fleet) : occupancy_(fleet) {}

  [[nodiscard]] const Fleet& fleet() const { return occupancy_.fleet(); }
  [[nodiscard]] const Occupancy& occupancy() const { return occupancy_; }
  [[nodiscard]] const Holding& holding(JobId job) const { return holdings_[job.index()]; }
  [[nodiscard]] bool holds(JobId job) const {
    return job.index() < holdings_.size() && !holdings_[job.index()].placement.empty();
  }
  [[nodiscard]] std::uint64_t busy_gpus() const { return busy_gpus_; }

  // REQUIRES: the job holds something.
  void stop(JobId job);
  // REQUIRES: nobody runs on a node that is taken out of service.
  void set_available(NodeId node, bool available);

 private:
  friend class Draft;
  void hold(JobId job, const Shape& shape, Placement&& placement);

  Occupancy occupancy_;
  std::vector<Holding> holdings_;  // by job
  std::uint64_t busy_gpus_ = 0;
};

class Draft {
 public:
  explicit Draft(Cluster& cluster) : cluster_(&cluster) {}
  ~Draft() { roll_back(); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  [[nodiscard]] const Occupancy& occupancy() const { return cluster_->occupancy_; }

  // Takes the placement. REQUIRES: it is free, the job holds nothing and is not yet in the draft.
  void start(JobId job, const Shape& shape, Placement&& placement);

  struct Start {
    JobId job;
    Shape shape;
    Placement placement;
  };
  [[nodiscard]] const std::vector<Start>& starts() const { return starts_; }

  // Makes the starts real; the draft is empty afterwards.
  void commit();
  // Gives everything back; the draft is empty afterwards.
  void roll_back();

 private:
  Cluster* cluster_;
  std::vector<Start> starts_;
};

}  // namespace berth
