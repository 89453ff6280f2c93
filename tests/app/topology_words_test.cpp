// Words and files that `berth topology` cannot obey: one clear message, exit code 2.
#include <doctest/doctest.h>

#include "tests/app/run_berth.hpp"

using berth::testing::Folder;
using berth::testing::Outcome;
using berth::testing::said_to;

namespace {

const char* const fabric_config =
    "{kind: fat_tree, radix: 4, gpu: h100, hcas_per_node: 1, tiers: 2}\n";

// What is said of words, with a file of these contents at @f.
std::string said_of_file(const std::string& contents, std::vector<std::string> words) {
  const Folder folder;
  folder.write("f", contents);
  const Outcome outcome = folder.berth(words);
  return outcome.code == 2 && outcome.out.empty()
             ? outcome.err
             : "code " + std::to_string(outcome.code) + ": " + outcome.out + outcome.err;
}

}  // namespace

TEST_CASE("a command of topology that nobody knows gets the nearest known one") {
  CHECK(said_to({"topology", "shwo", "@c.yaml"}) ==
        "berth topology: no such command 'shwo'\n"
        "  did you mean 'show'? known: show, convert, route, generate\n");
  CHECK(said_to({"topology"}) ==
        "berth topology: no command is given\n"
        "  known: show, convert, route, generate; see berth topology --help\n");
  CHECK(said_to({"topology", "show", "@c.yaml", "--jsn"}) ==
        "berth topology show: no such option '--jsn'\n"
        "  did you mean '--json'? known: --help, --set, --from, --without, --dot, --json, --quiet, "
        "--verbose\n");
  CHECK(said_to({"topology", "show", "@c.yaml", "d.yaml"}) ==
        "berth topology show: one argument too many: 'd.yaml'\n"
        "  see berth topology show --help\n");
}

TEST_CASE("what a command of topology needs is asked for") {
  CHECK(said_to({"topology", "show"}) ==
        "berth topology show: no file is given\n  see berth topology show --help\n");
  CHECK(said_to({"topology", "show", "@none.txt"}) == "none.txt: no such file\n");
  CHECK(said_to({"topology", "convert", "@c.yaml"}) ==
        "berth topology convert: no format is given\n"
        "  --to one of ibnetdiscover, lfts, topology.conf, topology.conf:block, topology.yaml, "
        "topology.yaml:block, topograph, topograph-graph, k8s-labels, graphml, dot\n");
  CHECK(said_to({"topology", "route", "@c.yaml"}) ==
        "berth topology route: no engine is given\n"
        "  --engine one of ftree, minhop, updn, or --tables FILE\n");
  CHECK(said_to({"topology", "route", "@c.yaml", "--engine", "ftre"}) ==
        "--engine: no such engine 'ftre'\n  did you mean 'ftree'? known: ftree, minhop, updn\n");
}

TEST_CASE("a format is a known one, in the right direction") {
  CHECK(said_to({"topology", "convert", "@c.yaml", "--to", "topologi.conf"})
            .starts_with("--to: no such format 'topologi.conf'\n"
                         "  did you mean 'topology.conf'? known: ibnetdiscover, lfts, "));
  CHECK(said_to({"topology", "show", "@c.yaml", "--from", "dot"}) ==
        "--from: 'dot' is only written\n"
        "  known: ibnetdiscover, lfts, topology.conf, topology.yaml, topograph, openb, berth\n");
}

TEST_CASE("a file is known by what it says") {
  CHECK(said_of_file("hello\n", {"topology", "show", "@f"}) ==
        "f: is in no format that is known\n"
        "  known: ibnetdiscover, lfts, topology.conf, topology.yaml, topograph, openb, berth; "
        "--from says "
        "which\n");
  CHECK(said_of_file("", {"topology", "show", "@f"}) == "f: is empty\n");
  CHECK(said_of_file("\x1f\x8b\x08", {"topology", "show", "@f"}) ==
        "f: the compressed data ends too early\n");
  CHECK(said_of_file("kind: unifrom\n", {"topology", "show", "@f"})
            .starts_with("f:1:7: kind: no such kind 'unifrom'\n  did you mean 'uniform'?"));
  CHECK(said_of_file("SwitchName=s1 Nodes=n[1-2]\n",
                     {"topology", "show", "@f", "--set", "gpus_per_nod=4"})
            .starts_with("--set: gpus_per_nod: no such key\n  did you mean 'gpus_per_node'?"));
}

