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
  if (residents_) {
    residents_->came(job, holding.placement);
  }
  busy_gpus_ += shape.total_gpus();
}

Holding& Cluster::let_go(JobId job) {
  check(holds(job), "only a running job is stopped");
  Holding& holding = holdings_[job.index()];
  if (residents_) {
    residents_->left(job, holding.placement);
  }
  busy_gpus_ -= holding.shape.total_gpus();
  return holding;
}

void Cluster::stop(JobId job) {
  Holding& holding = let_go(job);
  free_.give_back(holding.shape, holding.placement);
  forget(holding.placement);
}

bool Cluster::keep_closed(NodeId node, std::int32_t more) {
  closed_.resize(fleet().nodes());
  std::uint32_t& count = closed_[node.index()];
  const bool was_open = count == 0;
  check(more > 0 || !was_open, "only a node that is closed is opened again");
  count += static_cast<std::uint32_t>(more);
  const bool turned = was_open != (count == 0);
  if (turned) {
    free_.set_available(node, !was_open);
  }
  return turned;
}

bool Cluster::close(NodeId node) { return keep_closed(node, 1); }
bool Cluster::reopen(NodeId node) { return keep_closed(node, -1); }

bool Cluster::set_state(NodeId node, NodeState state) {
  states_.resize(fleet().nodes(), NodeState::production);
  NodeState& now = states_[node.index()];
  check(follows(now, state), "a node goes the way of its life cycle");
  check(serves(state) || occupancy().idle(node), "nobody runs on a node that is out of service");
  if (leases_) {
    leases_->moved(node, now, state);
  }
  const bool was_open = is_open(now);
  now = state;
  if (was_open == is_open(state)) {
    return false;
  }
  return was_open ? close(node) : reopen(node);
}

void Cluster::lease_nodes(std::vector<Leases::Tenant> tenants,
                          std::vector<std::uint32_t> tenant_of) {
  check(busy_gpus_ == 0 && states_.empty(), "nodes are leased from the beginning");
  leases_.emplace(fleet().nodes(), scopes_, std::move(tenants), std::move(tenant_of));
}

void Cluster::lease(NodeId node, LeaseId lease) {
  check(state(node) == NodeState::available || state(node) == NodeState::spare,
        "only a node that is available, or kept back, is leased");
  leases_->lease(node, lease);
  scopes_.join(leases_->tenant(lease).scope, node);
}

void Cluster::release(NodeId node) {
  check(state(node) != NodeState::production && occupancy().idle(node),
        "a tenant leaves a node before it is released");
  const auto lease = leases_->of(node);
  leases_->release(node);
  scopes_.leave(leases_->tenant(*lease).scope, node);
}

void Cluster::watch_nodes() {
  check(busy_gpus_ == 0, "nodes are watched from the beginning");
  residents_.emplace(fleet().nodes());
}

std::vector<JobId> Cluster::jobs_on(NodeId node) const {
  std::vector<JobId> jobs = residents_->on(node);
  std::ranges::sort(jobs);
  jobs.erase(std::unique(jobs.begin(), jobs.end()), jobs.end());
  return jobs;
}

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
