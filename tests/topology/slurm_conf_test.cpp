#include "topology/slurm_conf.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/error.hpp"

using namespace berth;
using namespace std::chrono_literals;

namespace {

SlurmConf read(const std::string& text) { return read_slurm_conf(text, "slurm.conf"); }

std::string refusal(const std::string& text) {
  try {
    read(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "fine";
}

const std::string two_nodes = "NodeName=n[1-2] CPUs=4\n";

// What is said of a partition.
SlurmConf::Partition partition(const std::string& keys) {
  return read(two_nodes + "PartitionName=p " + keys + "\n").partitions.at(0);
}

}  // namespace

TEST_CASE("a node has the GPUs, CPUs, memory, weight and features that its line says") {
  const SlurmConf conf = read(
      "ClusterName=test  # a parameter of the cluster\n"
      "SlurmctldParameters=idle_on_node_suspend\n"
      "NodeName=gpu[01-02] CPUs=128 RealMemory=1000000 Gres=gpu:h100:8(S:0-1),nvme:1 \\\n"
      "  Weight=20 Features=hbm,ib State=UNKNOWN\n"
      "nodename=cpu1 Sockets=2 CoresPerSocket=32 ThreadsPerCore=2\n");
  REQUIRE(conf.nodes.size() == 3);
  CHECK(conf.nodes[0].name == "gpu01");
  const NodeKind& kind = conf.nodes[1].kind;
  CHECK(kind.gpus == 8);
  CHECK(kind.gpu_model == "h100");
  CHECK(kind.cpu_milli == 128'000);
  CHECK(kind.memory == std::int64_t{1'000'000} << 20U);
  CHECK(kind.weight == 20);
  CHECK(kind.labels == std::vector<std::string>{"hbm", "ib"});
  CHECK(conf.nodes[2].kind.cpu_milli == 128'000);
  CHECK(conf.nodes[2].kind.weight == 1);
  CHECK(conf.nodes[2].kind.gpus == 0);
}

TEST_CASE("a DEFAULT line holds for the lines behind it, which may say otherwise") {
  const SlurmConf conf = read(
      "NodeName=a CPUs=2\n"
      "NodeName=DEFAULT CPUs=8 Gres=gpu:4\n"
      "NodeName=b\n"
      "NodeName=c CPUs=16\n"
      "PartitionName=DEFAULT MaxTime=60\n"
      "PartitionName=p Default=YES\n"
      "PartitionName=q MaxTime=INFINITE Nodes=a,b\n");
  CHECK(conf.nodes[0].kind.gpus == 0);
  CHECK(conf.nodes[1].kind.cpu_milli == 8000);
  CHECK(conf.nodes[2].kind.cpu_milli == 16'000);
  CHECK(conf.nodes[2].kind.gpus == 4);
  CHECK(conf.partitions[0].max_time == 1h);
  CHECK(conf.partitions[0].is_default);
  CHECK(conf.partitions[0].nodes == "ALL");
  CHECK_FALSE(conf.partitions[1].max_time);
  CHECK(conf.partitions[1].nodes == "a,b");
}

TEST_CASE("a partition has its limits, tiers and who may use it") {
  const auto p = partition(
      "Nodes=n1 MinNodes=1 MaxNodes=4 PriorityTier=10 PriorityJobFactor=100 PreemptMode=REQUEUE "
      "GraceTime=120 AllowAccounts=a,b AllowQos=ALL State=UP OverSubscribe=NO");
  CHECK(p.min_nodes == 1);
  CHECK(p.max_nodes == 4U);
  CHECK(p.priority_tier == 10);
  CHECK(p.priority_job_factor == 100);
  CHECK(p.preempt_mode == "requeue");
  CHECK(p.grace_time == 120s);
  CHECK(p.accounts == std::vector<std::string>{"a", "b"});
  CHECK(p.qos.empty());
  CHECK_FALSE(partition("MaxNodes=UNLIMITED").max_nodes);
  CHECK(partition("ExclusiveTopo=YES").exclusive_topo);
  CHECK_FALSE(partition("ExclusiveTopo=no").exclusive_topo);
  CHECK_FALSE(p.exclusive_topo);
  CHECK_THROWS_WITH_AS(partition("ExclusiveTopo=maybe"),
                       doctest::Contains("exclusivetopo: 'maybe' is neither YES nor NO"),
                       InputError);
}

TEST_CASE("MaxTime is minutes, or days, hours, minutes and seconds") {
  CHECK(partition("MaxTime=90").max_time == 90min);
  CHECK(partition("MaxTime=90:30").max_time == 90min + 30s);
  CHECK(partition("MaxTime=1:00:00").max_time == 1h);
  CHECK(partition("MaxTime=7-0").max_time == 168h);
  CHECK(partition("MaxTime=1-12:30").max_time == 36h + 30min);
  CHECK(partition("MaxTime=1-12:30:05").max_time == 36h + 30min + 5s);
}

TEST_CASE("GPUs are counted in every way that Gres writes them") {
  const auto gpus = [](const std::string& gres) {
    return read("NodeName=n Gres=" + gres + "\n").nodes[0].kind.gpus;
  };
  CHECK(gpus("gpu") == 1);
  CHECK(gpus("gpu:8") == 8);
  CHECK(gpus("gpu:a100") == 1);
  CHECK(gpus("gpu:a100:4,gpu:a100:2") == 6);
  CHECK(gpus("shard:32,gpu:4") == 4);
}

TEST_CASE(
    "nodes stand under the switches of a topology.conf, in its order, as slurm.conf has them") {
  const SlurmConf conf = read("NodeName=n[1-3] Gres=gpu:8\nNodeName=n4 Gres=gpu:4\n");
  const SlurmTopology switches = read_topology_conf(
      "SwitchName=s1 Nodes=n[3-4]\nSwitchName=s2 Nodes=n[1-2]\nSwitchName=top Switches=s[1-2]\n",
      "topology.conf");
  const Topology topology = topology_of(conf, "slurm.conf", &switches, "topology.conf");
  CHECK(topology.fleet.gpus() == 28);
  CHECK(topology.fleet.levels() >= 1);
  CHECK(topology.fleet.kind(*topology.fleet.find("n4")).gpus == 4);
  CHECK(topology_of(conf, "slurm.conf").fleet.nodes() == 4);
}

TEST_CASE("slurm.conf and topology.conf name the same nodes") {
  const auto told = [](const std::string& nodes) -> std::string {
    const SlurmTopology switches =
        read_topology_conf("SwitchName=s1 Nodes=n[1-2]\n", "topology.conf");
    try {
      (void)topology_of(read("NodeName=" + nodes + "\n"), "slurm.conf", &switches, "topology.conf");
    } catch (const InputError& error) {
      return error.what();
    }
    return "fine";
  };
  CHECK(told("n[1-2]") == "fine");
  CHECK(told("n[1-3]") ==
        "slurm.conf:1: node 'n3' is not in topology.conf\n  name the same nodes in both files");
  CHECK(told("n1") ==
        "topology.conf: node 'n2' is not in slurm.conf\n  name the same nodes in both files");
}

TEST_CASE("what a slurm.conf gets wrong is refused with its line") {
  CHECK(refusal("ClusterName=x\n").starts_with("slurm.conf: the file names no node"));
  CHECK(
      refusal("NodeName=n CPUs=many\n").starts_with("slurm.conf:1: cpus: 'many' is not a number"));
  CHECK(refusal("NodeName=n\nNodeName=n\n") == "slurm.conf:2: node 'n' is named twice");
  CHECK(refusal("NodeName=n Gres=gpu:a:4,gpu:b:4\n").find("of one model a node") !=
        std::string::npos);
  CHECK(refusal("NodeName=n Gres=gpu:65\n").find("more than a node can have") != std::string::npos);
  CHECK(refusal("NodeName=n[1-\n").starts_with("slurm.conf:1: "));
  CHECK(refusal(two_nodes + "PartitionName=p MaxTime=soon\n")
            .starts_with("slurm.conf:2: MaxTime: 'soon' is not a time"));
  CHECK(refusal(two_nodes + "PartitionName=p MinNodes=3 MaxNodes=2\n") ==
        "slurm.conf:2: MaxNodes is less than MinNodes");
  CHECK(refusal(two_nodes + "PartitionName=p\nPartitionName=p\n") ==
        "slurm.conf:3: partition 'p' is named twice");
  CHECK(refusal("Include other.conf\n").find("other files are not included") != std::string::npos);
}
