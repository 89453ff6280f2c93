// Where a running slurmctld 22.05.8 put jobs on several trees of nodes of different weight, as
// tests/real_tools/real_slurm_places.py found it; `berth place` names the same nodes.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/app/run_berth.hpp"

namespace {

using berth::testing::Folder;

constexpr const char* config = R"(
cluster: {kind: slurm, conf: slurm.conf, topology: topology.conf}
workload: [{kind: jobs, jobs: [{name: a, at: 0s, nodes: 1, work: 1h}]}]
policy: fifo
)";

struct Site {
  const char* topology;
  const char* nodes;
  const char* gone;
};

// The hostlist, or "none".
std::string placed(const Site& site, const char* placer, const char* wanted) {
  const Folder folder;
  folder.write("topology.conf", site.topology);
  folder.write("slurm.conf", site.nodes + std::string("PartitionName=p Nodes=ALL Default=YES\n"));
  folder.write("config.yaml", config);
  const auto outcome = folder.berth({"place", "@config.yaml", "-q", "--nodes", wanted, "--placer",
                                     placer, "--unavailable", site.gone});
  REQUIRE_MESSAGE(outcome.code <= 1, outcome.err);
  return outcome.code == 0 ? outcome.out.substr(0, outcome.out.find('\n')) : "none";
}

}  // namespace

TEST_CASE("of trees of equal height the last with light nodes takes the job") {
  const Site site{
      "SwitchName=leaf1 Nodes=n[9-14]\nSwitchName=leaf2 Nodes=n[15-17]\n"
      "SwitchName=leaf0 Nodes=n[1-8]\nSwitchName=up0 Switches=leaf2\n",
      "NodeName=n[4,8,10,13] CPUs=1 Weight=2\n"
      "NodeName=n[1-3,5-7,9,11-12,14-17] CPUs=1 Weight=13\n",
      "n[1,9,16-17]"};
  CHECK(placed(site, "slurm_tree:version=22.05", "1") == "n4");
  CHECK(placed(site, "slurm_tree", "1") == "n4");
}

TEST_CASE("a higher tree that was found first keeps the job from lighter nodes") {
  const Site site{
      "SwitchName=up0 Switches=leaf3,leaf1\nSwitchName=leaf1 Nodes=n[2-9]\n"
      "SwitchName=leaf4 Nodes=n23\nSwitchName=leaf0 Nodes=n1\n"
      "SwitchName=leaf3 Nodes=n[16-22]\nSwitchName=leaf2 Nodes=n[10-15]\n",
      "NodeName=n[1,11] CPUs=1 Weight=1\nNodeName=n[12,23] CPUs=1 Weight=5\n"
      "NodeName=n[2-10,13-22] CPUs=1 Weight=16\n",
      "n[2-5,9-10,14-17,19-21]"};
  CHECK(placed(site, "slurm_tree:version=22.05", "1") == "n18");
}

TEST_CASE("dragonfly goes into the first tree with any room, and waits where it is too small") {
  const Site small{
      "SwitchName=leaf2 Nodes=n[15-20]\nSwitchName=up1 Switches=leaf1,leaf0,up0,leaf3\n"
      "SwitchName=leaf3 Nodes=n[21-26]\nSwitchName=leaf0 Nodes=n[1-7]\n"
      "SwitchName=up0 Switches=leaf4\nSwitchName=leaf4 Nodes=n[27-33]\n"
      "SwitchName=leaf1 Nodes=n[8-14]\n",
      "NodeName=n[1-33] CPUs=1\n", "n[1-14,21-32]"};
  CHECK(placed(small, "dragonfly", "2") == "none");
  CHECK(placed(small, "dragonfly", "1") == "n33");
  const Site full{
      "SwitchName=leaf2 Nodes=n[11-13]\nSwitchName=leaf0 Nodes=n[1-8]\n"
      "SwitchName=up0 Switches=leaf1,leaf0\nSwitchName=leaf1 Nodes=n[9-10]\n"
      "SwitchName=leaf4 Nodes=n21\nSwitchName=leaf5 Nodes=n22\n",
      "NodeName=n[1-13,21-22] CPUs=1\n", "n[1-12]"};
  CHECK(placed(full, "dragonfly", "1") == "n13");
}

TEST_CASE("dragonfly goes into the highest tree, though nodes of another are lighter") {
  const Site site{
      "SwitchName=leaf2 Nodes=n[1-3]\nSwitchName=leaf1 Nodes=n[4-6]\n"
      "SwitchName=leaf8 Nodes=n[7-9]\nSwitchName=up0 Switches=leaf1,leaf8\n",
      "NodeName=n[1-3] CPUs=1 Weight=19\nNodeName=n[4-9] CPUs=1 Weight=43\n", "n[2-3,5-6,8-9]"};
  CHECK(placed(site, "dragonfly", "2") == "n[4,7]");
}

TEST_CASE("dragonfly deals over all leaves what light nodes on several of them leave wanting") {
  const Site site{
      "SwitchName=leaf3 Nodes=n[10-13]\nSwitchName=leaf0 Nodes=n1\n"
      "SwitchName=leaf1 Nodes=n[2-6]\nSwitchName=leaf2 Nodes=n[7-9]\n"
      "SwitchName=leaf4 Nodes=n[14-18]\nSwitchName=leaf5 Nodes=n[19-20]\n"
      "SwitchName=up0 Switches=leaf0,leaf4,leaf1,leaf2,leaf5\n",
      "NodeName=n[2,4,9,16-17,19-20] CPUs=1 Weight=11\n"
      "NodeName=n[1,3,5-8,10-15,18] CPUs=1 Weight=42\n",
      "n[7-8]"};
  CHECK(placed(site, "dragonfly", "8") == "n[1-2,4,9,16-17,19-20]");
}
