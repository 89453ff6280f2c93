#include <doctest/doctest.h>

#include "tests/topology/fabric_counts.hpp"
#include "topology/power.hpp"

using namespace berth;
using namespace berth::testing;

TEST_CASE("a unit of NVL72 is 8 racks of 72 GPUs below 32 leaves and 9 spines") {
  const Topology unit = topology_of({{"kind", "nvl72"}});
  CHECK(unit.fleet.gpus() == 576);
  CHECK(unit.fleet.nodes() == 8 * 18);
  CHECK(counts_of(unit.fabric) == Counts{{32, 9}, {576, 576}});
  CHECK(cables_per_pair(unit.fabric, 1) == std::map<std::uint32_t, std::uint32_t>{{2, 32 * 9}});
  CHECK(ports_are_conserved(unit.fabric));
}

TEST_CASE("a unit of NVL72 needs the published 1.2 MW, within 5 %") {
  const Power power = power_of(topology_of({{"kind", "nvl72"}}).fleet);
  CHECK(static_cast<double>(power.nodes_watts + power.auxiliary_watts) ==
        doctest::Approx(1.2e6).epsilon(0.05));
}

TEST_CASE("NVLink joins a rack") {
  const Topology unit = topology_of({{"kind", "nvl72"}});
  const auto level = unit.network.nvlink_level();
  REQUIRE(level.has_value());
  CHECK(unit.fleet.level_name(*level) == "nvlink");
  CHECK(unit.fleet.domains(*level) == 8);
  CHECK(unit.fleet.nodes_in(unit.fleet.domain(*level, 3)).size() == 18);
  CHECK(unit.fleet.kind(NodeId(0)).nvlink == 900'000'000'000);
  CHECK_FALSE(topology_of({{"kind", "superpod"}, {"scalable_units", "1"}}).network.nvlink_level());
}

TEST_CASE("several units have cores above, without a bottleneck") {
  const Topology units = topology_of({{"kind", "nvl72"}, {"units", "4"}});
  CHECK(counts_of(units.fabric) == Counts{{128, 72, 36}, {2304, 2304, 2304}});
  CHECK(ports_are_conserved(units.fabric));
}

TEST_CASE("racks may be fewer than units have room for") {
  CHECK(topology_of({{"kind", "nvl72"}, {"racks", "3"}}).fleet.gpus() == 216);
  const Topology twenty = topology_of({{"kind", "nvl72"}, {"racks", "20"}});
  CHECK(twenty.fleet.gpus() == 1440);
  CHECK(twenty.fleet.domains(*twenty.fleet.find_level("superpod")) == 3);
}

TEST_CASE("what does not fit an NVL72 is refused") {
  CHECK(refusal_of({{"kind", "nvl72"}, {"units", "2"}, {"racks", "17"}}) ==
        "c.yaml:5:5: cluster.racks: must be between 9 and 16, is 17");
  CHECK(refusal_of({{"kind", "nvl72"}, {"radix", "24"}}) ==
        "c.yaml:4:5: cluster.radix: switches of 24 ports cannot join 32 leaves\n  64 or more");
  CHECK(refusal_of({{"kind", "nvl72"}, {"rack_kw", "120"}}) ==
        "c.yaml:4:5: cluster.rack_kw: is for 16 compute trays\n  a rack of 18 trays draws 132");
}
