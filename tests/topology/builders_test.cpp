#include "topology/builders.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "core/settings.hpp"
#include "tests/core/settings_trees.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Entries = std::vector<std::pair<std::string, Value>>;

Fleet built(const Entries& entries) {
  const SettingsTree config = tree(map({{"cluster", map(entries)}}));
  Fleet fleet = build_topology(config.root().at("cluster")).fleet;
  check_all_used(config.root());
  return fleet;
}

std::string refusal(const Entries& entries) {
  return error_of([&] { built(entries); });
}

// {kind: uniform, nodes: 10, gpus_per_node: 8} with entries put over it.
Entries uniform(const Entries& changes) {
  Entries entries{{"kind", "uniform"}, {"nodes", "10"}, {"gpus_per_node", "8"}};
  for (const auto& change : changes) {
    bool found = false;
    for (auto& entry : entries) {
      if (entry.first == change.first) {
        entry.second = change.second;
        found = true;
      }
    }
    if (!found) {
      entries.push_back(change);
    }
  }
  return entries;
}

Value part(const std::string& nodes, const std::string& gpus) {
  return map({{"nodes", nodes}, {"gpus_per_node", gpus}});
}

Value racked(const std::string& racks, const std::string& nodes) {
  return map({{"levels", map({{"rack", racks}})}, {"nodes", nodes}, {"gpus_per_node", "8"}});
}

