// Configs that cannot be run: each is refused with one clear message at its place, exit code 2, and
// no file left. Keys of the small config come in alphabetical order: cluster is in line 1, policy
// in 2, seed in 3, workload in 4, and what a test adds in between.
#include <doctest/doctest.h>

#include "tests/app/run_berth.hpp"

using berth::testing::config;
using berth::testing::said_of;

TEST_CASE("the small config of these tests is a good one") { CHECK(said_of(config()) == "fine"); }

TEST_CASE("a key that nobody knows is an error, with the nearest known one") {
  CHECK(said_of({{"policy", ""}, {"polcy", "easy"}}) ==
        "c.yaml:2:1: polcy: no such key\n"
        "  did you mean 'policy'? known: seed, replications, horizon, warmup, cluster, workload, "
        "drains, upgrades, policy, policies, reliability, recovery, storage, virt_tax, health, "
        "spares, "
        "bare_metal\n");
  CHECK(said_of({{"cluster", "{kind: uniform, node: 4, gpus_per_node: 8}"}}) ==
        "c.yaml:1:26: cluster.node: no such key\n  did you mean 'nodes'?\n");
  CHECK(said_of({{"policy", "{odrer: fifo}"}}) ==
        "c.yaml:2:10: policy.odrer: no such key\n"
        "  did you mean 'order'? known: kind, order, placer, backfill, preemption, "
        "admission, slurm, estimates, planning\n");
  CHECK(said_of({{"policy", "{kind: easy, placr: best_fit}"}}) ==
        "c.yaml:2:22: policy.placr: no such key\n"
        "  did you mean 'placer'? known: order, placer, backfill, preemption, "
        "admission, slurm, estimates, planning\n");
  CHECK(said_of({{"reliability", "{kind: none, mttf: 3d}"}}) ==
        "c.yaml:3:27: reliability.mttf: no such key\n  known: kind\n");
}

TEST_CASE("a key that has to be there is missed") {
  CHECK(said_of({{"cluster", ""}}) == "c.yaml:1:1: cluster: is missing\n");
  CHECK(said_of({{"workload", ""}}) == "c.yaml:1:1: workload: is missing\n");
  CHECK(said_of({{"policy", ""}}) ==
        "c.yaml: policy: is missing\n"
        "  write for example policy: easy, or give --policy easy\n");
}

TEST_CASE("a workload that never ends needs a horizon") {
  CHECK(said_of({{"workload",
                  "{kind: synthetic, arrivals: {kind: poisson, mean_gap: 90s}, sizes: 1, "
                  "work: 2h}"}}) ==
        "c.yaml: horizon: is missing\n"
        "  workload never ends by itself; write for example horizon: 7d\n");
}

TEST_CASE("numbers are decimal, within their range, and of their type") {
  CHECK(said_of({{"seed", "-1"}}) ==
        "c.yaml:3:7: seed: must be between 0 and 1000000000000000000, is -1\n");
  CHECK(said_of({{"seed", "99999999999999999999"}}) ==
        "c.yaml:3:7: seed: must be between 0 and 1000000000000000000, is 99999999999999999999\n");
  CHECK(said_of({{"seed", "010"}}) ==
        "c.yaml:3:7: seed: must be a whole number, is '010'\n"
        "  write decimal digits only, for example 42\n");
  CHECK(said_of({{"seed", "[1]"}}) ==
        "c.yaml:3:7: seed: must be a whole number, is a list\n"
        "  write decimal digits only, for example 42\n");
  CHECK(said_of({{"replications", "0"}}) ==
        "c.yaml:3:15: replications: must be between 1 and 100000, is 0\n");
  CHECK(said_of({{"workload",
                  "{kind: synthetic, jobs: 5, arrivals: {kind: poisson, mean_gap: 90s}, "
                  "sizes: {1: .nan}, work: 2h}"}}) ==
        "c.yaml:4:91: workload.sizes.1: must be a finite number, is '.nan'\n"
        "  write it like 0.5, 12 or 1e-3\n");
}

TEST_CASE("durations have a unit and a sense") {
  CHECK(said_of({{"horizon", "7"}}) ==
        "c.yaml:2:10: horizon: is a duration without a unit: '7'\n"
        "  write a unit, for example 90s or 2h30m\n");
  CHECK(said_of({{"horizon", "-7d"}}) == "c.yaml:2:10: horizon: must not be negative, is '-7d'\n");
  CHECK(said_of({{"horizon", "0"}}) == "c.yaml:2:10: horizon: must be longer than 0\n");
  CHECK(said_of({{"horizon", "7d"}, {"warmup", "7d"}}) ==
        "c.yaml:5:9: warmup: must be shorter than the horizon\n");
}

TEST_CASE("a cluster is of a known kind and fits in memory") {
  CHECK(said_of({{"cluster", "{kind: superpods, scalable_units: 4}"}}) ==
        "c.yaml:1:17: cluster.kind: no such cluster 'superpods'\n"
        "  did you mean 'superpod'? known: uniform, leveled, mixed, superpod, fat_tree, nvl72, "
        "leaf_spine, fleet\n");
  CHECK(said_of({{"cluster", "{kind: uniform, nodes: 1000000000, gpus_per_node: 8}"}}) ==
        "c.yaml:1:33: cluster.nodes: 1000000000 nodes would need 477GiB of memory\n"
        "  at most 4000000 nodes\n");
  CHECK(said_of({{"cluster", "{kind: uniform, nodes: 4, gpus_per_node: 65}"}}) ==
        "c.yaml:1:51: cluster.gpus_per_node: must be between 0 and 64, is 65\n");
}

