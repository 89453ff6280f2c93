#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/core/settings_trees.hpp"
#include "tests/topology/slurm_documents.hpp"
#include "topology/formats.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Names = std::vector<std::string>;

SlurmTopology read(const std::string& text) { return read_topology_conf(text, "t.conf"); }
std::string refusal(const std::string& text) {
  return error_of([&] { (void)read(text); });
}

const std::string tree_text =  // the example of topology.conf.5
    "SwitchName=s0 Nodes=dev[0-5]\n"
    "SwitchName=s1 Nodes=dev[6-11]\n"
    "SwitchName=s2 Nodes=dev[12-17]\n"
    "SwitchName=s3 Switches=s[0-2]\n";

const std::string block_text =
    "BlockName=block1 Nodes=node[1-32]\n"
    "BlockName=block2 Nodes=node[33-64]\n"
    "BlockName=block3 Nodes=node[65-96]\n"
    "BlockName=block4 Nodes=node[97-128]\n"
    "BlockSizes=30,120\n";

const std::string ring_text =
    "RingName=ring0 Nodes=node[01-08]\n"
    "RingName=ring1 Nodes=node[09-16]\n";

}  // namespace

TEST_CASE("topology.conf: a tree of switches") {
  const auto tree = std::get<SlurmTree>(read(tree_text).shape);
  REQUIRE(tree.switches.size() == 4);
  CHECK(tree.switches[0].nodes == Names{"dev0", "dev1", "dev2", "dev3", "dev4", "dev5"});
  CHECK(tree.switches[3].switches == Names{"s0", "s1", "s2"});
  CHECK(tree.switches[3].line == 4);
}

TEST_CASE("topology.conf: blocks with their sizes, and rings") {
  const auto blocks = std::get<SlurmBlocks>(read(block_text).shape);
  CHECK(blocks.blocks[3].nodes.back() == "node128");
  CHECK(blocks.block_sizes == std::vector<std::uint32_t>{30, 120});
  CHECK(std::get<SlurmRing>(read(ring_text).shape).rings[1].nodes.front() == "node09");
}

TEST_CASE("topology.conf: what is written is what was read") {
  CHECK(write_topology_conf(read(tree_text)) == tree_text);
  CHECK(write_topology_conf(read(block_text)) == block_text);
  CHECK(write_topology_conf(read(ring_text)) == ring_text);
  CHECK(rc::check([] {
    const SlurmTopology document = random_conf();
    const std::string text = write_topology_conf(document);
    RC_ASSERT(read(text) == document);
    RC_ASSERT(write_topology_conf(read(text)) == text);
  }));
}

// Each of these was put before slurmctld 22.05, which took them so.
TEST_CASE("topology.conf: keys of any case, blanks, quotes, comments and joined lines") {
  CHECK(read("# a tree\n\n"
             "switchname=s0 NODES=\"dev[0-5]\" # in quotes\n"
             "SwitchName = s1   Nodes=  dev[6-11]\n"
             "SwitchName=s2 \\\n   Nodes=dev[12-\\  # this goes on\n17]\n"
             "SwitchName=s3 Switches=s[0-2] # not this \\\n") == read(tree_text));
  CHECK(read("SwitchName=s0 Nodes=a LinkSpeed=0x10\r\n") ==
        read("SwitchName=s0 LinkSpeed=0x10 Nodes=a"));
  CHECK(read("\\\nSwitchName=s0 Nodes=a\\") == read("SwitchName=s0 Nodes=a"));
}

TEST_CASE("topology.conf: several roots are a forest, which Slurm allows") {
  CHECK(std::get<SlurmTree>(read("SwitchName=a Nodes=x\nSwitchName=b Nodes=y\n").shape)
            .switches.size() == 2);
}

TEST_CASE("topology.conf: a name in brackets is one name to Slurm") {
  CHECK(refusal("SwitchName=s[1-2] Nodes=n1") ==
        "t.conf:1: switch 's[1-2]': a name cannot hold '['\n"
        "  Slurm takes brackets here as a part of one name: write one switch after the other");
}

TEST_CASE("topology.conf: what is no tree is refused where it stops being one") {
  CHECK(refusal("SwitchName=a Switches=c\nSwitchName=b Switches=a\nSwitchName=c Switches=b\n") ==
        "t.conf:1: switch 'a' is below itself\n"
        "  remove the loop: the switches must form a tree");
  CHECK(refusal("SwitchName=a Switches=a\n").starts_with("t.conf:1: switch 'a' is below itself"));
  CHECK(refusal("SwitchName=a Nodes=n1\nSwitchName=b Switches=a\nSwitchName=c Switches=a\n") ==
        "t.conf:3: switch 'a' is a child of 'c' and of 'b'\n"
        "  Slurm knows trees only: name one parent for each switch");
  CHECK(refusal("SwitchName=a Nodes=n1\nSwitchName=b Switches=a,a\n")
            .starts_with("t.conf:2: switch 'a' is a child of 'b' twice"));
  CHECK(refusal("SwitchName=leaf1 Nodes=n1\nSwitchName=b Switches=leaf2\n") ==
        "t.conf:2: switch 'b' has the child 'leaf2', which no line defines\n"
        "  did you mean 'leaf1'? known: b, leaf1");
}

