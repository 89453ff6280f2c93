// Rolling upgrades (upgrades.hpp): when a batch begins, what becomes of its nodes, and when they
// are back.
#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "simulator/simulation.hpp"

namespace berth {
namespace {

const std::vector<NodeId> nobody;

// Not yet to be delivered, nor at its vendor.
bool is_there(NodeState state) { return state != NodeState::ordered && state != NodeState::rma; }

// It could take newcomers, or is kept for some.
bool is_fit(NodeState state) {
  return is_open(state) || state == NodeState::spare || state == NodeState::available;
}

}  // namespace

void Simulation::upgrade(Upgrade plan) {
  if (upgrades_.empty() && options_.failures == nullptr && !allocator_) {
    cluster_.watch_nodes();
  }
  const UpgradeDue begins{static_cast<std::uint32_t>(upgrades_.size())};
  queue_.schedule(plan.at, rank(begins), begins);
  UpgradeUnderWay one;
  one.not_before = plan.at;
  one.plan = std::move(plan);
  upgrades_.push_back(std::move(one));
}

void Simulation::handle(const UpgradeDue& due) {
  UpgradeUnderWay& one = upgrades_[due.number];
  if (due.deadline_of) {
    force_out(due.number, *due.deadline_of);
  } else if (!one.begun) {
    one.begun = true;
    tell(UpgradeTold{due.number, UpgradeTold::What::begins, nobody});
  }
  upgrades_turn_ = true;
}

// Of an upgrade's nodes, who could not take newcomers now.
std::uint32_t Simulation::unavailable_of(const UpgradeUnderWay& one) const {
  std::uint32_t count = 0;
  for (const std::vector<NodeId>& batch : one.plan.batches) {
    count += static_cast<std::uint32_t>(std::ranges::count_if(batch, [&](NodeId node) {
      const NodeState state = cluster_.state(node);
      return is_there(state) && (!is_fit(state) || cluster_.closed_otherwise(node));
    }));
  }
  return count;
}

// At the end of an event that may have brought a node back.
void Simulation::go_on_upgrading() {
  upgrades_turn_ = false;
  for (std::uint32_t i = 0; i < upgrades_.size(); ++i) {
    UpgradeUnderWay& one = upgrades_[i];
    while (one.begun && one.next < one.plan.batches.size() && now_ >= one.not_before &&
           unavailable_of(one) + closable_of(one) <= one.plan.max_unavailable) {
      begin_batch(i);
    }
    if (one.begun && !one.over && one.next == one.plan.batches.size() && one.in_hand.empty()) {
      one.over = true;
      tell(UpgradeTold{i, UpgradeTold::What::ends, nobody});
    }
  }
}

// Nodes of the next batch that would be unavailable and are not.
std::uint32_t Simulation::closable_of(const UpgradeUnderWay& one) const {
  const std::vector<NodeId>& batch = one.plan.batches[one.next];
  return static_cast<std::uint32_t>(std::ranges::count_if(batch, [&](NodeId node) {
    return is_fit(cluster_.state(node)) && !cluster_.closed_otherwise(node) &&
           !is_skipped(one, node);
  }));
}

bool Simulation::is_skipped(const UpgradeUnderWay& one, NodeId node) const {
  return one.plan.leased == Upgrade::Leased::skipped && cluster_.leases() != nullptr &&
         cluster_.leases()->of(node).has_value();
}

void Simulation::begin_batch(std::uint32_t number) {
  UpgradeUnderWay& one = upgrades_[number];
  const auto which = static_cast<std::uint32_t>(one.next++);
  std::vector<NodeId> nodes;
  for (const NodeId node : one.plan.batches[which]) {
    if (is_skipped(one, node)) {
      ++one.skipped;
    } else {
      nodes.push_back(node);
    }
  }
  tell(UpgradeTold{number, UpgradeTold::What::batch, nodes});
  one.not_before = after(now_, one.plan.every);
  if (one.plan.every > Duration{} && one.next < one.plan.batches.size()) {
    const UpgradeDue due{number};
    queue_.schedule(one.not_before, rank(due), due);
  }
  for (const NodeId node : nodes) {
    upgrade_node(number, node);
  }
  if (one.plan.deadline) {
    const UpgradeDue due{number, which};
    queue_.schedule(after(now_, *one.plan.deadline), rank(due), due);
  }
  plan_due_ = true;
}

// One course for all: what is drawn belongs to the upgrade and the node.
void Simulation::upgrade_node(std::uint32_t number, NodeId node) {
  UpgradeUnderWay& one = upgrades_[number];
  const NodeState state = cluster_.state(node);
  if (!is_fit(state) && state != NodeState::draining) {
    return;
  }
  Failure planned;
  planned.at = now_;
  planned.nodes = {{node.index(), node.index() + 1}};
  planned.cause = cause_of_upgrades();
  planned.severity = Severity::low;
  planned.warns = true;
  planned.planned = true;
  Random draws(options_.run, Stream::upgrades,
               std::uint64_t{number} << 32U | std::uint64_t{node.index()});
  const Duration lasts = one.plan.lasts.sample(draws);
  planned.course = {{NodeState::reboot, lasts}, {NodeState::test, one.plan.test.sample(draws)}};
  one.in_hand.insert(node);
  if (allocator_ && state != NodeState::draining) {
    allocator_->upgrades(node);
  }
  take_out(node, planned);
}

// Whoever still runs on the nodes of a batch has to go.
void Simulation::force_out(std::uint32_t number, std::uint32_t batch) {
  const UpgradeUnderWay& one = upgrades_[number];
  std::vector<NodeId> nodes;
  for (const NodeId node : one.plan.batches[batch]) {
    if (one.in_hand.contains(node) && cluster_.state(node) == NodeState::draining) {
      nodes.push_back(node);
    }
  }
  for (const JobId id : jobs_on(nodes)) {
    interrupt(id, cause_of_upgrades());
  }
  requeue_interrupted();
  plan_due_ = true;
}

// It is in service again, or kept back.
void Simulation::came_back(NodeId node) {
  for (UpgradeUnderWay& one : upgrades_) {
    one.in_hand.erase(node);
  }
  upgrades_turn_ = true;
}

}  // namespace berth
