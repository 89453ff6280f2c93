// What `berth topology` prints and writes, and clusters from the files of other tools.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/app/run_berth.hpp"

using berth::testing::config;
using berth::testing::Folder;
using berth::testing::Outcome;
using berth::testing::read_file;
using nlohmann::json;

namespace {

// Eight nodes with an HCA each on four leaves under two spines, nothing oversubscribed.
const char* const eight_nodes =
    "{kind: fat_tree, radix: 4, gpu: h100, hcas_per_node: 1, tiers: 2}\n";

// A folder with that cluster as config and as what ibnetdiscover would see.
class Fabrics : public Folder {
 public:
  Fabrics() {
    write("c.yaml", eight_nodes);
    CHECK(berth({"topology", "generate", "@c.yaml", "--to", "ibnetdiscover", "--out", "@f.txt"})
              .code == 0);
  }
  [[nodiscard]] json said(std::vector<std::string> words) const {
    words.emplace_back("--json");
    const Outcome outcome = berth(words);
    CHECK(outcome.code == 0);
    CHECK(outcome.err == "");
    return json::parse(outcome.out);
  }
  [[nodiscard]] std::string printed(const std::vector<std::string>& words) const {
    const Outcome outcome = berth(words);
    CHECK(outcome.err == "");
    return outcome.code == 0 ? outcome.out : "code " + std::to_string(outcome.code);
  }
};

}  // namespace

