#include "cluster/cluster.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace berth {

void Cluster::hold(JobId job, const Shape& shape, Placement&& placement) {
  if (job.index() >= holdings_.size()) {
    holdings_.resize(job.index() + 1);
  }
  Holding& holding = holdings_[job.index()];
  check(holding.placement.empty(), "a job starts only when it holds nothing");
  holding.shape = shape;
  holding.placement = std::move(placement);
  busy_gpus_ += shape.total_gpus();
}

Holding& Cluster::let_go(JobId job) {
  check(holds(job), "only a running job is stopped");
  Holding& holding = holdings_[job.index()];
  busy_gpus_ -= holding.shape.total_gpus();
  return holding;
}

void Cluster::stop(JobId job) {
  Holding& holding = let_go(job);
  free_.give_back(holding.shape, holding.placement);
  forget(holding.placement);
}

void Cluster::set_available(NodeId node, bool available) {
  check(available || !occupancy().available(node) || occupancy().idle(node),
        "nobody runs on a node that is taken out of service");
  set_open(node, available);
}

void Cluster::set_open(NodeId node, bool open) { free_.set_available(node, open); }

void Draft::start(JobId job, const Shape& shape, Placement&& placement) {
  check(!placement.empty(), "a placement names at least one node");
  check(std::ranges::all_of(placement,
                            [this](const Part& part) { return occupancy().available(part.node); }),
        "nobody starts on a node that is closed");
  cluster_->free_.take(shape, placement);
  starts_.push_back({job, shape, std::move(placement)});
}

void Draft::stop(JobId job) {
  check(cluster_->holds(job) && std::ranges::count(stops_, job) == 0,
        "only a running job is stopped, once");
  const Holding& holding = cluster_->holding(job);
  cluster_->free_.give_back(holding.shape, holding.placement);
  stops_.push_back(job);
}

void Draft::undo_stop() {
  const Holding& holding = cluster_->holding(stops_.back());
  cluster_->free_.take(holding.shape, holding.placement);
  stops_.pop_back();
}

void Draft::commit() {
  for (const JobId job : stops_) {
    forget(cluster_->let_go(job).placement);
  }
  stops_.clear();
  for (Start& start : starts_) {
    cluster_->hold(start.job, start.shape, std::move(start.placement));
  }
  starts_.clear();
}

// What was started may stand where something was stopped: starts are undone first.
void Draft::roll_back() {
  while (!starts_.empty()) {
    cluster_->free_.give_back(starts_.back().shape, starts_.back().placement);
    starts_.pop_back();
  }
  while (!stops_.empty()) {
    undo_stop();
  }
}

}  // namespace berth
