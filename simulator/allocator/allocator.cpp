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
      leases_(contracts_.size()),
      provisioners_{&terms.provision, 0, {}},
      cleaners_{&terms.clean, 0, {}},
      works_(cluster.fleet().nodes()) {
  std::vector<std::uint32_t> tenant_of;
  for (const Contract& one : contracts_) {
    tenant_of.push_back(static_cast<std::uint32_t>(std::ranges::find(terms.tenants, one.tenant) -
                                                   terms.tenants.begin()));
  }
  cluster.lease_nodes(tenants_of(terms, contracts_), std::move(tenant_of));
}

void Allocator::begin() {
  for (std::uint32_t node = 0; node < cluster_.fleet().nodes(); ++node) {
    premises_.move(NodeId(node), NodeState::available);
  }
  for (std::uint32_t i = 0; i < terms_.deliveries.size(); ++i) {
    const Delivery& delivery = terms_.deliveries[i];
    for (const NodeId node : delivery.nodes) {
      premises_.move(node, NodeState::onboard);
    }
    premises_.call_at(delivery.at, {LeaseDue::What::delivers, i});
  }
  for (std::uint32_t i = 0; i < contracts_.size(); ++i) {
    premises_.call_at(contracts_[i].start, {LeaseDue::What::starts, i});
  }
}

void Allocator::handle(SimTime now, LeaseDue due) {
  switch (due.what) {
    case LeaseDue::What::starts:
      return start(now, LeaseId(due.index));
    case LeaseDue::What::ends:
      return end(now, LeaseId(due.index));
    case LeaseDue::What::delivers:
      return deliver(terms_.deliveries[due.index]);
  }
}

bool Allocator::before(LeaseId a, LeaseId b) const {
  return std::tuple(contract(a).kind, contract(a).start, a) <
         std::tuple(contract(b).kind, contract(b).start, b);
}

void Allocator::tell(LeaseId id, LeaseEvent what, std::optional<NodeId> node,
                     std::optional<Duration> stands_in_after) const {
  premises_.told({contract(id), id, what, lease(id).serving, node, stands_in_after});
}

void Allocator::start(SimTime now, LeaseId id) {
  lease(id).phase = Phase::waits;
  waiting_.insert(
      std::ranges::upper_bound(waiting_, id, [this](LeaseId a, LeaseId b) { return before(a, b); }),
      id);
  tell(id, LeaseEvent::asks);
  changed_ = true;
  settle(now);
  const bool waits = lease(id).phase == Phase::waits;
  if (waits && contract(id).kind != LeaseKind::reserved &&
      terms_.when_full == BareMetal::WhenFull::refuse) {
    std::erase(waiting_, id);
    lease(id).phase = Phase::over;
    tell(id, LeaseEvent::refused);
  }
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
    premises_.call_at(after(now, signed_by.extends), {LeaseDue::What::ends, id.index()});
    tell(id, LeaseEvent::extends);
  } else {
    over(id, LeaseEvent::ends);
  }
}

void Allocator::over(LeaseId id, LeaseEvent how) {
  Lease& one = lease(id);
  one.phase = Phase::over;
  one.serving = 0;
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
  if (std::erase(provisioners_.waiting, node) > 0) {
    wipe(node);
  }
}

void Allocator::let_go(LeaseId id, NodeId node) {
  cluster_.release(node);
  tell(id, LeaseEvent::lets_go, node);
}

void Allocator::deliver(const Delivery& delivery) {
  for (const NodeId node : delivery.nodes) {
    Random draws = draws_for(node);
    const Duration burn_in = terms_.burn_in.sample(draws);
    const Duration clean = terms_.clean.lasts.sample(draws);
    const Duration test = terms_.test.sample(draws);
    premises_.send(
        node, {{NodeState::seatrial, burn_in}, {NodeState::zap, clean}, {NodeState::test, test}});
  }
}

