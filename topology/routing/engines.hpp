// The engines, each over one plane. An engine that cannot route the plane says why, in the words of
// a network engineer, and has written nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "topology/routing.hpp"
#include "topology/routing/shortest.hpp"
#include "topology/routing/subnet.hpp"

namespace berth {

using GaveUp = std::string;  // empty: it did not

// minhop and updn keep the entries of `kept` that still lead the shortest way; null: there are
// none.
void route_minhop(const Subnet& subnet, const ForwardingTables* kept, ForwardingTables& tables);
// `roots`: indices of switches; empty: found from the distances to the HCAs.
GaveUp route_updn(const Subnet& subnet, const std::vector<std::uint32_t>& roots,
                  const ForwardingTables* kept, ForwardingTables& tables);

struct FtreeOptions {
  std::vector<std::uint32_t> roots;  // indices of switches; empty: the switches furthest from HCAs
  std::vector<bool> compute;         // by end: it is a compute node
};
GaveUp route_ftree(const Subnet& subnet, const FtreeOptions& options, ForwardingTables& tables,
                   std::vector<std::uint16_t>& hca_order);

// Destination by destination, each switch takes of its shortest ways the port with the fewest
// destinations so far, the lowest of equals.
void spread_over_ways(const Subnet& subnet, ShortestWays& ways, const ForwardingTables* kept,
                      ForwardingTables& tables);

}  // namespace berth
