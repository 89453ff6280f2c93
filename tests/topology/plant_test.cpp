#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/topology/fabric_counts.hpp"
#include "topology/power.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

std::vector<SharedFate> fates(const Topology& topology, FateKind kind) {
  std::vector<SharedFate> some;
  std::ranges::copy_if(topology.plant.fates, std::back_inserter(some),
                       [kind](const SharedFate& fate) { return fate.kind == kind; });
  return some;
}

// Nodes and switches of these fates, and whether any is in two of them.
struct Kept {
  std::size_t nodes = 0;
  std::size_t switches = 0;
  bool twice = false;
  bool operator==(const Kept&) const = default;
};
Kept kept_by(const std::vector<SharedFate>& all) {
  std::set<std::uint32_t> nodes;
  std::set<DeviceId> switches;
  Kept kept;
  for (const SharedFate& fate : all) {
    for (const NodeRange& range : fate.nodes) {
      for (std::uint32_t node = range.first; node < range.past; ++node) {
        kept.twice = !nodes.insert(node).second || kept.twice;
      }
    }
    for (const DeviceId device : fate.devices) {
      kept.twice = !switches.insert(device).second || kept.twice;
    }
  }
  kept.nodes = nodes.size();
  kept.switches = switches.size();
  return kept;
}

}  // namespace

TEST_CASE("every node and switch stands in one rack and hangs on one PDU") {
  const Topology pod = topology_of({{"kind", "superpod"}, {"scalable_units", "16"}});
  CHECK(kept_by(fates(pod, FateKind::rack)) == Kept{512, 128 + 128 + 64, false});
  CHECK(kept_by(fates(pod, FateKind::pdu)) == Kept{512, 128 + 128 + 64, false});
  CHECK(fates(pod, FateKind::cdu).empty());
  const Topology tree = topology_of({{"kind", "fat_tree"}, {"leaves", "10"}});
  CHECK(kept_by(fates(tree, FateKind::rack)) == Kept{40, 10 + 32, false});
}

TEST_CASE("a unit of a superpod is a row: 8 racks of 41 kW on a PDU, and its leaves beside them") {
  const Topology pod = topology_of({{"kind", "superpod"}, {"scalable_units", "2"}});
  const auto pdus = fates(pod, FateKind::pdu);
  REQUIRE(pdus.size() == 3);  // the last feeds the spines
  CHECK(pdus[1].name == "pdu2");
  CHECK(pdus[1].watts == 8 * 41'000);
  REQUIRE(pdus[1].nodes.size() == 1);
  CHECK(pdus[1].nodes[0].first == 32);
  CHECK(pdus[1].nodes[0].past == 64);
  CHECK(pdus[1].devices.size() == 8);
  CHECK(pdus[2].nodes.empty());
  CHECK(pdus[2].devices.size() == 8);
}

TEST_CASE("liquid-cooled racks share CDUs, which no switch needs") {
  const Topology unit = topology_of({{"kind", "nvl72"}, {"racks_per_cdu", "4"}});
  const auto cdus = fates(unit, FateKind::cdu);
  REQUIRE(cdus.size() == 2);
  CHECK(kept_by(cdus) == Kept{144, 0, false});
  CHECK(fates(unit, FateKind::rack)[0].watts == 132'000);
}

TEST_CASE("the leaf of a fat-tree stands in the rack of its first nodes") {
  const Topology tree = topology_of({{"kind", "fat_tree"}, {"leaves", "10"}});
  const auto racks = fates(tree, FateKind::rack);
  REQUIRE(racks[3].devices.size() == 1);
  CHECK(tree.fabric.device(racks[3].devices[0]).description == "leaf-04");
}

TEST_CASE("an H100 takes 1.56 kW at the gate, all in") {
  const Topology pod = topology_of({{"kind", "superpod"}, {"scalable_units", "1"}});
  CHECK(power_of(pod.fleet).all_in_watts / 256 == 1557);
}
