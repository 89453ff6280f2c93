#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/topology/fabric_counts.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

Entries superpod(const std::string& units, const Entries& more = {}) {
  Entries entries{{"kind", "superpod"}, {"scalable_units", units}};
  entries.insert(entries.end(), more.begin(), more.end());
  return entries;
}

Counts counted(const std::string& units) { return counts_of(topology_of(superpod(units)).fabric); }
Counts counted(const std::string& units, const std::string& wiring) {
  return counts_of(topology_of(superpod(units, {{"wiring", wiring}})).fabric);
}

// The published table: leaves, spines, cores, and the cables of each tier.
Counts published(std::uint32_t leaves, std::uint32_t spines, std::uint32_t cables) {
  return {{leaves, spines}, {cables, cables}};
}
Counts published(std::uint32_t leaves, std::uint32_t spines, std::uint32_t cores,
                 std::uint32_t cables) {
  return {{leaves, spines, cores}, {cables, cables, cables}};
}

std::string level_names(const Fleet& fleet) {
  std::string names;
  for (std::uint32_t i = 0; i < fleet.levels(); ++i) {
    names += fleet.level_name(LevelId(i)) + " ";
  }
  return names;
}

}  // namespace

TEST_CASE("a superpod has the leaves, spines, cores and cables that NVIDIA publishes") {
  CHECK(counted("1") == published(8, 4, 256));
  CHECK(counted("2") == published(16, 8, 512));
  CHECK(counted("4") == published(32, 16, 1024));
  CHECK(counted("8") == published(64, 32, 2048));
  CHECK(counted("16") == published(128, 128, 64, 4096));
  CHECK(counted("32") == published(256, 256, 128, 8192));
  CHECK(counted("64") == published(512, 512, 256, 16384));
  CHECK(counted("16", "rail") == published(128, 128, 64, 4096));
  CHECK(counted("32", "rail") == published(256, 256, 128, 8192));
  CHECK(counted("64", "rail") == published(512, 512, 256, 16384));
}

TEST_CASE("between powers of two a superpod keeps all bandwidth with the cores of the next") {
  CHECK(counted("3") == published(24, 16, 768));
  CHECK(counted("6") == published(48, 32, 1536));
  CHECK(counted("12") == published(96, 96, 64, 3072));
  CHECK(counted("13") == published(104, 104, 64, 3328));
  CHECK(counted("24", "rail") == published(192, 256, 96, 6144));
}

TEST_CASE("ports are used once and within the radix, whatever the size and wiring") {
  CHECK(ports_are_conserved(topology_of(superpod("5")).fabric));
  CHECK(ports_are_conserved(topology_of(superpod("8", {{"oversubscription", "2"}})).fabric));
  CHECK(ports_are_conserved(topology_of(superpod("11")).fabric));
  CHECK(ports_are_conserved(topology_of(superpod("33", {{"wiring", "rail"}})).fabric));
  CHECK(ports_are_conserved(topology_of(superpod("20", {{"radix", "40"}})).fabric));
}

TEST_CASE("with two tiers every spine has as many cables to every leaf") {
  using Pairs = std::map<std::uint32_t, std::uint32_t>;
  CHECK(cables_per_pair(topology_of(superpod("1")).fabric, 1) == Pairs{{8, 8 * 4}});
  CHECK(cables_per_pair(topology_of(superpod("4")).fabric, 1) == Pairs{{2, 32 * 16}});
  CHECK(cables_per_pair(topology_of(superpod("8")).fabric, 1) == Pairs{{1, 64 * 32}});
}

TEST_CASE("a dead core takes one of 32 uplinks from a spine") {
  const auto by_count = cables_per_pair(topology_of(superpod("16")).fabric, 2);
  CHECK(by_count == std::map<std::uint32_t, std::uint32_t>{{1, 4096}});
}

TEST_CASE("HCA r of a node is on leaf r of its unit, by name") {
  const Topology su = topology_of(superpod("2"));
  const auto hcas = su.seats.hcas(NodeId(33));
  REQUIRE(hcas.size() == 8);
  CHECK(su.fabric.device(hcas[2]).description == "n34 HCA-3");
  const auto leaf = su.fabric.peer({hcas[2], 1});
  REQUIRE(leaf.has_value());
  CHECK(su.fabric.device(leaf->device).description == "leaf-su2-r3");
  CHECK(leaf->port == 2);
}