TEST_CASE("show counts what a network engineer counts") {
  const Fabrics folder;
  const json summary = folder.said({"topology", "show", "@c.yaml"});
  CHECK(summary["nodes"] == 8);
  CHECK(summary["gpus"] == 64);
  const json& fabric = summary["fabrics"][0];
  CHECK(fabric["tiers"][0]["switches"] == 4);
  CHECK(fabric["tiers"][0]["oversubscription"] == 1.0);
  CHECK(fabric["tiers"][1]["switches"] == 2);
  CHECK(fabric["tiers"][1]["cables_down"] == 8);
  CHECK(fabric["bisection_bytes_per_s"] == 4 * 50'000'000'000);
}

TEST_CASE("a node with one HCA hangs on its leaf") {
  const json summary = Fabrics().said({"topology", "show", "@c.yaml"});
  const json& points = summary["fabrics"][0]["single_points_of_failure"];
  CHECK(points["switches"].size() == 4);
  CHECK(points["switches"][0]["nodes_cut"] == 2);
  CHECK(points["cables"].empty());
}

TEST_CASE("a fabric that was written is the same when it is read") {
  const Fabrics folder;
  const json built = folder.said({"topology", "show", "@c.yaml"});
  const json read = folder.said({"topology", "show", "@f.txt", "--set", "gpus_per_node=8"});
  CHECK(built["fabrics"][0]["tiers"] == read["fabrics"][0]["tiers"]);
  CHECK(built["fabrics"][0]["bisection_bytes_per_s"] ==
        read["fabrics"][0]["bisection_bytes_per_s"]);
}

TEST_CASE("fabrics that are alike are summarised once") {
  const Folder folder;
  folder.write("c.yaml",
               "{kind: fleet, sites: [{name: a, count: 3, halls: [{kind: fat_tree, radix: 4, gpu: "
               "h100, hcas_per_node: 1}]}]}\n");
  const auto summary = json::parse(folder.berth({"topology", "show", "@c.yaml", "--json"}).out);
  CHECK(summary["fabrics"].size() == 1);
  CHECK(summary["fabrics"][0]["fabrics"] == 3);
  CHECK(summary["fabrics"][0]["nodes"] == 8);
  CHECK(summary["nodes"] == 24);
}

TEST_CASE("show says what is lost and slowed without a part") {
  const Fabrics folder;
  const json summary = folder.said({"topology", "show", "@c.yaml"});
  const std::string leaf = summary["fabrics"][0]["single_points_of_failure"]["switches"][0]["name"];
  const json cut = folder.said({"topology", "show", "@c.yaml", "--without", leaf});
  CHECK(cut["without"]["nodes_lost"] == 2);
  const json slowed = folder.said({"topology", "show", "@c.yaml", "--without", leaf + "[3]"});
  CHECK(slowed["without"]["nodes_lost"] == 0);
  CHECK(slowed["without"]["slowed"][0]["share_left"] == 0.5);
  CHECK(slowed["without"]["slowed"][0]["nodes"] == 2);
}

TEST_CASE("show draws the fabric into a file") {
  const Fabrics folder;
  CHECK(folder.berth({"topology", "show", "@c.yaml", "--dot", "@f.dot"}).code == 0);
  CHECK(read_file(folder / "f.dot") ==
        folder.printed({"topology", "convert", "@c.yaml", "--to", "dot"}));
}

TEST_CASE("a file is converted into its own format without loss") {
  const Fabrics folder;
  CHECK(folder.printed({"topology", "convert", "@f.txt", "--to", "ibnetdiscover"}) ==
        read_file(folder / "f.txt"));
  const std::string tree =
      "SwitchName=s1 Nodes=n[1-2] LinkSpeed=9\nSwitchName=s2 Nodes=n3\n"
      "SwitchName=top Switches=s[1-2]\n";
  folder.write("topology.conf", tree);
  CHECK(folder.printed({"topology", "convert", "@topology.conf", "--to", "topology.conf"}) == tree);
}

TEST_CASE("Slurm's formats keep the shape among each other") {
  const Folder folder;
  folder.write("b.conf", "BlockName=b1 Nodes=n[1-2]\nBlockName=b2 Nodes=n[3-4]\nBlockSizes=2,4\n");
  CHECK(
      folder.berth({"topology", "convert", "@b.conf", "--to", "topology.yaml", "--out", "@b.yaml"})
          .code == 0);
  CHECK(folder.berth({"topology", "convert", "@b.yaml", "--to", "topology.conf"}).out ==
        read_file(folder / "b.conf"));
}

TEST_CASE("route says what the tables do") {
  const Fabrics folder;
  const json answer = folder.said({"topology", "route", "@f.txt", "--engine", "ftree"});
  CHECK(answer["engine"] == "ftree");
  CHECK(answer["switches"] == 6);
  CHECK(answer["lids"] == 14);
  CHECK(answer["entries"] == 84);
  CHECK(answer["pairs_by_switches_passed"] == json{{"1", 8}, {"3", 48}});
  CHECK(answer["pairs_unreachable"] == 0);
  CHECK(answer["link_loads"][0] == json{{"kind", "leaf->spine"},
                                        {"links", 8},
                                        {"pairs_min", 6},
                                        {"pairs_mean", 6.0},
                                        {"pairs_max", 6},
                                        {"shift_max", 1}});
}

TEST_CASE("the fabric of a config is routed as the file of it is") {
  const Fabrics folder;
  json of_config = folder.said({"topology", "route", "@c.yaml", "--engine", "updn"});
  json of_file = folder.said({"topology", "route", "@f.txt", "--engine", "updn"});
  of_config.erase("path");
  of_file.erase("path");
  CHECK(of_config == of_file);
}

TEST_CASE("tables that were written do the same when they are read") {
  const Fabrics folder;
  CHECK(folder
            .berth({"topology", "route", "@f.txt", "--engine", "ftree", "--out", "@lfts", "--loads",
                    "@a.csv"})
            .code == 0);
  CHECK(folder.berth({"topology", "route", "@f.txt", "--tables", "@lfts", "--loads", "@b.csv"})
            .code == 0);
  CHECK(read_file(folder / "a.csv") == read_file(folder / "b.csv"));
  CHECK(folder.printed({"topology", "convert", "@lfts", "--to", "lfts"}) ==
        read_file(folder / "lfts"));
}

TEST_CASE("a missing cable makes ftree give up, and some entries change") {
  const Fabrics folder;
  const json summary = folder.said({"topology", "show", "@c.yaml"});
  const std::string leaf = summary["fabrics"][0]["single_points_of_failure"]["switches"][0]["name"];
  const json answer =
      folder.said({"topology", "route", "@f.txt", "--engine", "ftree", "--without", leaf + "[3]"});
  CHECK(answer["asked"] == "ftree");
  CHECK(answer["engine"] == "minhop");
  CHECK(answer["gave_up"] != "");
  CHECK(answer["without"]["entries_changed"] > 0);
  CHECK(answer["without"]["hcas_cut"] == 0);
}

TEST_CASE("a leaf that failed takes its HCAs out of the routing") {
  const Fabrics folder;
  const json summary = folder.said({"topology", "show", "@c.yaml"});
  const std::string leaf = summary["fabrics"][0]["single_points_of_failure"]["switches"][0]["name"];
  const json answer =
      folder.said({"topology", "route", "@f.txt", "--engine", "minhop", "--without", leaf});
  CHECK(answer["hca_ports"] == 6);
  CHECK(answer["without"]["switches_cut"] == 1);
  CHECK(answer["without"]["hcas_cut"] == 2);
}

TEST_CASE("a job is placed on the cluster of any file that is read") {
  const Fabrics folder;
  folder.write("topology.conf",
               "SwitchName=s1 Nodes=n[1-2]\nSwitchName=s2 Nodes=n[3-5]\n"
               "SwitchName=top Switches=s[1-2]\n");
  CHECK(folder.printed({"place", "--topology", "@topology.conf", "--nodes", "2"}) == "n[1-2]\n");
  CHECK(folder.berth({"place", "--topology", "@f.txt", "--nodes", "9"}).code == 1);
}

TEST_CASE("a run takes its cluster from another tool's file") {
  const Fabrics folder;
  folder.write("run.yaml", config({{"cluster", "{file: f.txt, gpus_per_node: 4}"}}));
  const Outcome run = folder.berth({"run", "@run.yaml", "--out", "@out"});
  CHECK(run.code == 0);
  CHECK(run.out.find("8 nodes with 32 GPUs") != std::string::npos);
  const auto manifest = json::parse(read_file(folder / "out/manifest.json"));
  CHECK(manifest["inputs"].size() == 2);
  folder.write("run.yaml", manifest["resolved_config"]);
  CHECK(folder.berth({"run", "@run.yaml", "--out", "@again"}).code == 0);
  CHECK(read_file(folder / "out/summary.json") == read_file(folder / "again/summary.json"));
}

TEST_CASE("one of several topologies is the default, or the one that is asked for") {
  const Folder folder;
  folder.write("t.yaml",
               "- topology: one\n  flat: true\n"
               "- topology: two\n  cluster_default: true\n  block: {block_sizes: [2], blocks: "
               "[{block: b1, nodes: 'n[1-2]'}, {block: b2, nodes: 'n[3-4]'}]}\n"
               "- topology: three\n  tree: {switches: [{switch: s, nodes: 'm[1-3]'}]}\n");
  CHECK(folder.berth({"place", "--topology", "@t.yaml", "--nodes", "4"}).out == "n[1-4]\n");
  const Outcome third =
      folder.berth({"topology", "show", "@t.yaml", "--set", "topology=three", "--json"});
  CHECK(json::parse(third.out)["nodes"] == 3);
}

TEST_CASE("what an importer leaves out is a warning") {
  const Fabrics folder;
  std::string text = read_file(folder / "f.txt");
  const std::size_t name = text.find(" HCA");
  const std::string host = text.substr(text.rfind('"', name) + 1, name - text.rfind('"', name) - 1);
  for (std::size_t at = text.find('"' + host + ' '); at != text.npos;
       at = text.find('"' + host + ' ')) {
    text.replace(at + 1, host.size() + 1, host + "-");
  }
  folder.write("odd.txt", text);
  const Outcome shown = folder.berth({"topology", "show", "@odd.txt", "--json"});
  CHECK(shown.code == 0);
  CHECK(shown.err.starts_with("warning: "));
  CHECK(json::parse(shown.out)["nodes"] == 7);
}

TEST_CASE("formats are listed with what can be done with them") {
  const json formats = json::parse(Folder().berth({"list", "formats", "--json"}).out)["formats"];
  const auto named = [&](const std::string& name) {
    return *std::find_if(formats.begin(), formats.end(),
                         [&](const json& format) { return format["name"] == name; });
  };
  CHECK(named("ibnetdiscover")["reads"] == true);
  CHECK(named("ibnetdiscover")["writes"] == true);
  CHECK(named("dot")["reads"] == false);
  CHECK(named("swf")["writes"] == false);
}

TEST_CASE("completion knows the commands of topology") {
  CHECK(Folder().berth({"completion", "bash"}).out.find("\"topology route\")") !=
        std::string::npos);
  CHECK(Folder().berth({"completion", "zsh"}).out.find("'topology route') _arguments") !=
        std::string::npos);
  CHECK(Folder().berth({"completion", "fish"}).out.find("__fish_seen_subcommand_from route") !=
        std::string::npos);
}

TEST_CASE("racks and PDUs are called what --without takes") {
  const Fabrics folder;
  folder.write("su.yaml", "{kind: superpod, scalable_units: 2}\n");
  const std::string text = folder.printed({"topology", "show", "@su.yaml"});
  CHECK(text.find("19 racks of 41 kW: rack01 to rack16, leaf-rack1 to leaf-rack2, net-rack1\n"
                  "3 PDUs of 328 kW: pdu1 to pdu2, net-pdu1\n") != std::string::npos);
  const json summary = folder.said({"topology", "show", "@su.yaml"});
  const json& watts = summary["plant"]["rack"]["watts"];
  CHECK(watts.size() == 19);
  CHECK(watts["rack16"] == 41'000);
  CHECK(watts["net-rack1"] == 0);  // nothing is known of switches
  for (const auto& rack : watts.items()) {
    CHECK(folder.berth({"topology", "show", "@su.yaml", "--without", rack.key()}).code == 0);
  }
}

TEST_CASE("power is nobody's guess") {
  const Fabrics folder;
  const json known = folder.said({"topology", "show", "@c.yaml"});
  CHECK(known["power"]["all_in_watts"] == 8 * (10'200 * 9 / 10 + 8 * 150) * 12 / 10);
  CHECK(known["gpus_by_model"] == json{{"H100", 64}});
  folder.write("u.yaml", "{kind: uniform, nodes: 2, gpus_per_node: 8}\n");
  const json unknown = folder.said({"topology", "show", "@u.yaml"});
  CHECK(!unknown.contains("power"));
  CHECK(unknown["gpus_by_model"] == json{{"unknown", 16}});
  CHECK(folder.printed({"topology", "show", "@u.yaml"}).find("all in") == std::string::npos);
}

TEST_CASE("without its spines a leaf is cut off, not slow") {
  const Fabrics folder;
  const std::string text = folder.printed(
      {"topology", "show", "@c.yaml", "--without", "spine-1", "--without", "spine-2"});
  CHECK(text.find("  cut off from the rest  8  n[1-8]\n") != std::string::npos);
  CHECK(text.find("slowed") == std::string::npos);
}

TEST_CASE("an engine that asks for no roots or compute nodes says so when it gets them") {
  const Fabrics folder;
  const std::string roots = [&] {
    const std::string text = read_file(folder / "f.txt");
    const std::size_t at = text.find("switchguid=") + 11;
    return text.substr(at, text.find('(', at) - at);
  }();
  const auto said = [&](const char* engine) {
    return folder.berth({"topology", "route", "@c.yaml", "--engine", engine, "--roots", roots}).err;
  };
  CHECK(said("minhop").find("--roots: minhop asks for none") != std::string::npos);
  CHECK(said("updn").find("--roots: ") == std::string::npos);
}
