// Which nodes a lease gets, and who has to make way for it.
#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "simulator/allocator/allocator.hpp"

namespace berth {

// Those that lost nodes first, then who waits.
void Allocator::serve(SimTime now) {
  for (const LeaseId id : std::vector<LeaseId>(open_)) {
    replace_lost(now, id);
  }
  std::vector<LeaseId> passed_by;
  for (const LeaseId id : std::vector<LeaseId>(waiting_)) {
    const bool behind = std::ranges::any_of(
        passed_by, [&](LeaseId other) { return may_share(contract(other), contract(id)); });
    if (behind) {
      continue;
    }
    if (!try_to_begin(now, id)) {
      make_way(now, id);
      passed_by.push_back(id);
    }
  }
}

void Allocator::replace_lost(SimTime now, LeaseId id) {
  Lease& one = lease(id);
  while (!one.lost.empty()) {
    const NodeId lost = one.lost.front();
    const auto found = stand_in_for(now, id, lost);
    if (!found) {
      return;
    }
    one.lost.erase(one.lost.begin());
    std::erase(one.nodes, lost);
    Gap gap = gaps_.extract(lost).mapped();
    gap.stands_in = true;
    gap.moved = false;
    let_go(id, lost);
    gaps_[*found] = gap;
    take(id, *found);
  }
}

// A spare of its domain, else any node that is available, else any spare.
std::optional<NodeId> Allocator::stand_in_for(SimTime now, LeaseId id, NodeId lost) {
  const NodeSet nobody(cluster_.fleet().nodes());
  const NodeRange near = spare_domain(lost);
  NodeSet spares(cluster_.fleet().nodes());
  NodeSet near_spares = spares;
  for (std::uint32_t node = kept_back_.first(); node != NodeSet::none;
       node = kept_back_.next(node + 1)) {
    if (suits(NodeId(node), id)) {
      spares.insert(node);
      if (node >= near.first && node < near.past) {
        near_spares.insert(node);
      }
    }
  }
  std::vector<NodeId> found = choose_among(now, id, 1, std::move(near_spares), nobody);
  if (found.empty()) {
    found = choose(now, id, 1, nobody);
  }
  if (found.empty()) {
    found = choose_among(now, id, 1, std::move(spares), nobody);
  }
  return found.empty() ? std::nullopt : std::optional(found.front());
}

bool Allocator::try_to_begin(SimTime now, LeaseId id) {
  const NodeSet nobody(cluster_.fleet().nodes());
  const std::vector<NodeId> nodes = choose(now, id, contract(id).nodes, nobody);
  if (nodes.empty()) {
    return false;
  }
  Lease& one = lease(id);
  one.phase = Phase::open;
  std::erase(waiting_, id);
  open_.insert(
      std::ranges::upper_bound(open_, id, [this](LeaseId a, LeaseId b) { return before(a, b); }),
      id);
  tell(id, LeaseEvent::begins);
  one.until = after(now, contract(id).term);
  const Duration lasts = contract(id).leaves_after.value_or(contract(id).term);
  premises_.call_at(after(now, lasts), {LeaseDue::What::ends, id.index()});
  for (const NodeId node : nodes) {
    take(id, node);
  }
  return true;
}

// It waits for nodes that come back anyway, if these are enough. Else nodes of others move for it,
// or leases of later kinds end, the latest first, but those that it needs not.
void Allocator::make_way(SimTime now, LeaseId id) {
  const NodeSet coming = coming_back();
  const std::uint32_t count = contract(id).nodes;
  if (!choose(now, id, count, coming).empty()) {
    return;
  }
  if (terms_.defragment && make_room_by_moves(now, id, coming)) {
    return;
  }
  std::vector<LeaseId> go;
  const auto with = [&](const std::vector<LeaseId>& leases) {
    NodeSet nodes = coming;
    for (const LeaseId one : leases) {
      add_serving(one, nodes);
    }
    return nodes;
  };
  bool enough = false;
  for (auto other = open_.rbegin(); other != open_.rend() && !enough; ++other) {
    if (contract(*other).kind > contract(id).kind && may_share(contract(*other), contract(id))) {
      go.push_back(*other);
      enough = !choose(now, id, count, with(go)).empty();
    }
  }
  if (!enough) {
    return;
  }
  for (const LeaseId one : std::vector<LeaseId>(go)) {
    std::vector<LeaseId> fewer = go;
    std::erase(fewer, one);
    if (!choose(now, id, count, with(fewer)).empty()) {
      go = std::move(fewer);
    }
  }
  for (const LeaseId one : go) {
    over(one, LeaseEvent::preempted);
  }
}

// Of nobody, and wiped, tested or still set up for a tenant that is gone.
NodeSet Allocator::coming_back() const {
  NodeSet nodes(cluster_.fleet().nodes());
  for (std::uint32_t i = 0; i < cluster_.fleet().nodes(); ++i) {
    const NodeState state = cluster_.state(NodeId(i));
    if ((state == NodeState::zap || state == NodeState::test || state == NodeState::provision) &&
        !cluster_.leases()->of(NodeId(i))) {
      nodes.insert(i);
    }
  }
  return nodes;
}

void Allocator::add_serving(LeaseId id, NodeSet& nodes) const {
  for (const NodeId node : lease(id).nodes) {
    if (cluster_.state(node) == NodeState::production ||
        cluster_.state(node) == NodeState::provision) {
      nodes.insert(node.index());
    }
  }
}

bool Allocator::suits(NodeId node, LeaseId id) const {
  const NodeKind& kind = cluster_.fleet().kind(node);
  const Contract& wanted = contract(id);
  return kind.gpus == wanted.gpus_per_node &&
         (wanted.model.empty() || kind.gpu_model == wanted.model);
}

// Nodes with its GPUs that are available or coming.
NodeSet Allocator::suitable(LeaseId id, const NodeSet& coming) const {
  const Fleet& fleet = cluster_.fleet();
  NodeSet nodes(fleet.nodes());
  for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
    if ((stock_.available(NodeId(i)) || coming.contains(i)) && suits(NodeId(i), id)) {
      nodes.insert(i);
    }
  }
  return nodes;
}

