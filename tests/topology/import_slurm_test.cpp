#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/core/settings_trees.hpp"
#include "tests/topology/slurm_documents.hpp"
#include "topology/import.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

ImportOptions eight_gpus() {
  ImportOptions options;
  options.node.gpus = 8;
  return options;
}

Imported import(const SlurmTopology& slurm) { return import_slurm(slurm, eight_gpus(), "t.conf"); }
Fleet fleet_of(const std::string& text) {
  return import(read_topology_conf(text, "t.conf")).topology.fleet;
}

// One line a level, the outermost first: "fabric: root{8} ..." with nodes counted.
std::string picture(const Fleet& fleet) {
  std::string text;
  for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
    text += fleet.level_name(LevelId(level)) + ":";
    for (std::uint32_t i = 0; i < fleet.domains(LevelId(level)); ++i) {
      const DomainId domain = fleet.domain(LevelId(level), i);
      text += " " + fleet.name(domain) + "{" + std::to_string(fleet.nodes_in(domain).size()) + "}";
    }
    text += "\n";
  }
  return text;
}

std::string nodes_in_order(const Fleet& fleet) {
  std::string text;
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    text += (node == 0 ? "" : " ") + fleet.name(NodeId(node));
  }
  return text;
}

}  // namespace

TEST_CASE("Slurm's switches become levels, the innermost of which are leaves") {
  CHECK(picture(fleet_of("SwitchName=l1 Nodes=n[1-4]\nSwitchName=l2 Nodes=n[5-8]\n"
                         "SwitchName=l3 Nodes=n[9-10]\nSwitchName=s1 Switches=l[1-2]\n"
                         "SwitchName=s2 Switches=l3\nSwitchName=core Switches=s[1-2]\n")) ==
        "fabric: core{10}\nsuperpod: s1{8} s2{2}\nleaf: l1{4} l2{4} l3{2}\n");
  CHECK(picture(fleet_of("SwitchName=only Nodes=n[1-4]\n")) == "leaf: only{4}\n");
}

TEST_CASE("where a tree is ragged the switch below stands in for a missing level") {
  CHECK(
      picture(fleet_of("SwitchName=root Switches=deep,l3\nSwitchName=deep Switches=l1,l2\n"
                       "SwitchName=l1 Nodes=a\nSwitchName=l2 Nodes=b\nSwitchName=l3 Nodes=c\n")) ==
      "fabric: root{3}\nsuperpod: deep{2} l3{1}\nleaf: l1{1} l2{1} l3{1}\n");
}

TEST_CASE("switches stand at the places of their lines, whatever the order of nodes") {
  const Fleet fleet = fleet_of(
      "SwitchName=s2 Switches=l2\nSwitchName=l3 Nodes=c\nSwitchName=l1 Nodes=a\n"
      "SwitchName=root Switches=s1,s2\nSwitchName=l2 Nodes=b\nSwitchName=s1 "
      "Switches=l1,l3\n");
  CHECK(fleet.listed());
  CHECK(fleet.name(fleet.at_place(LevelId(1), 0)) == "s2");
  CHECK(fleet.name(fleet.at_place(LevelId(2), 0)) == "l3");
  CHECK(fleet.name(fleet.at_place(LevelId(2), 2)) == "l2");
  CHECK_FALSE(fleet.listed_as_nested());
}

TEST_CASE("several roots are several fabrics") {
  CHECK(picture(fleet_of("SwitchName=r1 Switches=l1\nSwitchName=l1 Nodes=a\n"
                         "SwitchName=l2 Nodes=b[1-2]\n")) ==
        "fabric: r1{1} l2{2}\nleaf: l1{1} l2{2}\n");
}