std::vector<std::string> names(const Fleet& fleet) {
  std::vector<std::string> all;
  for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
    all.push_back(fleet.name(NodeId(i)));
  }
  return all;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a uniform fleet is nodes all alike") {
  const Fleet fleet =
      built(uniform({{"cpus_per_node", "64"}, {"memory_per_node", "1TiB"}, {"gpu_model", "H100"}}));
  CHECK(fleet.nodes() == 10);
  CHECK(fleet.levels() == 0);
  CHECK(fleet.kinds() == std::vector{NodeKind{8, 64'000, std::int64_t{1} << 40, "H100"}});
}

TEST_CASE("nodes are named n1 to nN unless named otherwise, padded so that they sort") {
  CHECK(names(built(uniform({{"nodes", "1"}}))) == Names{"n1"});
  CHECK(names(built(uniform({{"nodes", "2"}}))) == Names{"n1", "n2"});
  CHECK(names(built(uniform({}))).front() == "n01");
  CHECK(names(built(uniform({}))).back() == "n10");
  CHECK(names(built(uniform({{"nodes", "3"}, {"node_names", "gpu[7-8],login"}}))) ==
        Names{"gpu7", "gpu8", "login"});
}

TEST_CASE("a leveled fleet is a regular tree of named domains") {
  const Fleet fleet = built({{"kind", "leveled"},
                             {"levels", map({{"site", "2"}, {"hall", "3"}, {"rack", "4"}})},
                             {"nodes", "5"},
                             {"gpus_per_node", "8"}});
  CHECK(fleet.nodes() == 120);
  CHECK(fleet.domains(LevelId(0)) == 2);
  CHECK(fleet.domains(LevelId(1)) == 6);
  CHECK(fleet.domains(LevelId(2)) == 24);
  const NodeId last(119);
  CHECK(fleet.name(fleet.domain_of(last, LevelId(0))) == "site2");
  CHECK(fleet.name(fleet.domain_of(last, LevelId(1))) == "hall6");
  CHECK(fleet.name(fleet.domain_of(last, LevelId(2))) == "rack24");
  CHECK(fleet.nodes_in(fleet.domain(LevelId(1), 1)).first == 20);
  CHECK(fleet.nodes_in(fleet.domain(LevelId(1), 1)).past == 40);
}

TEST_CASE("a mixed fleet puts its parts side by side") {
  const Fleet fleet = built({{"kind", "mixed"}, {"parts", list({part("2", "8"), part("3", "4")})}});
  CHECK(fleet.nodes() == 5);
  CHECK(fleet.gpus() == 28);
  CHECK(fleet.kind(NodeId(1)).gpus == 8);
  CHECK(fleet.kind(NodeId(2)).gpus == 4);
  CHECK(names(fleet) == Names{"n1", "n2", "n3", "n4", "n5"});
}

TEST_CASE("the domains of a mixed fleet are numbered through its parts") {
  const Fleet fleet =
      built({{"kind", "mixed"}, {"parts", list({racked("2", "3"), racked("1", "5")})}});
  CHECK(fleet.domains() == 3);
  CHECK(fleet.name(fleet.domain_of(NodeId(10), LevelId(0))) == "rack3");
  CHECK(fleet.nodes_in(DomainId(2)).size() == 5);
}

TEST_CASE("the parts of a mixed fleet have levels of the same names") {
  CHECK(refusal({{"kind", "mixed"}, {"parts", list({racked("2", "3"), part("1", "5")})}}) ==
        "c.yaml:10:5: cluster.parts[1]: its levels differ from those of the first part\n"
        "  name the same levels in every part");
  CHECK(refusal({{"kind", "mixed"}, {"parts", list({})}}) ==
        "c.yaml:4:5: cluster.parts: no part is given");
}

TEST_CASE("a kind of fleet that is not known is refused, with the nearest name") {
  CHECK(refusal(uniform({{"kind", "unifrom"}})) ==
        "c.yaml:3:5: cluster.kind: no such cluster 'unifrom'\n"
        "  did you mean 'uniform'? known: uniform, leveled, mixed, superpod, fat_tree, nvl72, "
        "leaf_spine, fleet");
}

TEST_CASE("what is missing or misspelt is said") {
  CHECK(refusal({{"kind", "uniform"}, {"nodes", "10"}}) ==
        "c.yaml:2:5: cluster.gpus_per_node: is missing");
  CHECK(refusal(uniform({{"gpu_modle", "H100"}})) ==
        "c.yaml:6:1: cluster.gpu_modle: no such key\n"
        "  did you mean 'gpu_model'? known: kind, nodes, gpus_per_node, cpus_per_node, "
        "memory_per_node, gpu_model, weight, labels, taints, node_names, marks");
}

TEST_CASE("a node has GPUs or CPUs, and no more GPUs than fit a mask") {
  CHECK(built(uniform({{"gpus_per_node", "0"}, {"cpus_per_node", "4"}})).gpus() == 0);
  CHECK(built(uniform({{"gpus_per_node", "64"}})).gpus() == 640);
  CHECK(refusal(uniform({{"gpus_per_node", "0"}})) ==
        "c.yaml:5:5: cluster.gpus_per_node: a node has neither GPUs nor CPUs\n"
        "  set gpus_per_node or cpus_per_node to at least 1");
  CHECK(refusal(uniform({{"gpus_per_node", "65"}})) ==
        "c.yaml:5:5: cluster.gpus_per_node: must be between 0 and 64, is 65");
}

TEST_CASE("numbers of nodes that make no sense are refused") {
  CHECK(refusal(uniform({{"nodes", "0"}})) ==
        "c.yaml:4:5: cluster.nodes: must be at least 1, is 0");
  CHECK(refusal(uniform({{"nodes", "-3"}})) ==
        "c.yaml:4:5: cluster.nodes: must be at least 1, is -3");
  CHECK(refusal(uniform({{"nodes", "1e3"}})).find("must be a whole number") != std::string::npos);
}

TEST_CASE("an absurd fleet is refused with the memory it would need") {
  CHECK(refusal(uniform({{"nodes", "1000000000"}})) ==
        "c.yaml:4:5: cluster.nodes: 1000000000 nodes would need 477GiB of memory\n"
        "  at most 4000000 nodes");
  CHECK(refusal({{"kind", "leveled"},
                 {"levels", map({{"site", "3000000000"}, {"rack", "3000000000"}})},
                 {"nodes", "3000000000"},
                 {"gpus_per_node", "8"}}) ==
        "c.yaml:7:5: cluster.nodes: 9223372036854775807 or more nodes would need "
        "8589934591GiB of memory\n  at most 4000000 nodes");
}

TEST_CASE("parts that are absurd only together are refused too") {
  const std::string many = "3000000";
  CHECK(refusal({{"kind", "mixed"}, {"parts", list({part(many, "8"), part(many, "8")})}})
            .find("cluster: 6000000 nodes would need") != std::string::npos);
}

TEST_CASE("a fleet has at least one level to be leveled, and not too many") {
  Entries many;
  for (int i = 0; i < 33; ++i) {
    many.emplace_back("level" + std::to_string(i), "1");
  }
  const Entries rest{{"kind", "leveled"}, {"nodes", "1"}, {"gpus_per_node", "8"}};
  Entries none = rest;
  none.emplace_back("levels", map({}));
  CHECK(refusal(none) ==
        "c.yaml:6:5: cluster.levels: no level is named\n"
        "  name levels from the outermost, for example {site: 2, rack: 10}");
  Entries deep = rest;
  deep.emplace_back("levels", map(many));
  CHECK(refusal(deep) == "c.yaml:6:5: cluster.levels: 33 levels are named\n  at most 32 levels");
}

TEST_CASE("as many names are given as there are nodes, each once") {
  CHECK(refusal(uniform({{"node_names", "n[1-9]"}})) ==
        "c.yaml:6:5: cluster.node_names: names 9 nodes, but there are 10");
  CHECK(refusal(uniform({{"nodes", "2"}, {"node_names", "a,a"}})) ==
        "c.yaml:6:5: cluster.node_names: two nodes are named 'a'\n"
        "  give every node a name of its own");
  CHECK(refusal(uniform({{"node_names", "n[1-"}})).find("c.yaml:6:5: cluster.node_names: ") == 0);
  CHECK(refusal(uniform({{"node_names", "n[1-900000000]"}})).find("cluster.node_names") !=
        std::string::npos);
}
