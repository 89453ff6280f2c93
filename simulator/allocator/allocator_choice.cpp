// Which nodes a lease gets, and who has to make way for it.
#include <algorithm>
#include <iterator>
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
    const std::vector<NodeId> found = choose(now, id, 1, {});
    if (found.empty()) {
      return;
    }
    one.lost.erase(one.lost.begin());
    std::erase(one.nodes, lost);
    Gap gap = gaps_.extract(lost).mapped();
    gap.stands_in = true;
    let_go(id, lost);
    gaps_[found.front()] = gap;
    take(id, found.front());
  }
}

bool Allocator::try_to_begin(SimTime now, LeaseId id) {
  const std::vector<NodeId> nodes = choose(now, id, contract(id).nodes, {});
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
  const Duration lasts = contract(id).leaves_after.value_or(contract(id).term);
  premises_.call_at(after(now, lasts), {LeaseDue::What::ends, id.index()});
  for (const NodeId node : nodes) {
    take(id, node);
  }
  return true;
}

void Allocator::take(LeaseId id, NodeId node) {
  cluster_.lease(node, id);
  lease(id).nodes.push_back(node);
  tell(id, LeaseEvent::takes, node);
  provision(node);
}

// It waits for nodes that come back anyway, if these are enough. Else leases of later kinds end,
// the latest first, but those that it needs not.
void Allocator::make_way(SimTime now, LeaseId id) {
  std::vector<NodeId> coming = coming_back();
  const std::uint32_t count = contract(id).nodes;
  if (!choose(now, id, count, coming).empty()) {
    return;
  }
  std::vector<LeaseId> go;
  const auto with = [&](const std::vector<LeaseId>& leases) {
    std::vector<NodeId> nodes = coming;
    for (const LeaseId one : leases) {
      const std::vector<NodeId> more = serving_of(one);
      nodes.insert(nodes.end(), more.begin(), more.end());
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
std::vector<NodeId> Allocator::coming_back() const {
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < cluster_.fleet().nodes(); ++i) {
    const NodeState state = cluster_.state(NodeId(i));
    if ((state == NodeState::zap || state == NodeState::test || state == NodeState::provision) &&
        !cluster_.leases()->of(NodeId(i))) {
      nodes.emplace_back(i);
    }
  }
  return nodes;
}

std::vector<NodeId> Allocator::serving_of(LeaseId id) const {
  std::vector<NodeId> nodes;
  std::ranges::copy_if(lease(id).nodes, std::back_inserter(nodes), [this](NodeId node) {
    return cluster_.state(node) == NodeState::production ||
           cluster_.state(node) == NodeState::provision;
  });
  return nodes;
}

// Nodes with its GPUs that are available or coming.
NodeSet Allocator::suitable(LeaseId id, const std::vector<NodeId>& coming) const {
  const Fleet& fleet = cluster_.fleet();
  const Contract& wanted = contract(id);
  NodeSet nodes(fleet.nodes());
  for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
    const NodeKind& kind = fleet.kind(NodeId(i));
    const bool there = stock_.available(NodeId(i)) || std::ranges::count(coming, NodeId(i)) > 0;
    if (there && kind.gpus == wanted.gpus_per_node &&
        (wanted.model.empty() || kind.gpu_model == wanted.model)) {
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
void Allocator::keep_from_others(LeaseId id, const std::vector<NodeId>& coming,
                                 NodeSet& nodes) const {
  const Fleet& fleet = cluster_.fleet();
  std::vector<bool> closed(fleet.domains());
  bool any = false;
  for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
    const auto owner = cluster_.leases()->of(NodeId(i));
    if (!owner || contract(*owner).tenant == contract(id).tenant ||
        std::ranges::count(coming, NodeId(i)) > 0) {
      continue;
    }
    for (const auto& level : {contract(*owner).alone_in, contract(id).alone_in}) {
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

// The placer is asked of what suits alone; the stock is put back as it was.
std::vector<NodeId> Allocator::choose(SimTime now, LeaseId id, std::uint32_t count,
                                      const std::vector<NodeId>& coming) {
  NodeSet nodes = suitable(id, coming);
  keep_from_others(id, coming, nodes);
  if (nodes.size() < count || (contract(id).within && !keep_to_one_domain(id, count, nodes))) {
    return {};
  }
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