TEST_CASE("leaves keep the order of the file as far as the tree permits, nodes that of names") {
  CHECK(nodes_in_order(fleet_of("SwitchName=z Nodes=n9\nSwitchName=a Nodes=n1\n"
                                "SwitchName=m Nodes=n5,n4\nSwitchName=root Switches=a,m,z\n")) ==
        "n9 n1 n4 n5");
  CHECK(nodes_in_order(fleet_of("SwitchName=a Nodes=n1\nSwitchName=b Nodes=n2\n"
                                "SwitchName=c Nodes=n3\nSwitchName=s1 Switches=b\n"
                                "SwitchName=s2 Switches=c,a\nSwitchName=root Switches=s[1-2]\n")) ==
        "n1 n3 n2");
}

TEST_CASE("base blocks are a level, and configured sizes above them others") {
  CHECK(picture(fleet_of("BlockName=b1 Nodes=a[1-18]\nBlockName=b2 Nodes=b[1-18]\n"
                         "BlockName=b3 Nodes=c[1-20]\nBlockSizes=18,36,72\n")) ==
        "block72: block72-1{56}\nblock36: block36-1{36} block36-2{20}\n"
        "block: b1{18} b2{18} b3{20}\n");
  CHECK(picture(fleet_of("RingName=r1 Nodes=a[1-3]\n")) == "ring: r1{3}\n");
}

TEST_CASE("what the file says and a fleet cannot hold is noted") {
  const auto speeds = read_topology_conf("SwitchName=a Nodes=n1 LinkSpeed=100\n", "t.conf");
  CHECK(import(speeds).notes ==
        std::vector<std::string>{"the LinkSpeed of 1 switches, which Slurm gives no unit"});
  CHECK(error_of([] {
          (void)import({"x", false, SlurmFlat{}});
        }) == "t.conf: a flat topology names no nodes\n  import one of another type");
}

TEST_CASE("a tree deeper than a fleet is refused") {
  std::string text = "SwitchName=s0 Nodes=n1\n";
  for (int i = 1; i <= 40; ++i) {
    text += "SwitchName=s" + std::to_string(i) + " Switches=s" + std::to_string(i - 1) + "\n";
  }
  CHECK(error_of([&] { (void)fleet_of(text); }) ==
        "t.conf: the switches stand in more than 32 levels\n  at most 32 levels of switches");
}

TEST_CASE("a tree with one root and branches everywhere comes back as it was") {
  const std::string text =
      "SwitchName=l1 Nodes=n[1-4]\nSwitchName=l2 Nodes=n[5-8]\nSwitchName=l3 Nodes=n[9-12]\n"
      "SwitchName=l4 Nodes=n[13-16]\nSwitchName=s1 Switches=l[1-2]\nSwitchName=s2 Switches=l[3-4]\n"
      "SwitchName=core Switches=s[1-2]\n";
  const auto topology = import(read_topology_conf(text, "t.conf")).topology;
  CHECK(write_topology_conf(slurm_tree_of(topology)) == text);
}

TEST_CASE("blocks come back with the sizes that their number allows") {
  const std::string blocks = "BlockName=b1 Nodes=a[1-18]\nBlockName=b2 Nodes=b[1-18]\n";
  const auto topology = import(read_topology_conf(blocks + "BlockSizes=18\n", "t.conf")).topology;
  CHECK(write_topology_conf(slurm_blocks_of(topology)) == blocks + "BlockSizes=18,36\n");
}

TEST_CASE("whatever is imported, written trees and blocks hold every node once, with one root") {
  CHECK(rc::check([] {
    const auto topology = import(random_conf()).topology;
    const auto tree = slurm_tree_of(topology);
    const auto again = import(read_topology_conf(write_topology_conf(tree), "t.conf")).topology;
    RC_ASSERT(again.fleet.nodes() == topology.fleet.nodes());
    RC_ASSERT(again.fleet.domains(LevelId(0)) == 1U);
    RC_ASSERT(picture(import(slurm_tree_of(again)).topology.fleet) == picture(again.fleet));
    const auto blocks = slurm_blocks_of(topology);
    RC_ASSERT(read_topology_conf(write_topology_conf(blocks), "t.conf") == blocks);
  }));
}