TEST_CASE("127 of 128 nodes: the last is left out and its ports are free") {
  const Topology su = topology_of(superpod("4", {{"nodes", "127"}}));
  CHECK(su.fleet.nodes() == 127);
  CHECK(counts_of(su.fabric) == Counts{{32, 16}, {1016, 1024}});
  const auto leaf = su.fabric.described("leaf-su4-r8");
  REQUIRE(leaf.size() == 1);
  CHECK(su.fabric.peer({leaf[0], 31}).has_value());
  CHECK_FALSE(su.fabric.peer({leaf[0], 32}).has_value());
}

TEST_CASE("a superpod's levels are what it has: no superpods with two tiers") {
  CHECK(level_names(topology_of(superpod("8")).fleet) == "fabric leaf rack ");
  const Topology three = topology_of(superpod("16"));
  CHECK(level_names(three.fleet) == "fabric superpod leaf rack ");
  CHECK(three.fleet.domains(LevelId(1)) == 4);
  CHECK(three.fleet.domains(LevelId(2)) == 16);
  CHECK(three.fleet.domains(LevelId(3)) == 128);
}

TEST_CASE("switches passed: one within a unit, three within a superpod, five across") {
  const Network pod = topology_of(superpod("16")).network;
  CHECK(pod.hops(LevelId(2)) == 1);
  CHECK(pod.hops(LevelId(1)) == 3);
  CHECK(pod.hops(LevelId(0)) == 5);
  CHECK(topology_of(superpod("16", {{"wiring", "rail"}})).network.hops(LevelId(0)) == 3);
}

TEST_CASE("nothing is oversubscribed in a superpod, unless one asks for it") {
  const Topology full = topology_of(superpod("16"));
  const std::int64_t unit = 32 * std::int64_t{8} * 50'000'000'000;
  CHECK(full.network.uplink(full.fleet.domain(LevelId(2), 15)) == unit);
  CHECK(full.network.uplink(full.fleet.domain(LevelId(1), 3)) == 4 * unit);
  const Topology half = topology_of(superpod("4", {{"oversubscription", "2"}}));
  CHECK(half.network.uplink(half.fleet.domain(LevelId(1), 0)) == unit / 2);
}

TEST_CASE("what does not fit a superpod is refused where it is written") {
  CHECK(refusal_of(superpod("0")) ==
        "c.yaml:4:5: cluster.scalable_units: must be between 1 and 1000, is 0");
  CHECK(refusal_of({{"kind", "superpod"}}) == "c.yaml:2:5: cluster.scalable_units: is missing");
  CHECK(refusal_of(superpod("200")) ==
        "c.yaml:4:5: cluster.scalable_units: 51200 HCAs and 4224 switches are more than one fabric "
        "can address\n  at most 49151 in all; write several fabrics with kind: fleet");
  CHECK(refusal_of(superpod("4", {{"radix", "63"}})) ==
        "c.yaml:5:5: cluster.radix: must be even, is 63");
  CHECK(refusal_of(superpod("4", {{"radix", "12"}, {"nodes_per_unit", "6"}})) ==
        "c.yaml:5:5: cluster.radix: half of 12 ports are not enough for 8 rails\n  at least 16");
  CHECK(refusal_of(superpod("4", {{"nodes", "96"}})) ==
        "c.yaml:5:5: cluster.nodes: must be between 97 and 128, is 96");
  CHECK(refusal_of(superpod("4", {{"nodes_per_unit", "33"}})) ==
        "c.yaml:5:5: cluster.nodes_per_unit: must be between 1 and 32, is 33");
  CHECK(refusal_of(superpod("4", {{"rack_kw", "10"}})) ==
        "c.yaml:5:5: cluster.rack_kw: a node draws up to 10200 W, more than the rack has\n"
        "  at least 10.2");
  CHECK(refusal_of(superpod("4", {{"gpu", "h1000"}})).find("known: h100, a100, h200, b200") !=
        std::string::npos);
  CHECK(refusal_of(superpod("4", {{"node_names", "n[1-3]"}})) ==
        "c.yaml:5:5: cluster.node_names: names 3 nodes, but there are 128");
  CHECK(
      refusal_of(superpod("4", {{"wiring", "rail"}})) ==
      "c.yaml:5:5: cluster.wiring: does not go with two tiers, where every leaf sees every spine\n"
      "  leave it out; it speaks of how superpods of three tiers are cut");
  CHECK(refusal_of(superpod("4", {{"pods", "3"}})).find("cluster.pods: no such key") !=
        std::string::npos);
}
