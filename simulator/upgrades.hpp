// Planned maintenance that goes through a fleet in batches, as a rolling upgrade of drivers or
// firmware: the nodes of a batch are drained, wait for their jobs or for a deadline, are rebooted
// into what is new and tested, and go back to work. The next batch begins when no more nodes would
// be unavailable, for whatever reason, than is allowed (maxUnavailable of Kubernetes). Those that
// are at their vendor, or not delivered yet, are not part of it.
//
// A node that is out of service at its turn, or is being set up, gets it there; nobody waits for
// it. Spares do not stand in for nodes that are upgraded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "core/distribution.hpp"
#include "core/time.hpp"
#include "topology/fleet.hpp"

namespace berth {

struct Upgrade {
  enum class Leased : std::uint8_t { upgraded, skipped };
  SimTime at{};
  std::vector<std::vector<NodeId>> batches;  // in their order; no node twice
  std::uint32_t max_unavailable = 1;         // nodes of it; at least the largest batch
  Duration every{};                          // a batch begins no earlier after the one before
  Distribution lasts{Distribution::Constant{}};
  Distribution test{Distribution::Constant{}};
  std::optional<Duration> deadline{};  // then jobs have to go; none: they may end
  Leased leased = Leased::upgraded;    // what becomes of nodes that a tenant leases then
};

// How far one has come.
struct UpgradeUnderWay {
  Upgrade plan;
  std::size_t next = 0;       // batch
  SimTime not_before{};       // it begins
  std::set<NodeId> in_hand;   // and not back yet
  std::uint32_t skipped = 0;  // nodes that are leased
  bool begun = false;
  bool over = false;
};

}  // namespace berth
