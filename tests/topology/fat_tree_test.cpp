#include <string>

#include <doctest/doctest.h>

#include "tests/topology/fabric_counts.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

Entries fat_tree(const Entries& more) {
  Entries entries{{"kind", "fat_tree"}};
  entries.insert(entries.end(), more.begin(), more.end());
  return entries;
}

Entries leaf_spine(const Entries& more) {
  Entries entries{{"kind", "leaf_spine"}};
  entries.insert(entries.end(), more.begin(), more.end());
  return entries;
}

}  // namespace

TEST_CASE("a k-ary fat-tree has k^3/4 hosts, k^2/2 leaves, as many spines, and k^2/4 cores") {
  const Fabric tree =
      topology_of(fat_tree({{"radix", "8"}, {"tiers", "3"}, {"hcas_per_node", "1"}})).fabric;
  CHECK(counts_of(tree) == Counts{{32, 32, 16}, {128, 128, 128}});
  CHECK(ports_are_conserved(tree));
}

TEST_CASE("a fat-tree of two tiers has k leaves of k/2 hosts") {
  const Fabric tree = topology_of(fat_tree({{"radix", "8"}, {"hcas_per_node", "1"}})).fabric;
  CHECK(counts_of(tree) == Counts{{8, 4}, {32, 32}});
}

TEST_CASE("parallel cables take leaves away, not bandwidth") {
  const Fabric tree =
      topology_of(fat_tree({{"radix", "8"}, {"hcas_per_node", "1"}, {"cables_per_pair", "2"}}))
          .fabric;
  CHECK(counts_of(tree) == Counts{{4, 2}, {16, 16}});
  CHECK(cables_per_pair(tree, 1) == std::map<std::uint32_t, std::uint32_t>{{2, 8}});
}

TEST_CASE("each tier is oversubscribed as it is told") {
  const Topology tree = topology_of(fat_tree({{"radix", "12"},
                                              {"tiers", "3"},
                                              {"hcas_per_node", "1"},
                                              {"pods", "4"},
                                              {"oversubscription", list({"2", "3"})}}));
  // 8 down and 4 up in a leaf; 9 down and 3 up in a spine.
  CHECK(counts_of(tree.fabric) == Counts{{36, 16, 6}, {288, 144, 48}});
  CHECK(ports_are_conserved(tree.fabric));
  const std::int64_t hca = 50'000'000'000;
  CHECK(tree.network.uplink(tree.fleet.domain(LevelId(2), 0)) == 4 * hca);
  CHECK(tree.network.uplink(tree.fleet.domain(LevelId(1), 0)) == 12 * hca);
}

TEST_CASE("what does not fit a fat-tree is refused") {
  CHECK(refusal_of(fat_tree({{"tiers", "4"}})) ==
        "c.yaml:4:5: cluster.tiers: must be between 2 and 3, is 4");
  CHECK(refusal_of(fat_tree({{"oversubscription", list({"1", "2"})}})) ==
        "c.yaml:4:5: cluster.oversubscription: 2 ratios are given for 1 tiers that have one above\n"
        "  one for each tier but the top, leaves first");
  CHECK(
      refusal_of(fat_tree({{"radix", "8"}, {"cables_per_pair", "4"}, {"oversubscription", "3"}})) ==
      "c.yaml:5:5: cluster.cables_per_pair: a switch of 8 ports cannot have 4 cables to each "
      "switch above at 3:1");
  CHECK(refusal_of(fat_tree({{"radix", "8"}})) ==
        "c.yaml:2:5: cluster: hcas_per_node: a leaf has 4 ports for nodes, a node 8 HCAs\n"
        "  fewer HCAs, or a larger radix");
  CHECK(refusal_of(fat_tree({{"tiers", "3"}})) ==
        "c.yaml:2:5: cluster: pods: 65536 HCAs and 5120 switches are more than one fabric can "
        "address\n  at most 49151 in all; write several fabrics with kind: fleet");
}

TEST_CASE("leaf-spine Ethernet: a node is on one leaf, or dealt over a pair") {
  const Topology one = topology_of(leaf_spine({{"leaves", "8"}, {"oversubscription", "3"}}));
  CHECK(one.fabric.technology() == Technology::ethernet);
  CHECK(one.fleet.nodes() == 8 * 6);
  CHECK(counts_of(one.fabric) == Counts{{8, 2}, {8 * 48, 8 * 16}});
  const Topology two = topology_of(leaf_spine({{"leaves", "8"}, {"leaves_per_node", "2"}}));
  CHECK(two.fleet.nodes() == 4 * 8);
  const auto hcas = two.seats.hcas(NodeId(0));
  CHECK(two.fabric.peer({hcas[3], 1})->device == two.fabric.peer({hcas[0], 1})->device);
  CHECK(two.fabric.peer({hcas[4], 1})->device != two.fabric.peer({hcas[0], 1})->device);
  CHECK(ports_are_conserved(two.fabric));
}

TEST_CASE("what does not fit a leaf-spine is refused") {
  CHECK(refusal_of(leaf_spine({})) == "c.yaml:2:5: cluster.leaves: is missing");
  CHECK(refusal_of(leaf_spine({{"leaves", "65"}})) ==
        "c.yaml:4:5: cluster.leaves: must be between 1 and 64, is 65");
  CHECK(refusal_of(leaf_spine({{"leaves", "3"}, {"leaves_per_node", "2"}})) ==
        "c.yaml:4:5: cluster.leaves: pairs of leaves need an even number");
}
