// Whom a lease is sold to: when its tenant asks, and when its lead time is over.
#include <algorithm>
#include <utility>
#include <vector>

#include "simulator/allocator/allocator.hpp"

namespace berth {

void Allocator::ask(SimTime now, LeaseId id) {
  lease(id).phase = Phase::sold;
  tell(id, LeaseEvent::asks);
  if (!could_begin(now, id)) {
    refuse(id, "the placer takes no nodes for it, though all are free");
  } else if (oversells(id) && !sells(now, id)) {
    refuse(id);
  } else if (contract(id).lead > Duration{}) {
    sold_.push_back(id);
    premises_.call_at(after(now, contract(id).lead), {LeaseDue::What::is_due, id.index()});
  } else {
    due(now, id);
  }
}

void Allocator::due(SimTime now, LeaseId id) {
  std::erase(sold_, id);
  lease(id).phase = Phase::waits;
  waiting_.insert(
      std::ranges::upper_bound(waiting_, id, [this](LeaseId a, LeaseId b) { return before(a, b); }),
      id);
  changed_ = true;
  settle(now);
  const bool waits = lease(id).phase == Phase::waits;
  if (waits && contract(id).kind != LeaseKind::reserved && !oversells(id) &&
      terms_.when_full == BareMetal::WhenFull::refuse) {
    std::erase(waiting_, id);
    refuse(id);
  }
}

void Allocator::refuse(LeaseId id, std::string_view why) {
  lease(id).phase = Phase::over;
  LeaseTold record{contract(id), id, LeaseEvent::refused, lease(id).serving};
  record.why = why;
  premises_.told(record);
}

// With all nodes delivered and nobody's, it would; else it would wait for ever.
bool Allocator::could_begin(SimTime now, LeaseId id) {
  const Fleet& fleet = cluster_.fleet();
  const Contract& wanted = contract(id);
  const std::uint32_t level = wanted.within ? wanted.within->index() : fleet.levels();
  const auto [known, fresh] =
      could_.try_emplace({wanted.model, wanted.gpus_per_node, level, wanted.nodes}, false);
  if (!fresh) {
    return known->second;
  }
  const std::uint32_t domains = wanted.within ? fleet.domains(*wanted.within) : 1;
  for (std::uint32_t i = 0; i < domains && !known->second; ++i) {
    const NodeRange range = wanted.within ? fleet.nodes_in(fleet.domain(*wanted.within, i))
                                          : NodeRange{0, fleet.nodes()};
    NodeSet nodes(fleet.nodes());
    for (std::uint32_t node = range.first; node < range.past; ++node) {
      if (suits(NodeId(node), id)) {
        nodes.insert(node);
      }
    }
    known->second =
        nodes.size() >= wanted.nodes && !ask_placer(now, id, wanted.nodes, nodes).empty();
  }
  return known->second;
}

// True where leases of its kind are sold by the count of nodes.
bool Allocator::oversells(LeaseId id) const {
  return terms_.overbooking.at(static_cast<std::size_t>(contract(id).kind)).has_value();
}

// All that is sold for its time, at any moment of it, and itself, against the nodes there will be.
bool Allocator::sells(SimTime now, LeaseId id) const {
  std::vector<LeaseId> others = open_;
  others.insert(others.end(), waiting_.begin(), waiting_.end());
  others.insert(others.end(), sold_.begin(), sold_.end());
  for (std::uint32_t i = 0; i < terms_.contracts.size(); ++i) {
    if (lease(LeaseId(i)).phase == Phase::to_come && contracts_[i].kind == LeaseKind::reserved) {
      others.emplace_back(i);
    }
  }
  std::erase_if(others, [&](LeaseId other) {
    return other == id || !may_share(contract(other), contract(id));
  });
  const SimTime first = after(now, contract(id).lead);
  const SimTime past = after(first, contract(id).term);
  std::vector<SimTime> moments{first};  // it can only become more where one begins
  for (const LeaseId other : others) {
    const SimTime begins = sold_for(other, now).first;
    if (first < begins && begins < past) {
      moments.push_back(begins);
    }
  }
  const double factor = *terms_.overbooking.at(static_cast<std::size_t>(contract(id).kind));
  return std::ranges::all_of(moments, [&](SimTime at) {
    std::uint64_t sold = contract(id).nodes;
    for (const LeaseId other : others) {
      const auto [begins, until] = sold_for(other, now);
      sold += begins <= at && at < until ? contract(other).nodes : 0U;
    }
    return static_cast<double>(sold) <= factor * static_cast<double>(nodes_there(id, at));
  });
}

// From when to when, as far as the provider knows: who leaves early has not said so. Reserved ones
// that are listed were signed long ago. Who is late gets its whole term from when it begins.
std::pair<SimTime, SimTime> Allocator::sold_for(LeaseId id, SimTime now) const {
  const Contract& wanted = contract(id);
  if (lease(id).phase == Phase::open) {
    return {SimTime{}, lease(id).until};
  }
  const SimTime due_at = after(wanted.start, wanted.lead);
  const SimTime begins = lease(id).phase == Phase::waits ? now : due_at;
  return {begins, after(begins, wanted.term)};
}

// That suit it, delivered by then and not kept back.
std::uint64_t Allocator::nodes_there(LeaseId id, SimTime at) const {
  std::uint64_t there = 0;
  for (std::uint32_t i = 0; i < cluster_.fleet().nodes(); ++i) {
    there += suits(NodeId(i), id) && !kept_back_.contains(i) ? 1U : 0U;
  }
  for (const Delivery& late : terms_.deliveries) {
    for (const NodeId node : late.nodes) {
      there -= late.at > at && suits(node, id) && !kept_back_.contains(node.index()) ? 1U : 0U;
    }
  }
  return there;
}

}  // namespace berth