void Allocator::moved(SimTime now, NodeId node, NodeState from, NodeState to) {
  if (from == NodeState::available || to == NodeState::available) {
    stock_.set_available(node, to == NodeState::available);
    changed_ = changed_ || to == NodeState::available;
  }
  const auto owner = cluster_.leases()->of(node);
  if (!owner || lease(*owner).phase != Phase::open) {
    return;
  }
  Lease& one = lease(*owner);
  if (to == NodeState::triage && std::ranges::count(one.lost, node) == 0) {
    one.lost.push_back(node);
    changed_ = true;
  }
  if (serves(from) && !serves(to)) {
    --one.serving;
    tell(*owner, LeaseEvent::fails, node);
  }
  if (!serves(to) && (serves(from) || to == NodeState::triage)) {
    gaps_.emplace(node, Gap{now, false});
  }
  if (serves(to) && !serves(from)) {
    ++one.serving;
    const auto gap = gaps_.extract(node);
    const bool stands_in = !gap.empty() && gap.mapped().stands_in;
    tell(*owner, LeaseEvent::serves, node,
         stands_in ? std::optional(now - gap.mapped().since) : std::nullopt);
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

// The node came through what was done to it.
void Allocator::go_on(NodeId node) {
  if (const auto found = under_way_.extract(node); !found.empty()) {
    const Busy done = found.mapped();
    --crew(done.kind).busy;
    work_on(done.kind);
    if (!done.works) {
      not_set_up_.insert(node);
      Random draws = draws_for(node);
      const Duration repair = terms_.repair.sample(draws);
      premises_.send(node, {{NodeState::triage, repair}, {NodeState::test, {}}});
      return;
    }
    if (done.kind == Kind::provision && cluster_.leases()->of(node)) {
      premises_.move(node, NodeState::production);
      return;
    }
  }
  const auto owner = cluster_.leases()->of(node);
  const bool clean = cluster_.leases()->clean(node);
  const bool set_up = not_set_up_.erase(node) == 0 && !clean;
  if (owner) {
    std::erase(lease(*owner).lost, node);
  }
  if (owner && !set_up) {
    provision(node);
  } else if (owner) {
    premises_.move(node, NodeState::production);
  } else if (clean) {
    premises_.move(node, NodeState::available);
  } else {
    wipe(node);
  }
}

// --- what is done to nodes ----------------------------------------------------------------------
Random Allocator::draws_for(NodeId node) {
  return Random(run_, Stream::leases, std::uint64_t{node.index()} << 24U | works_[node.index()]++);
}

void Allocator::provision(NodeId node) {
  premises_.move(node, NodeState::provision);
  provisioners_.waiting.push_back(node);
  work_on(Kind::provision);
}

void Allocator::wipe(NodeId node) {
  premises_.move(node, NodeState::zap);
  cleaners_.waiting.push_back(node);
  work_on(Kind::clean);
}

void Allocator::work_on(Kind kind) {
  Crew& workers = crew(kind);
  while (workers.busy < workers.work->at_once && !workers.waiting.empty()) {
    const NodeId node = workers.waiting.front();
    workers.waiting.pop_front();
    ++workers.busy;
    begin_work(kind, node);
  }
}

void Allocator::begin_work(Kind kind, NodeId node) {
  const Work& work = *crew(kind).work;
  Random draws = draws_for(node);
  Duration lasts{};
  bool works = false;
  for (std::uint32_t attempt = 0; attempt < work.attempts && !works; ++attempt) {
    lasts += work.lasts.sample(draws);
    works = work.fails == 0 || uniform(draws) >= work.fails;
  }
  under_way_[node] = {kind, works};
  if (kind == Kind::provision) {
    premises_.send(node, {{NodeState::provision, lasts}});
  } else if (works) {
    premises_.send(node, {{NodeState::zap, lasts}, {NodeState::test, terms_.test.sample(draws)}});
  } else {
    premises_.send(node, {{NodeState::zap, lasts}});
  }
}

}  // namespace berth
