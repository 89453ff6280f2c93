// Words on the command line that cannot be obeyed: one clear message, exit code 2.
#include <doctest/doctest.h>

#include "tests/app/run_berth.hpp"

using berth::testing::said_to;

TEST_CASE("a command or option that nobody knows gets the nearest known one") {
  CHECK(said_to({"rn", "@c.yaml"}) ==
        "berth: no such command 'rn'\n"
        "  did you mean 'run'? known: run, compare, check, place, topology, list, completion\n");
  CHECK(said_to({"run", "@c.yaml", "--polcy", "x"}) ==
        "berth run: no such option '--polcy'\n"
        "  did you mean '--policy'? known: --help, --set, --seed, --policy, --out, --events, "
        "--json, --quiet, --verbose\n");
  CHECK(
      said_to({"list", "placrs"}) ==
      "berth list: no such topic 'placrs'\n"
      "  did you mean 'placers'? known: placers, scores, filters, orders, backfills, preemptions, "
      "admissions, policies, "
      "presets, formats, workloads, clusters, failures, lifecycle\n");
}

TEST_CASE("what a command needs is asked for") {
  CHECK(said_to({}) ==
        "berth: no command is given\n"
        "  known: run, compare, check, place, topology, list, completion; see berth --help\n");
  CHECK(said_to({"run"}) ==
        "berth run: no config is given\n  for example berth run configs/demo.yaml\n");
  CHECK(said_to({"run", ""}) == "berth run: the name of the config is empty\n");
  CHECK(said_to({"run", "@c.yaml", "--seed"}) ==
        "--seed: needs a value\n  write it after the option\n");
  CHECK(said_to({"run", "@c.yaml", "--events"}) ==
        "--events: writes a file, but there is no --out\n  add --out DIR\n");
  CHECK(said_to({"place", "--gpus", "1"}) ==
        "berth place: no cluster is given\n  give a config, or --topology FILE\n");
  CHECK(said_to({"place", "@c.yaml"}) ==
        "berth place: nothing is asked for\n  give --nodes N, --gpus G or both\n");
  CHECK(said_to({"completion"}) ==
        "berth completion: no shell is given\n  known: bash, zsh, fish\n");
}

TEST_CASE("what does not go together is refused") {
  CHECK(said_to({"run", "@c.yaml", "d.yaml"}) ==
        "berth run: one argument too many: 'd.yaml'\n  see berth run --help\n");
  CHECK(said_to({"run", "@c.yaml", "-q", "-v"}) ==
        "berth run: -q and -v do not go together\n  keep one of them\n");
  CHECK(said_to({"run", "@c.yaml", "--seed", "1", "--seed", "2"}) ==
        "--seed: is given twice\n  keep one of them\n");
  CHECK(said_to({"run", "@c.yaml", "--policy", "easy", "--policy", "fifo"}) ==
        "--policy: a run has one policy, here are several\n  see berth compare for several\n");
  CHECK(said_to({"place", "@c.yaml", "--topology", "@c.yaml", "--nodes", "1"}) ==
        "berth place: a config and --topology do not go together\n"
        "  give a config, or --topology FILE\n");
}

TEST_CASE("numbers are not taken on trust") {
  CHECK(said_to({"run", "@c.yaml", "--seed", "-1"}) ==
        "--seed: must be 0 to 1000000000000000000, is -1\n");
  CHECK(said_to({"run", "@c.yaml", "--seed", "99999999999999999999"}) ==
        "--seed: must be a whole number, is '99999999999999999999'\n"
        "  expected 0 to 1000000000000000000\n");
  CHECK(said_to({"compare", "@c.yaml", "--policy", "fifo", "--seeds", "0"}) ==
        "--seeds: must be 1 to 100000, is 0\n");
  CHECK(said_to({"compare", "@c.yaml", "--policy", "fifo", "--seeds", "nan"}) ==
        "--seeds: must be a whole number, is 'nan'\n  expected 1 to 100000\n");
  CHECK(said_to({"compare", "@c.yaml", "--policy", "fifo", "--threads", "1e3"}) ==
        "--threads: must be a whole number, is '1e3'\n  expected 1 to 4096\n");
  CHECK(said_to({"place", "@c.yaml", "--gpus", "99999999999"}) ==
        "--gpus: must be 1 to 100000000, is 99999999999\n");
}

TEST_CASE("--set reaches what is there") {
  CHECK(said_to({"run", "@c.yaml", "--set", "nodes"}) ==
        "--set: is not key.path=value: 'nodes'\n  for example policy.backfill=easy\n");
  CHECK(said_to({"run", "@c.yaml", "--set", "cluster.nodes=x"}) ==
        "--set: cluster.nodes: must be a whole number, is 'x'\n"
        "  write decimal digits only, for example 42\n");
}

TEST_CASE("a policy on the command line is named in what is wrong with it") {
  CHECK(said_to({"run", "@c.yaml", "--policy", "eazy"}) ==
        "--policy: no such policy 'eazy'\n"
        "  did you mean 'easy'? known: conservative, easy, easy_sjbf, fgd, fifo, kai_like, "
        "kube_default, "
        "kueue_tas, "
        "slurm_default, static_partition, sunk, tiresias, or a file that ends in .yaml\n");
  CHECK(said_to({"run", "@c.yaml", "--policy", "@my.yaml"}) == "my.yaml: no such file\n");
  CHECK(said_to({"run", "@c.yaml", "--policy", "easy:scan=fifo"}) ==
        "--policy: scan: no such key\n"
        "  known: order, placer, backfill, preemption, admission, slurm, estimates, planning\n");
  CHECK(said_to({"compare", "@c.yaml"}) ==
        "c.yaml: there are no two policies to compare\n"
        "  write policies: [fifo, easy] in it, or give --policy twice\n");
  CHECK(said_to({"compare", "@c.yaml", "--policy", "easy"}) ==
        "--policy: two policies are named 'easy'\n  keep one of them\n");
}

TEST_CASE("a placer and the nodes it may not use are known ones") {
  CHECK(said_to({"place", "@c.yaml", "--gpus", "1", "--placer", "frist_fit"}) ==
        "--placer: no such placer 'frist_fit'\n"
        "  did you mean 'first_fit'? known: " +
            berth::testing::known_placers() + "\n");
  CHECK(said_to({"place", "@c.yaml", "--gpus", "1", "--placer", "best_fit:x=1"}) ==
        "--placer: x: no such key\n  known: kind\n");
  CHECK(said_to({"place", "@c.yaml", "--nodes", "1", "--unavailable", "n9"}) ==
        "--unavailable: no such node 'n9'\n  the nodes are n1 to n4\n");
}

TEST_CASE("a folder for results is a folder") {
  CHECK(said_to({"run", "@c.yaml", "--out", "@c.yaml"}) ==
        "--out: 'c.yaml' is not a folder\n  name one, or a new one\n");
}
