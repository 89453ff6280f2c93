#include "simulator/allocator/allocator.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/check.hpp"

namespace berth {
namespace {

// A tenant's nodes at most: all its contracts at once, where their times meet.
std::vector<Leases::Tenant> tenants_of(const BareMetal& terms,
                                       const std::vector<Contract>& contracts) {
  std::vector<Leases::Tenant> tenants;
  for (const std::string& name : terms.tenants) {
    Leases::Tenant tenant{name, 0, all_nodes};
    for (const Contract& one : contracts) {
      tenant.nodes_most += one.tenant == name ? one.nodes : 0U;
    }
    tenants.push_back(std::move(tenant));
  }
  return tenants;
}

}  // namespace

Allocator::Allocator(const BareMetal& terms, SimTime horizon, const Placer& placer, RunKey run,
                     Cluster& cluster, Premises& premises)
    : terms_(terms),
      contracts_(terms.contracts_of(run, horizon)),
      placer_(placer),
      run_(run),
      cluster_(cluster),
      premises_(premises),
      stock_(cluster.fleet()),
      kept_back_(cluster.fleet().nodes()),
      leases_(contracts_.size()),
      handing_over_(terms.spares.handed_over.value_or(Work{})),
      setting_keys_(terms.keys ? terms.keys->set : Work{}),
      crews_{Crew{&terms.provision, 0, {}}, Crew{&terms.clean, 0, {}}, Crew{&setting_keys_, 0, {}},
             Crew{&handing_over_, 0, {}}},
      works_(cluster.fleet().nodes()) {
  std::vector<std::uint32_t> tenant_of;
  for (const Contract& one : contracts_) {
    tenant_of.push_back(static_cast<std::uint32_t>(std::ranges::find(terms.tenants, one.tenant) -
                                                   terms.tenants.begin()));
  }
  cluster.lease_nodes(tenants_of(terms, contracts_), std::move(tenant_of));
}

void Allocator::begin() {
  const std::uint32_t nodes = cluster_.fleet().nodes();
  for (std::uint32_t node = 0; node < nodes; ++node) {
    premises_.move(NodeId(node), NodeState::available);
  }
  for (std::uint32_t i = 0; i < terms_.deliveries.size(); ++i) {
    const Delivery& delivery = terms_.deliveries[i];
    for (const NodeId node : delivery.nodes) {
      premises_.move(node, NodeState::ordered);
    }
    premises_.call_at(delivery.at, {LeaseDue::What::delivers, i});
  }
  for (std::uint32_t node = nodes; node-- > 0;) {  // the last ones of each domain are spares
    if (cluster_.state(NodeId(node)) == NodeState::available) {
      const NodeRange domain = spare_domain(NodeId(node));
      if (kept_back_.count_in(domain.first, domain.past) < terms_.spares.count) {
        premises_.move(NodeId(node), NodeState::spare);
      }
    }
  }
  for (std::uint32_t i = 0; i < contracts_.size(); ++i) {
    premises_.call_at(contracts_[i].start, {LeaseDue::What::asks, i});
  }
}

void Allocator::handle(SimTime now, LeaseDue due_now) {
  switch (due_now.what) {
    case LeaseDue::What::asks:
      return ask(now, LeaseId(due_now.index));
    case LeaseDue::What::is_due:
      return due(now, LeaseId(due_now.index));
    case LeaseDue::What::ends:
      return end(now, LeaseId(due_now.index));
    case LeaseDue::What::delivers:
      return deliver(terms_.deliveries[due_now.index]);
    case LeaseDue::What::overdue:
      return overdue(now, NodeId(due_now.index));
  }
}

bool Allocator::before(LeaseId a, LeaseId b) const {
  return std::tuple(contract(a).kind, contract(a).start, a) <
         std::tuple(contract(b).kind, contract(b).start, b);
}

// Where the spares are that stand in for this node first.
NodeRange Allocator::spare_domain(NodeId node) const {
  const Fleet& fleet = cluster_.fleet();
  return terms_.spares.per ? fleet.nodes_in(fleet.domain_of(node, *terms_.spares.per))
                           : NodeRange{0, fleet.nodes()};
}

void Allocator::tell(LeaseId id, LeaseEvent what, std::optional<NodeId> node, const Gap* stands_in,
                     SimTime now) const {
  LeaseTold record{contract(id), id, what, lease(id).serving, node};
  record.upgrading = lease(id).upgrading;
  if (stands_in != nullptr) {
    record.stands_in_after = now - stands_in->since;
    record.moved = stands_in->moved;
  }
  premises_.told(record);
}

// One that would go on does, where nobody waits for such nodes.
void Allocator::end(SimTime now, LeaseId id) {
  Lease& one = lease(id);
  if (one.phase != Phase::open) {
    return;  // it had to make way before
  }
  const Contract& signed_by = contract(id);
  if (signed_by.leaves_after) {
    return over(id, LeaseEvent::leaves);
  }
  const bool wanted = std::ranges::any_of(
      waiting_, [&](LeaseId other) { return may_share(contract(other), signed_by); });
  if (signed_by.extends > Duration{} && !one.extended && !wanted) {
    one.extended = true;
    one.until = after(now, signed_by.extends);
    premises_.call_at(one.until, {LeaseDue::What::ends, id.index()});
    tell(id, LeaseEvent::extends);
  } else {
    over(id, LeaseEvent::ends);
  }
}

void Allocator::over(LeaseId id, LeaseEvent how) {
  Lease& one = lease(id);
  one.phase = Phase::over;
  one.serving = 0;
  one.upgrading = 0;
  std::erase(open_, id);
  tell(id, how);
  premises_.clear(one.nodes);
  for (const NodeId node : std::exchange(one.nodes, {})) {
    give_back(id, node);
  }
  one.lost.clear();
  changed_ = true;
}

// What is under way for it goes on, and what comes of it is nobody's.
void Allocator::give_back(LeaseId id, NodeId node) {
  gaps_.erase(node);
  if (cluster_.state(node) == NodeState::production) {
    premises_.move(node, NodeState::draining);
    let_go(id, node);
    wipe(node);
    return;
  }
  let_go(id, node);
  for (Crew& one : crews_) {
    if (std::erase(one.waiting, node) > 0) {
      wipe(node);
      return;
    }
  }
}

void Allocator::let_go(LeaseId id, NodeId node) {
  upgrading_.erase(node);
  cluster_.release(node);
  tell(id, LeaseEvent::lets_go, node);
}

void Allocator::take(LeaseId id, NodeId node) {
  cluster_.lease(node, id);
  lease(id).nodes.push_back(node);
  tell(id, LeaseEvent::takes, node);
  const bool warm = kept_back_.contains(node.index()) && terms_.spares.handed_over;
  if (warm) {
    premises_.move(node, NodeState::provision);
    line_up(Kind::hand_over, node);
  } else {
    provision(node);
  }
}

void Allocator::deliver(const Delivery& delivery) {
  for (const NodeId node : delivery.nodes) {
    Random draws = draws_for(node);
    const Duration burn_in = terms_.burn_in.sample(draws);
    const Duration clean = terms_.clean.lasts.sample(draws);
    const Duration test = terms_.test.sample(draws);
    premises_.send(node, {{NodeState::onboard, Duration{}},
                          {NodeState::seatrial, burn_in},
                          {NodeState::zap, clean},
                          {NodeState::test, test}});
  }
}

// It went out of service so long ago that its tenant gets another one, unless it is back, or about
// to be: it is set up already.
void Allocator::overdue(SimTime now, NodeId node) {
  const auto id = cluster_.leases()->of(node);
  const auto gap = gaps_.find(node);
  if (!id || gap == gaps_.end() || gap->second.stands_in ||
      cluster_.state(node) == NodeState::provision ||
      after(gap->second.since, contract(*id).replace_after.value_or(longest_duration)) != now) {
    return;
  }
  std::vector<NodeId>& lost = lease(*id).lost;
  if (std::ranges::count(lost, node) == 0) {
    lost.push_back(node);
    changed_ = true;
  }
}

void Allocator::upgrades(NodeId node) {
  const auto id = cluster_.leases()->of(node);
  if (id && lease(*id).phase == Phase::open && serves(cluster_.state(node))) {
    upgrading_[node] = false;
  }
}

void Allocator::moved(SimTime now, NodeId node, NodeState from, NodeState to) {
  if (from == NodeState::available || to == NodeState::available) {
    stock_.set_available(node, to == NodeState::available);
    changed_ = changed_ || to == NodeState::available;
  }
  if (from == NodeState::spare) {
    kept_back_.erase(node.index());
  }
  if (to == NodeState::spare) {
    kept_back_.insert(node.index());
    changed_ = true;
  }
  const auto owner = cluster_.leases()->of(node);
  const bool leased = owner && lease(*owner).phase == Phase::open;
  if (!leased) {
    return;
  }
  Lease& one = lease(*owner);
  if (to == NodeState::triage && std::ranges::count(one.lost, node) == 0) {
    one.lost.push_back(node);
    changed_ = true;
  }
  const auto upgraded = upgrading_.find(node);
  const bool planned = upgraded != upgrading_.end();
  if (serves(from) && !serves(to)) {
    --one.serving;
    if (planned) {
      upgraded->second = true;
      ++one.upgrading;
    }
    tell(*owner, planned ? LeaseEvent::upgrades : LeaseEvent::fails, node);
  }
  if (!planned && !serves(to) && (serves(from) || to == NodeState::triage)) {
    const bool fresh = gaps_.emplace(node, Gap{now, false, false}).second;
    if (const auto patience = contract(*owner).replace_after; fresh && patience) {
      premises_.call_at(after(now, *patience), {LeaseDue::What::overdue, node.index()});
    }
  }
  if (serves(to) && !serves(from)) {
    ++one.serving;
    one.upgrading -= planned ? 1U : 0U;
    upgrading_.erase(node);
    const auto gap = gaps_.extract(node);
    const bool stands_in = !gap.empty() && gap.mapped().stands_in;
    tell(*owner, LeaseEvent::serves, node, stands_in ? &gap.mapped() : nullptr, now);
  }
}

void Allocator::settle(SimTime now) {
  while (!came_.empty() || changed_) {
    for (const NodeId node : std::exchange(came_, {})) {
      go_on(node);
    }
    if (std::exchange(changed_, false)) {
      serve(now);
    }
  }
}

}  // namespace berth
