#include "cluster/cluster.hpp"

#include <algorithm>
#include <iterator>
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
  give_back(holding.shape, holding.placement);
  forget(holding.placement);
}

Placement Cluster::part_in(std::uint32_t scope, const Placement& placement) const {
  const NodeSet& nodes = scopes_.nodes(ScopeId(scope));
  Placement part;
  std::copy_if(placement.begin(), placement.end(), std::back_inserter(part),
               [&nodes](const Part& one) { return nodes.contains(one.node.index()); });
  return part;
}

void Cluster::take(const Shape& shape, const Placement& placement) {
  occupancy_.take(shape, placement);
  for (std::uint32_t scope = 1; scope < scoped_.size(); ++scope) {
    if (scoped_[scope]) {
      scoped_[scope]->take(shape, part_in(scope, placement));
    }
  }
}

void Cluster::give_back(const Shape& shape, const Placement& placement) {
  occupancy_.give_back(shape, placement);
  for (std::uint32_t scope = 1; scope < scoped_.size(); ++scope) {
    if (scoped_[scope]) {
      scoped_[scope]->give_back(shape, part_in(scope, placement));
    }
  }
}

// Nodes outside the scope never come into service in its index.
Occupancy& Cluster::scoped(ScopeId scope) {
  const std::uint32_t index = scope.index();
  scoped_.resize(std::max<std::size_t>(scoped_.size(), index + 1));
  if (scoped_[index]) {
    return *scoped_[index];
  }
  auto free = std::make_unique<Occupancy>(fleet());
  for (const Holding& holding : holdings_) {
    if (!holding.placement.empty()) {
      free->take(holding.shape, holding.placement);
    }
  }
  for (std::uint32_t node = 0; node < fleet().nodes(); ++node) {
    free->set_available(NodeId(node),
                        scopes_.nodes(scope).contains(node) && occupancy_.available(NodeId(node)));
  }
  scoped_[index] = std::move(free);
  return *scoped_[index];
}

void Cluster::set_available(NodeId node, bool available) {
  check(available || !occupancy_.available(node) || occupancy_.idle(node),
        "nobody runs on a node that is taken out of service");
  set_open(node, available);
}

void Cluster::set_open(NodeId node, bool open) {
  occupancy_.set_available(node, open);
  for (std::uint32_t scope = 1; scope < scoped_.size(); ++scope) {
    if (scoped_[scope] && scopes_.nodes(ScopeId(scope)).contains(node.index())) {
      scoped_[scope]->set_available(node, open);
    }
  }
}

const Occupancy& Draft::occupancy(ScopeId scope) {
  if (scope == all_nodes) {
    return cluster_->occupancy_;
  }
  auto& scoped = cluster_->scoped_;
  if (scope.index() < scoped.size() && scoped[scope.index()]) {
    return *scoped[scope.index()];
  }
  Occupancy& free = cluster_->scoped(scope);
  for (const JobId job : stops_) {
    const Holding& holding = cluster_->holding(job);
    free.give_back(holding.shape, cluster_->part_in(scope.index(), holding.placement));
  }
  for (const Start& start : starts_) {
    free.take(start.shape, cluster_->part_in(scope.index(), start.placement));
  }
  return free;
}

void Draft::start(JobId job, const Shape& shape, Placement&& placement) {
  check(!placement.empty(), "a placement names at least one node");
  cluster_->take(shape, placement);
  starts_.push_back({job, shape, std::move(placement)});
}

void Draft::stop(JobId job) {
  check(cluster_->holds(job) && std::ranges::count(stops_, job) == 0,
        "only a running job is stopped, once");
  const Holding& holding = cluster_->holding(job);
  cluster_->give_back(holding.shape, holding.placement);
  stops_.push_back(job);
}

void Draft::undo_stop() {
  const Holding& holding = cluster_->holding(stops_.back());
  cluster_->take(holding.shape, holding.placement);
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
    cluster_->give_back(starts_.back().shape, starts_.back().placement);
    starts_.pop_back();
  }
  while (!stops_.empty()) {
    undo_stop();
  }
}

}  // namespace berth
