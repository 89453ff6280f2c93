// What happens to a lease, as sinks are told.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cluster/leases.hpp"
#include "core/time.hpp"
#include "simulator/allocator/contract.hpp"

namespace berth {

enum class LeaseEvent : std::uint8_t {
  asks,     // its tenant wants its nodes
  refused,  // there are not enough, and it does not wait
  begins,   // it has its nodes; none of them is set up yet
  takes,    // a node is its own from now on
  lets_go,  // a node is nobody's again
  serves,   // a node of it is in production
  fails,    // a node of it is out of service
  extends,
  leaves,  // its tenant gives its nodes back before the term is over
  ends,
  preempted,  // another lease needs its nodes
  upgrades,   // a node of it is out of service for a rolling upgrade
  moves,      // a node of it makes room for another lease, and one elsewhere stands in for it
};
std::string_view to_string(LeaseEvent event);

struct LeaseTold {
  const Contract& contract;
  LeaseId lease;
  LeaseEvent what;
  std::uint32_t serving = 0;     // nodes of it that are in production from now on
  std::optional<NodeId> node{};  // that serves, or fails
  // Of one that serves for a node that failed, could not be set up or moved: so long ago that was.
  std::optional<Duration> stands_in_after{};
  bool moved = false;
  std::uint32_t upgrading = 0;  // nodes of it that are out for an upgrade
  std::string_view why{};       // of one that is refused because it could never begin
};

}  // namespace berth
