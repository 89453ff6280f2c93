// Nodes of other leases move, so that a lease that wants a whole domain, or one without neighbours,
// finds it: each costs a wipe, setting up another node, and who runs on it his place.
#include <algorithm>
#include <utility>

#include "simulator/allocator/allocator.hpp"

namespace berth {

// Whose a node is, or would be after the moves that are thought of.
std::optional<LeaseId> Allocator::owner(NodeId node) const {
  const auto would = would_have_.find(node);
  return would != would_have_.end() ? std::optional(would->second) : cluster_.leases()->of(node);
}

// The domain from which the fewest nodes have to go, the lowest of equals; true when they do.
bool Allocator::make_room_by_moves(SimTime now, LeaseId id, const NodeSet& coming) {
  const Fleet& fleet = cluster_.fleet();
  const auto level = contract(id).within ? contract(id).within : contract(id).alone_in;
  if (!level) {
    return false;  // any nodes would do, and there are not enough
  }
  const auto with = [&](const std::vector<NodeId>& away) {
    NodeSet nodes = coming;
    for (const NodeId node : away) {
      nodes.insert(node.index());
    }
    return nodes;
  };
  const std::uint32_t count = contract(id).nodes;
  std::vector<std::pair<std::size_t, std::vector<NodeId>>> ways;
  for (std::uint32_t i = 0; i < fleet.domains(*level); ++i) {
    std::vector<NodeId> away = movable_in(id, fleet.nodes_in(fleet.domain(*level, i)));
    if (away.empty() || choose(now, id, count, with(away)).empty()) {
      continue;
    }
    for (const NodeId node : std::vector<NodeId>(away)) {
      std::vector<NodeId> fewer = away;
      std::erase(fewer, node);
      if (!choose(now, id, count, with(fewer)).empty()) {
        away = std::move(fewer);
      }
    }
    ways.emplace_back(away.size(), std::move(away));
  }
  std::ranges::stable_sort(ways, {}, &std::pair<std::size_t, std::vector<NodeId>>::first);
  for (const auto& [size, away] : ways) {
    for (const NodeId node : choose(now, id, count, with(away))) {
      would_have_[node] = id;
    }
    const auto moves = plan_moves(now, away);
    would_have_.clear();
    if (moves) {
      for (const Move& move : *moves) {
        make(now, move);
      }
      return true;
    }
  }
  return false;
}

// Of other leases, at work; those of reserved ones are spared first.
std::vector<NodeId> Allocator::movable_in(LeaseId id, NodeRange range) const {
  std::vector<NodeId> nodes;
  for (std::uint32_t i = range.first; i < range.past; ++i) {
    const auto here = cluster_.leases()->of(NodeId(i));
    if (here && *here != id && lease(*here).phase == Phase::open &&
        cluster_.state(NodeId(i)) == NodeState::production && suits(NodeId(i), id)) {
      nodes.emplace_back(i);
    }
  }
  std::ranges::stable_sort(
      nodes, {}, [this](NodeId node) { return contract(*cluster_.leases()->of(node)).kind; });
  return nodes;
}

// Nodes for those that go, of those that nobody would have; nothing where there are not enough.
std::optional<std::vector<Allocator::Move>> Allocator::plan_moves(SimTime now,
                                                                  const std::vector<NodeId>& away) {
  const NodeSet nobody(cluster_.fleet().nodes());
  std::vector<Move> moves;
  for (const NodeId from : away) {
    const LeaseId id = *cluster_.leases()->of(from);
    NodeSet nodes = suitable(id, nobody);
    for (const auto& [taken, by] : would_have_) {
      if (nodes.contains(taken.index())) {
        nodes.erase(taken.index());
      }
    }
    const std::vector<NodeId> found = choose_among(now, id, 1, std::move(nodes), nobody);
    if (found.empty()) {
      return std::nullopt;
    }
    would_have_[found.front()] = id;
    moves.push_back({id, from, found.front()});
  }
  return moves;
}

void Allocator::make(SimTime now, const Move& move) {
  Lease& one = lease(move.lease);
  premises_.clear({move.from});
  std::erase(one.nodes, move.from);
  give_back(move.lease, move.from);
  --one.serving;
  tell(move.lease, LeaseEvent::moves, move.from);
  gaps_[move.to] = Gap{now, true, true};
  take(move.lease, move.to);
}

}  // namespace berth