// That of its other nodes; for a new one the domain with the fewest nodes for it that are enough,
// the lowest of equals. False where there is none.
bool Allocator::keep_to_one_domain(LeaseId id, std::uint32_t count, NodeSet& nodes) const {
  const Fleet& fleet = cluster_.fleet();
  const LevelId level = *contract(id).within;
  std::optional<NodeRange> best;
  std::uint32_t fewest = NodeSet::none;
  for (std::uint32_t i = 0; i < fleet.domains(level); ++i) {
    const NodeRange range = fleet.nodes_in(fleet.domain(level, i));
    const std::vector<NodeId>& own = lease(id).nodes;
    const bool others =
        !own.empty() && (own.front().index() < range.first || own.front().index() >= range.past);
    const std::uint32_t room = nodes.count_in(range.first, range.past);
    if (!others && room >= count && room < fewest) {
      best = range;
      fewest = room;
    }
  }
  if (!best) {
    return false;
  }
  for (std::uint32_t node = nodes.first(); node != NodeSet::none; node = nodes.next(node + 1)) {
    if (node < best->first || node >= best->past) {
      nodes.erase(node);
    }
  }
  return true;
}

// No node in a domain of others, where they or this one want it for themselves.
void Allocator::keep_from_others(LeaseId id, const NodeSet& coming, NodeSet& nodes) const {
  const Fleet& fleet = cluster_.fleet();
  std::vector<bool> closed(fleet.domains());
  bool any = false;
  for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
    const auto here = owner(NodeId(i));
    if (!here || contract(*here).tenant == contract(id).tenant || coming.contains(i)) {
      continue;
    }
    for (const auto& level : {contract(*here).alone_in, contract(id).alone_in}) {
      if (level) {
        closed[fleet.domain_of(NodeId(i), *level).index()] = any = true;
      }
    }
  }
  for (std::uint32_t node = nodes.first(); any && node != NodeSet::none;
       node = nodes.next(node + 1)) {
    for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
      if (closed[fleet.domain_of(NodeId(node), LevelId(level)).index()]) {
        nodes.erase(node);
        break;
      }
    }
  }
}

// Its tenant has a partition key, or gets one.
bool Allocator::has_key(LeaseId id) const {
  if (!terms_.keys) {
    return true;
  }
  std::set<std::string_view> tenants;
  for (const auto& [node, tenant] : key_) {
    tenants.insert(tenant);
  }
  for (const LeaseId one : open_) {
    tenants.insert(contract(one).tenant);
  }
  return tenants.contains(contract(id).tenant) || tenants.size() < terms_.keys->most;
}

std::vector<NodeId> Allocator::choose(SimTime now, LeaseId id, std::uint32_t count,
                                      const NodeSet& coming) {
  return choose_among(now, id, count, suitable(id, coming), coming);
}

std::vector<NodeId> Allocator::choose_among(SimTime now, LeaseId id, std::uint32_t count,
                                            NodeSet nodes, const NodeSet& coming) {
  keep_from_others(id, coming, nodes);
  if (nodes.size() < count || (contract(id).within && !keep_to_one_domain(id, count, nodes)) ||
      !has_key(id)) {
    return {};
  }
  return ask_placer(now, id, count, nodes);
}

// The placer is asked of what suits alone; the stock is put back as it was.
std::vector<NodeId> Allocator::ask_placer(SimTime now, LeaseId id, std::uint32_t count,
                                          const NodeSet& nodes) {
  std::vector<NodeId> turned;
  for (std::uint32_t i = 0; i < cluster_.fleet().nodes(); ++i) {
    if (stock_.available(NodeId(i)) != nodes.contains(i)) {
      stock_.set_available(NodeId(i), nodes.contains(i));
      turned.emplace_back(i);
    }
  }
  Request request;
  request.sequence = id.index() + 1;
  request.submit = contract(id).start;
  request.estimate = contract(id).term;
  request.shape = {count, contract(id).gpus_per_node, 0, 0};
  const auto placement = placer_.place(request, {stock_, now, run_});
  for (const NodeId node : turned) {
    stock_.set_available(node, !stock_.available(node));
  }
  std::vector<NodeId> found;
  for (const Part& part : placement.value_or(Placement{})) {
    found.push_back(part.node);
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace berth