TEST_CASE("a cluster file is there, stands alone, and does not include itself") {
  CHECK(said_of({{"cluster", "{file: nowhere.yaml}"}}) ==
        "c.yaml:1:17: cluster.file: 'nowhere.yaml': no such file\n");
  CHECK(said_of({{"cluster", "{file: c.yaml, nodes: 3}"}}) ==
        "c.yaml:1:17: cluster.file: does not go with other keys\n"
        "  the file says all there is to say\n");
  CHECK(said_of({{"cluster", "{file: c.yaml}"}}) ==
        "c.yaml:1:17: cluster.file: files include each other without end\n");
}

TEST_CASE("a workload is of a known kind, its log is a file, and its jobs fit the cluster") {
  CHECK(said_of({{"workload", "[]"}}) == "c.yaml:4:11: workload: lists no workload\n");
  CHECK(said_of({{"workload", "{kind: swff, file: x}"}}) ==
        "c.yaml:4:18: workload.kind: no such workload 'swff'\n"
        "  did you mean 'swf'? known: synthetic, services, jobs, swf, itp, philly, muri, sacct, "
        "openb\n");
  CHECK(said_of({{"workload", "{kind: swf, file: x.swf}"}}) ==
        "c.yaml:4:29: workload.file: 'x.swf': no such file\n");
  CHECK(said_of({{"workload",
                  "{kind: synthetic, jobs: 5, arrivals: {kind: poisson, mean_gap: 90s}, "
                  "sizes: {1: 1, 64: 1}, work: 2h}"}}) ==
        "c.yaml:4:87: workload.sizes: a job of 64 GPUs is larger than the cluster\n"
        "  the cluster has 4 nodes with 32 GPUs in all\n");
  CHECK(said_of({{"workload",
                  "{kind: synthetic, jobs: 5, arrivals: {kind: poisson, mean_gap: 90s}, "
                  "nodes: {1: 1, 3: 1}, terms: {segment: 2}, work: 2h}"}}) ==
        "c.yaml:4:118: workload.terms.segment: does not divide the 3 nodes of some jobs\n");
}

TEST_CASE("a policy that contradicts itself, or whose preemption stops nobody, is refused") {
  CHECK(said_of({{"policy", "{admission: [limits, limits]}"}}) ==
        "c.yaml:2:30: policy.admission[1]: stands twice: 'limits'\n  keep one of them\n");
  CHECK(
      said_of({{"policy", "{preemption: {kind: slurm, by: qos}}"}}) ==
      "c.yaml:2:22: policy.preemption: goes by qos, but no QOS of slurm may stop jobs of another\n"
      "  write preempt: [NAME] at the QOS that may\n");
  CHECK(said_of({{"policy", "{preemption: {kind: slurm, by: partition}}"}}) ==
        "c.yaml:2:22: policy.preemption: goes by partition, but all partitions of slurm have one "
        "tier\n"
        "  write priority_tier: N at the partition that may stop others\n");
  CHECK(said_of({{"policy",
                  "{preemption: {kind: slurm, by: qos}, slurm: {qos: {a: {preempt: [a]}}}}"}}) ==
        "c.yaml:2:53: policy.slurm.qos: jobs of a may stop those of a, which is not of lower "
        "priority\n"
        "  give a a higher priority\n");
}

TEST_CASE("a policy is a preset or made of known parts, and named once") {
  CHECK(said_of({{"policy", "easyy"}}) ==
        "c.yaml:2:9: policy: no such policy 'easyy'\n"
        "  did you mean 'easy'? known: conservative, easy, easy_sjbf, fgd, fifo, kai_like, "
        "kube_default, "
        "kueue_tas, slurm_default, static_partition, sunk, tiresias\n");
  CHECK(said_of({{"policy", "{order: fifo, backfill: easyy}"}}) ==
        "c.yaml:2:33: policy.backfill: no such backfill 'easyy'\n"
        "  did you mean 'easy'? known: none, easy, conservative, slurm, best_effort\n");
  CHECK(said_of({{"policies", "{mine: {placer: first}}"}}) ==
        "c.yaml:2:27: policies.mine.placer: no such placer 'first'\n"
        "  known: " +
            berth::testing::known_placers() + "\n");
  CHECK(said_of({{"policies", "[fifo, fifo]"}}) ==
        "c.yaml:2:18: policies[1]: is named twice\n  keep one of them\n");
  CHECK(said_of({{"policies", "[]"}}) ==
        "c.yaml:2:11: policies: names no policy\n  write a list of names: [fifo, easy]\n");
  CHECK(said_of({{"reliability", "{kind: weibul}"}}) ==
        "c.yaml:3:21: reliability.kind: no such reliability 'weibul'\n"
        "  did you mean 'weibull'? known: none, exponential, weibull, domains, llama3_h100, rsc1, "
        "rsc2, coreweave, opt_2021, weak_neocloud, gb200, replay, stragglers, flaps, links\n");
}

TEST_CASE("a file that is no config is refused") {
  CHECK(said_of("") == "c.yaml: is empty\n  write keys and values\n");
  CHECK(said_of("# hm\n") == "c.yaml: is empty\n  write keys and values\n");
  CHECK(said_of("- a\n") ==
        "c.yaml:1:1: must be a map, is a list\n  write 'key: value' below it\n");
  CHECK(said_of(std::string("\0\1", 2)) ==
        "c.yaml:1:1: has the control character 0x00\n  a config is plain text\n");
  CHECK(said_of("seed: &a 1\n") ==
        "c.yaml:1:7: seed: anchors and aliases are not supported\n  write the value out\n");
  CHECK(said_of(config() + "seed: 2\n") ==
        "c.yaml:5:1: seed: is written twice, first in line 3\n  keep one of them\n");
}
