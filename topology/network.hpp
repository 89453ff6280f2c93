// What the wiring gives to jobs, domain by domain: the bandwidth that leaves each domain, the
// switches between nodes that meet in it, and what connects GPUs inside a node or an NVLink domain.
// The collapsed picture that the communication model works on; the fabric it was derived from may
// have cables and switches missing. Empty for a fleet of which nothing is known (`uniform`).
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "topology/fabric.hpp"
#include "topology/fleet.hpp"
#include "topology/seats.hpp"

namespace berth {

struct NetworkParts {
  std::vector<std::int64_t> uplinks;     // by domain
  std::vector<std::int64_t> injections;  // by node
  std::vector<std::uint32_t> hops;       // by level
  std::optional<LevelId> nvlink_level;
};

class Network {
 public:
  Network() = default;
  explicit Network(NetworkParts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] bool empty() const { return parts_.injections.empty(); }

  // Bytes per second that may leave `domain` (as many may enter): the sum of the cables that do;
  // where none does, its nodes times the front end. Of a rack without a switch of its own, what
  // its HCAs can send. 0: nothing leaves it.
  [[nodiscard]] std::int64_t uplink(DomainId domain) const {
    return parts_.uplinks[domain.index()];
  }
  // Bytes per second of all HCAs of a node that reach a switch.
  [[nodiscard]] std::int64_t injection(NodeId node) const {
    return parts_.injections[node.index()];
  }
  // Switches between two nodes whose innermost common domain is of this level (1 on a leaf, 3
  // through a spine, 5 through a core), on a shortest path, in the domain where it is longest; 0
  // where no cables join them. As one level in, where no two nodes meet in this one.
  [[nodiscard]] std::uint32_t hops(LevelId level) const { return parts_.hops[level.index()]; }
  // The level whose domains NVLink joins; nothing: NVLink ends at the node.
  [[nodiscard]] std::optional<LevelId> nvlink_level() const { return parts_.nvlink_level; }

 private:
  NetworkParts parts_;
};

// Bandwidth between fabrics that no cable of theirs joins: the front-end network, per node.
struct FrontEnd {
  std::int64_t bytes_per_s = 0;  // of each node out of its fabric; 0: there is none
};

// From the wiring: each switch belongs to the innermost domain that holds all nodes below it (down
// the tiers of topology/analysis.hpp), each HCA to its node; a domain's uplink is the sum of the
// cables between what belongs to it and the rest. Cables to what serves no node (aggregation nodes,
// hosts that were left out) are not counted. NVLink joins the domains of the level `nvlink`, if
// one of them has more than one node. Without a fabric nothing is known: an empty network.
Network derive_network(const Fleet& fleet, const Fabric& fabric, const Seats& seats,
                       FrontEnd front_end);

}  // namespace berth
