#include <algorithm>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "tests/topology/fabric_counts.hpp"
#include "topology/routing.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

// What ftree makes of a fabric: loads of its links by tier (1: below a spine, 2: below a core), and
// the largest load of any shift.
struct Loads {
  bool ftree = false;
  std::map<int, std::set<std::uint64_t>> all_to_all;
  std::uint64_t shift = 0;
  bool operator==(const Loads&) const = default;
};

// The ports of switches that a packet leaves by towards other switches.
std::vector<PortRef> way(const Fabric& fabric, const ForwardingTables& tables,
                         const std::map<std::uint16_t, DeviceId>& hca_at, std::uint16_t from,
                         std::uint16_t to) {
  std::vector<PortRef> ports;
  DeviceId at = fabric.links(hca_at.at(from)).front().to.device;
  for (int hops = 0; hops < 8; ++hops) {
    const PortRef out{at, tables.port(at, to)};
    at = fabric.peer(out)->device;
    if (at == hca_at.at(to)) {
      return ports;
    }
    ports.push_back(out);
  }
  return {};
}

Loads routed(const Entries& entries) {
  const Fabric fabric = topology_of(entries).fabric;
  const Routing routing = route(fabric, {Engine::ftree, {}, {}});
  std::map<std::uint16_t, DeviceId> hca_at;
  for (const EndPort& end : fabric.end_ports()) {
    hca_at[end.lid] = end.device;
  }
  const auto& ranks = routing.hca_order;
  std::map<PortRef, std::uint64_t> all;
  Loads loads;
  for (std::size_t shift = 1; shift < ranks.size(); ++shift) {
    std::map<PortRef, std::uint64_t> now;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      for (const PortRef port :
           way(fabric, routing.tables, hca_at, ranks[i], ranks[(i + shift) % ranks.size()])) {
        ++all[port];
        loads.shift = std::max(loads.shift, ++now[port]);
      }
    }
  }
  const auto height = heights(fabric);
  loads.ftree = routing.engine == Engine::ftree;
  for (const auto& [port, pairs] : all) {
    const DeviceId to = fabric.peer(port)->device;
    loads.all_to_all[std::min(height[port.device.index()], height[to.index()])].insert(pairs);
  }
  return loads;
}

// Units of 4 nodes with 2 HCAs below switches of 8 ports: a superpod in small, with 3 tiers from 5
// units on.
Entries small(const std::string& units, const std::string& wiring = {}) {
  Entries keys{{"kind", "superpod"},
               {"scalable_units", units},
               {"radix", "8"},
               {"nodes_per_unit", "4"},
               {"rails", "2"}};
  if (!wiring.empty()) {
    keys.emplace_back("wiring", wiring);
  }
  return keys;
}

// Without a hot spot: below a spine each link carries 4 HCAs' traffic to all but them over 4
// uplinks, below a core that of a superpod (or rail) of `set` HCAs over as many.
Loads flat(std::uint64_t hcas) { return {true, {{1, {hcas - 4}}}, 1}; }
Loads flat(std::uint64_t hcas, std::uint64_t set) {
  return {true, {{1, {hcas - 4}}, {2, {hcas - set}}}, 1};
}

}  // namespace

TEST_CASE("ftree meets no hot spot in a superpod of two tiers, whatever the number of units") {
  CHECK(routed(small("1")) == flat(8));
  CHECK(routed(small("2")) == flat(16));
  CHECK(routed(small("3")) == flat(24));
  CHECK(routed(small("4")) == flat(32));
}

TEST_CASE("ftree meets no hot spot in a superpod of three tiers, wired by pod") {
  CHECK(routed(small("5", "pod")) == flat(40, 8));
  CHECK(routed(small("6", "pod")) == flat(48, 16));
  CHECK(routed(small("8", "pod")) == flat(64, 16));
}

TEST_CASE("ftree meets no hot spot in a superpod of three tiers, wired by rail") {
  CHECK(routed(small("6", "rail")) == flat(48, 12));
  CHECK(routed(small("8", "rail")) == flat(64, 16));
}

TEST_CASE("ftree meets no hot spot in an NVL72 unit") {
  const Loads loads = routed({{"kind", "nvl72"}});
  CHECK(loads == Loads{true, {{1, {576 - 18}}}, 1});
}
