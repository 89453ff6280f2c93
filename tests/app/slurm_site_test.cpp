// A Slurm cluster from its own files: nodes, partitions and jobs, under Slurm's order and limits.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/app/run_berth.hpp"

using namespace berth::testing;

namespace {

const std::string slurm_conf =
    "NodeName=n[1-4] CPUs=64 RealMemory=512000 Gres=gpu:h100:8\n"
    "PartitionName=gpu Nodes=n[1-3] Default=YES MaxTime=1-0\n"
    "PartitionName=debug Nodes=n4 MaxTime=30\n";
const std::string sacct =
    "JobID|User|Account|Partition|QOS|Submit|Elapsed|Timelimit|State|ReqTRES\n"
    "1|alice|physics|gpu|normal|2024-03-01T10:00:00|01:00:00|02:00:00|COMPLETED|cpu=8,gres/"
    "gpu=24,node=3\n"
    "2|bob|physics|debug|high|2024-03-01T10:00:10|00:10:00|00:20:00|COMPLETED|cpu=8,gres/gpu=8\n"
    "3|bob|physics|debug|high|2024-03-01T10:00:20|00:10:00|01:00:00|COMPLETED|cpu=8,gres/gpu=1\n";

std::string config_with(const std::string& qos) {
  return "cluster: {kind: slurm, conf: slurm.conf}\n"
         "workload: {kind: sacct, file: jobs.txt}\n"
         "policy:\n"
         "  order: {kind: multifactor, weights: {age: 1000, fair_share: 1000, qos: 1000}}\n"
         "  admission: limits\n"
         "  slurm: {conf: slurm.conf, qos: {normal: , " +
         qos + ": {priority: 10}}, accounts: {physics: {users: {alice: 1, bob: 2}}}}\n";
}

Outcome said(const std::vector<std::string>& words, const std::string& config) {
  const Folder folder;
  folder.write("slurm.conf", slurm_conf);
  folder.write("jobs.txt", sacct);
  folder.write("c.yaml", config);
  return folder.berth(words);
}
Outcome with(const std::string& command, const std::string& config) {
  return said({command, "@c.yaml", "--json"}, config);
}

}  // namespace

TEST_CASE("jobs of sacct run on the nodes and in the partitions of a slurm.conf") {
  const Outcome outcome = with("run", config_with("high"));
  CHECK(outcome.code == 0);
  CHECK(outcome.out.find("\"rejected\": 1") != std::string::npos);  // longer than debug lets it be
  CHECK(outcome.out.find("\"completed\": 2") != std::string::npos);
}

TEST_CASE("a report says for which limit jobs were rejected") {
  const Outcome outcome = said({"run", "@c.yaml"}, config_with("high"));
  CHECK(outcome.code == 0);
  CHECK(outcome.out.find("1 rejected (PartitionTimeLimit)") != std::string::npos);
  CHECK(outcome.err.find("warning: jobs were rejected: PartitionTimeLimit (1)\n") !=
        std::string::npos);
}

TEST_CASE("a QOS that no policy knows is told before the run, and in it") {
  const std::string told = "job 2 is of QOS 'high', which is none\n  known: normal, hihg";
  CHECK(with("check", config_with("hihg")).err.find(told) != std::string::npos);
  const Outcome run = with("run", config_with("hihg"));
  CHECK(run.code == 2);
  CHECK(run.err.find(told) != std::string::npos);
}

TEST_CASE("jobs of a partition with ExclusiveTopo share no block with anybody") {
  const Folder folder;
  folder.write("slurm.conf",
               "NodeName=n[1-4] CPUs=64 RealMemory=512000 Gres=gpu:h100:8\n"
               "PartitionName=gpu Default=YES ExclusiveTopo=YES\nPartitionName=debug\n");
  folder.write("topology.conf",
               "BlockName=b1 Nodes=n[1-2]\nBlockName=b2 Nodes=n[3-4]\nBlockSizes=2\n");
  const std::string config =
      "cluster: {kind: slurm, conf: slurm.conf, topology: topology.conf}\n"
      "workload: {kind: jobs, jobs: [{nodes: 1, work: 1h, copies: 3, partition: gpu}, {nodes: 1, "
      "work: 1h, at: 1m, partition: debug}]}\npolicy: {slurm: {conf: slurm.conf}, backfill: "
      "best_effort, placer: ";
  folder.write("c.yaml", config + "slurm_block}\n");
  REQUIRE(folder.berth({"run", "@c.yaml", "--out", "@out", "--events"}).code == 0);
  const std::string log = read_file(folder / "out/events.log");
  CHECK(log.find("          0s  start    job 1       n3") != std::string::npos);
  CHECK(log.find("          0s  start    job 2       n1") != std::string::npos);
  CHECK(log.find("1h  start    job 3") != std::string::npos);
  CHECK(log.find("1h  start    job 4") != std::string::npos);
  folder.write("c.yaml", config + "best_fit}\n");
  for (const char* const command : {"run", "check"}) {
    const Outcome outcome = folder.berth({command, "@c.yaml"});
    CHECK(outcome.code == 2);
    CHECK(outcome.err.find("slurm.conf:2: partition 'gpu' gives jobs their blocks for themselves, "
                           "and the placer knows of none\n  write placer: slurm_block, or leave "
                           "that out\n") != std::string::npos);
  }
}

TEST_CASE("a slurm.conf that is not there is told at its place") {
  CHECK(said_of({{"cluster", "{kind: slurm, conf: nowhere.conf}"}})
            .starts_with("c.yaml:1:30: cluster.conf: '"));
}
