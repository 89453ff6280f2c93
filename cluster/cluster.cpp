#include "cluster/cluster.hpp"

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

void Cluster::stop(JobId job) {
  check(holds(job), "only a running job is stopped");
  Holding& holding = holdings_[job.index()];
  occupancy_.give_back(holding.shape, holding.placement);
  busy_gpus_ -= holding.shape.total_gpus();
  forget(holding.placement);
}

void Cluster::set_available(NodeId node, bool available) {
  check(available || !occupancy_.available(node) || occupancy_.idle(node),
        "nobody runs on a node that is taken out of service");
  occupancy_.set_available(node, available);
}

void Draft::start(JobId job, const Shape& shape, Placement&& placement) {
  check(!placement.empty(), "a placement names at least one node");
  cluster_->occupancy_.take(shape, placement);
  starts_.push_back({job, shape, std::move(placement)});
}

void Draft::commit() {
  for (Start& start : starts_) {
    cluster_->hold(start.job, start.shape, std::move(start.placement));
  }
  starts_.clear();
}

void Draft::roll_back() {
  while (!starts_.empty()) {
    cluster_->occupancy_.give_back(starts_.back().shape, starts_.back().placement);
    starts_.pop_back();
  }
}

}  // namespace berth