TEST_CASE("forwarding tables are no cluster, and no format to convert into") {
  CHECK(said_of_file("Unicast lids [0-1] of switch Lid 1 guid 0x0000000000000001 ('s1'):\n"
                     "0x0001 000 # Switch portguid 0x0000000000000001: 's1'\n1 lids dumped\n",
                     {"topology", "show", "@f"}) ==
        "f: holds forwarding tables, not a cluster\n"
        "  read them with their fabric: berth topology route FABRIC --tables f\n");
  CHECK(said_of_file(fabric_config, {"topology", "convert", "@f", "--to", "lfts"}) ==
        "--to: forwarding tables are computed, not converted\n"
        "  berth topology route FILE --engine ftree --out lfts.dump\n");
}

TEST_CASE("cables are not made up") {
  CHECK(said_of_file("SwitchName=s1 Nodes=n[1-2]\n",
                     {"topology", "convert", "@f", "--to", "ibnetdiscover"}) ==
        "f: names no cables, which ibnetdiscover needs\n"
        "  targets that need none: topology.conf, topology.yaml, topograph, topograph-graph, "
        "k8s-labels\n");
  CHECK(said_of_file("SwitchName=s1 Nodes=n[1-2]\n",
                     {"topology", "route", "@f", "--engine", "minhop"}) ==
        "f: names no switches to route\n"
        "  routing needs cables: an ibnetdiscover file, or a cluster with a fabric\n");
}

TEST_CASE("generate is for configs, convert for the files of others") {
  CHECK(said_of_file("SwitchName=s1 Nodes=n[1-2]\n",
                     {"topology", "generate", "@f", "--to", "k8s-labels"}) ==
        "f: is not a config but topology.conf\n  berth topology convert f --to k8s-labels\n");
}

TEST_CASE("roots and compute nodes are GUIDs of the fabric") {
  const auto routed = [](const std::string& roots) {
    return said_of_file(fabric_config,
                        {"topology", "route", "@f", "--engine", "ftree", "--roots", roots});
  };
  CHECK(routed("12") ==
        "--roots: '12' is neither GUIDs nor a file: no such file\n"
        "  write 0x2c90400010003,0x2c90400010004 or a file with one a line\n");
  CHECK(routed("@f").starts_with("f:1: is not a GUID: '{kind: fat_tree"));
  CHECK(routed("0x1") ==
        "root 0x0000000000000001: no switch has this GUID\n"
        "  give the node GUIDs of the top switches\n");
}

TEST_CASE("tables of a file are not computed, and stay what they are") {
  CHECK(said_of_file(fabric_config,
                     {"topology", "route", "@f", "--tables", "x", "--engine", "updn"}) ==
        "--tables: does not go with --engine, --roots, --cns or --without\n"
        "  the tables of a file are what they are\n");
}

TEST_CASE("one of several subnets is chosen") {
  const std::string two =
      "{kind: fleet, sites: [{name: a, halls: [{kind: fat_tree, radix: 4, gpu: h100, "
      "hcas_per_node: 1, count: 2}]}]}\n";
  const std::vector<std::string> route{"topology", "route", "@f", "--engine", "minhop"};
  CHECK(said_of_file(two, route) ==
        "f: holds 2 subnets, of 14 to 14 devices\n  choose one: --subnet 1 to 2\n");
  auto third = route;
  third.insert(third.end(), {"--subnet", "3"});
  CHECK(said_of_file(two, third) == "--subnet: must be 1 to 2, is 3\n");
}

TEST_CASE("a key of a config that no command knows is no cluster's either") {
  const std::string bogus = berth::testing::config({{"bogus", "3"}});
  const std::string said = said_of_file(bogus, {"topology", "show", "@f"});
  CHECK(said.find("f:1:1: bogus: no such key\n  known: seed, ") == 0);
  CHECK(said_of_file(bogus, {"place", "@f", "--gpus", "1"}) == said);
  CHECK(said_of_file(bogus, {"run", "@f"}) == said);  // knows the same keys
  CHECK(said_to({"topology", "show", "@c.yaml", "--set", "nodes=3"})
            .starts_with("--set: nodes: no such key\n  known: seed, "));
  CHECK(said_of_file(berth::testing::config({{"policys", "{}"}}),
                     {"topology", "generate", "@f", "--to", "k8s-labels"})
            .find("policys: no such key\n  did you mean 'policy'?") != std::string::npos);
}

TEST_CASE("what a command does not read of a config is no slip") {
  const Folder folder;
  folder.write("f", berth::testing::config({{"horizon", "1d"},
                                            {"warmup", "1h"},
                                            {"replications", "2"},
                                            {"policies", "[fifo, easy]"},
                                            {"reliability", "none"}}));
  CHECK(folder.berth({"topology", "show", "@f"}).code == 0);
  CHECK(folder.berth({"place", "@f", "--gpus", "1"}).code == 0);
}
