// Who is turned away and who still waits at the end, each with a reason; and what was asked for in
// vain.
#include <string>

#include <doctest/doctest.h>

#include "tests/app/run_berth.hpp"

using namespace berth::testing;

namespace {

const std::string cluster =
    "cluster: {kind: leveled, levels: {rack: 2}, nodes: 2, gpus_per_node: 4}\n";

Outcome run(const std::string& jobs, const std::string& policy) {
  const Folder folder;
  folder.write("c.yaml", cluster + "workload: {kind: jobs, jobs: [" + jobs +
                             "]}\npolicy: " + policy + "\nreliability: {kind: none}\n");
  return folder.berth({"run", "@c.yaml"});
}

}  // namespace

TEST_CASE("each reason for which jobs are rejected is told, with how many") {
  const Outcome outcome =
      run("{nodes: 9, work: 1s}, {nodes: 8, work: 1s}, {gpus: 1, work: 1s, terms: {level: hall}}, "
          "{gpus: 1, work: 1s, terms: {gpu_models: [h100]}}, {gpus: 1, work: 1s}",
          "{placer: tas}");
  CHECK(outcome.code == 0);
  CHECK(outcome.out.find("5 jobs: 1 completed, 4 rejected (2 larger than the cluster, ") !=
        std::string::npos);
  CHECK(
      outcome.err ==
      "warning: jobs that the empty cluster has no room for were rejected (2)\n"
      "warning: jobs were rejected: its GPU models, labels, taints and partition leave it no node "
      "(1)\n"
      "warning: jobs were rejected: the fleet has no level 'hall', only rack (1)\n");
}

TEST_CASE("whoever waits when the run is over does so for a reason") {
  const Outcome outcome =
      run("{gpus: 1, work: 1s, terms: {held: true}}, {name: a, gpus: 1, work: 2s, limit: 1s}, "
          "{gpus: 1, work: 1s, dependency: afterok:a}, {gpus: 1, work: 1s, dependency: afterok:a}",
          "{admission: dependencies}");
  CHECK(outcome.out.find("4 jobs: 0 completed, 1 timed out, 3 still waiting (1 JobHeldUser, 2 "
                         "DependencyNeverSatisfied)\n") != std::string::npos);
}

TEST_CASE("whom nobody blocks waits for resources, whoever overtakes him") {
  const std::string jobs =
      "{gpus: 12, work: 2h, tenant: t}, {at: 1s, gpus: 8, work: 1h}, {at: 2s, gpus: 5, work: 1h}, "
      "{at: 3s, gpus: 1, work: 1s}";
  const auto waiting = [&](const std::string& backfill) {
    return run(jobs, "{backfill: " + backfill + "}\nhorizon: 1h").out;
  };
  CHECK(waiting("best_effort").find("2 still waiting (2 Resources)") != std::string::npos);
  CHECK(waiting("easy").find("2 still waiting (1 Resources, 1 Priority)") != std::string::npos);
}

TEST_CASE("jobs go by the names that the config gives them, else by their numbers") {
  const Folder folder;
  folder.write("c.yaml", cluster +
                             "workload: {kind: jobs, jobs: [{name: 'a,b', gpus: 1, work: 1s}, "
                             "{gpus: 1, work: 2s}, {name: t, gpus: 1, work: 3s, copies: 2}]}\n"
                             "policy: easy\nreliability: {kind: none}\n");
  CHECK(folder.berth({"run", "@c.yaml", "--events", "--out", "@out"}).code == 0);
  const std::string jobs = read_file(folder / "out/jobs.csv");
  for (const std::string begin : {"\"a,b\",", "2,", "t_1,", "t_2,"}) {
    CHECK(jobs.find("\n" + begin + "default,") != std::string::npos);
  }
  CHECK(read_file(folder / "out/events.log").find("job t_2 ") != std::string::npos);
}

TEST_CASE("what jobs ask for and no part of the policy looks at is told") {
  const std::string jobs =
      "{name: a, gpus: 1, work: 1s, terms: {held: true, account: x}}, "
      "{gpus: 1, work: 1s, dependency: afterok:a, terms: {reservation: r, queue: q}}, "
      "{nodes: 2, work: 1s, terms: {segment: 1, level: rack, switches: {count: 1}}}";
  CHECK(run(jobs, "easy").err ==
        "warning: jobs ask to wait for others, for a time or for their release, but start without: "
        "the policy has no admission dependencies (2)\n"
        "warning: jobs' reservations are not looked at; add admission: {kind: reservations, ...} "
        "(1)\n"
        "warning: jobs' queues are not looked at; add admission: {kind: kueue, ...} (1)\n"
        "warning: jobs' accounts and QOS are not looked at; add slurm: {...} to the policy (1)\n"
        "warning: jobs' levels are not looked at; placer tas does (1)\n"
        "warning: jobs' segments are not looked at; placers slurm_block and tas do (1)\n"
        "warning: jobs' switches are not looked at; placer slurm_tree does (1)\n");
}

TEST_CASE("limits that a policy lays down and does not keep are told") {
  const std::string slurm = ", slurm: {qos: {normal: {max_wall: 1s}}}}";
  CHECK(run("{gpus: 1, work: 2s}", "{admission: []" + slurm).err ==
        "warning: partitions and limits of policy.slurm are not kept; add admission: limits (1)\n");
  CHECK(run("{gpus: 1, work: 2s}", "{admission: limits" + slurm).err ==
        "warning: jobs were rejected: QOSMaxWallDurationPerJobLimit (1)\n");
}