TEST_CASE("topology.conf: every name once") {
  CHECK(refusal("SwitchName=a Nodes=n[1-8]\nSwitchName=b Nodes=n[8-16]\n") ==
        "t.conf:2: node 'n8' is in switch 'b' and in switch 'a'\n  name each node once");
  CHECK(refusal("SwitchName=a Nodes=n[1-8],n[1-2]\n")
            .starts_with("t.conf:1: node 'n1' is in switch 'a' twice"));
  CHECK(refusal("SwitchName=a Nodes=n1\n\nSwitchName=a Nodes=n2\n") ==
        "t.conf:3: switch 'a' is already named in line 1\n"
        "  give every switch a name of its own");
}

TEST_CASE("topology.conf: a switch has nodes or switches") {
  CHECK(refusal("SwitchName=a Nodes=n1 Switches=b\nSwitchName=b Nodes=n2\n") ==
        "t.conf:1: switch 'a' has both child switches and nodes\n"
        "  nodes hang on leaf switches, and these on others");
  CHECK(refusal("SwitchName=a\n")
            .starts_with("t.conf:1: switch 'a' has neither child switches nor nodes"));
}

TEST_CASE("topology.conf: blocks of the sizes that Slurm can join") {
  const std::string blocks = "BlockName=a Nodes=n[1-18]\nBlockName=b Nodes=m[1-16]\n";
  CHECK(refusal(blocks + "BlockSizes=18,36") ==
        "t.conf:2: block 'b' has 16 nodes, fewer than the base size 18\n"
        "  lower the first block size, or give the block more nodes");
  CHECK(refusal(blocks + "BlockSizes=16,48") ==
        "t.conf:3: the block size 48 is not a larger power-of-two multiple of 16\n"
        "  for example 18, 36, 72: doubled any number of times, going up");
  CHECK(refusal(blocks + "BlockSizes=16,64,32").starts_with("t.conf:3: the block size 32 is not"));
  CHECK(refusal(blocks + "BlockSizes=0").starts_with("t.conf:3: the block size 0 holds no node"));
  CHECK(refusal(blocks + "BlockSizes=16,x").starts_with("t.conf:3: BlockSizes: 'x' is not a size"));
  CHECK(refusal("BlockName=a\n") == "t.conf:1: block 'a' has no nodes");
  CHECK(refusal("RingName=r Nodes=n[1-17]\n") ==
        "t.conf:1: ring 'r' has 17 nodes\n  a ring has at most 16 nodes");
}

TEST_CASE("topology.conf: lists that explode are refused, in one line or in all") {
  CHECK(refusal("SwitchName=a Nodes=n[1-99999999]\n") ==
        "t.conf:1: Nodes: the hostlists of the file name more than 300000 nodes\n"
        "  check the ranges");
  CHECK(refusal("SwitchName=a Nodes=n[1-160000]\nSwitchName=b Nodes=m[1-160000]\n")
            .starts_with("t.conf:2: Nodes: the hostlists of the file name more than"));
  CHECK(refusal("SwitchName=a Nodes=n[1-\n") ==
        "t.conf:1: Nodes: hostlist 'n[1-': a bracket is not closed\n"
        "  write names and ranges like n[001-016,020],m3");
}

TEST_CASE("topology.conf: words that Slurm would not take") {
  const std::string known = "begin the line with SwitchName=, BlockName=, RingName= or BlockSizes=";
  CHECK(refusal("") == "t.conf: the file names no switch, block or ring\n  " + known);
  CHECK(refusal("Nodes=n1 SwitchName=a\n") ==
        "t.conf:1: a line begins with the unknown key 'nodes'\n  " + known);
  CHECK(refusal("SwitchName=a Nods=n1\n") ==
        "t.conf:1: no such key 'nods'\n  did you mean 'nodes'? known: switches, nodes, linkspeed");
  CHECK(refusal("SwitchName=a Nodes=n1 SwitchName=b\n")
            .starts_with("t.conf:1: no such key 'switchname'"));
  CHECK(refusal("SwitchName=a Nodes=n1 Nodes=n2\n") ==
        "t.conf:1: 'nodes' is said twice\n  Slurm would keep the last: keep one");
  CHECK(refusal("SwitchName=a Nodes=n1 LinkSpeed=fast\n") ==
        "t.conf:1: LinkSpeed: 'fast' is not a number\n"
        "  Slurm wants a whole number below 4294967296");
  CHECK(refusal("SwitchName=a Nodes=\n") == "t.conf:1: 'Nodes' has no value\n  write KEY=VALUE");
  CHECK(refusal("SwitchName=a Nodes\n") == "t.conf:1: 'Nodes' has no value\n  write KEY=VALUE");
  CHECK(refusal("SwitchName=a Nodes=\"n1\n") == "t.conf:1: 'Nodes': a quote is not closed");
  CHECK(
      refusal("SwitchName=a Nodes=ALL\n").starts_with("t.conf:1: Nodes: this file does not know"));
  CHECK(refusal("Include more.conf\n") ==
        "t.conf:1: other files are not included\n  put what they say into this file");
  CHECK(refusal(tree_text + block_text) ==
        "t.conf:5: the file mixes switches, blocks and rings\n"
        "  keep one of them; topology.yaml holds several topologies");
  CHECK(refusal("SwitchName=" + std::string(65, 's') + " Nodes=n1\n")
            .ends_with("is longer than 64 characters\n  give it a plain name"));
}
