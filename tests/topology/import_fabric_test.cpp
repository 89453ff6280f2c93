#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "tests/topology/recorded_fabrics.hpp"
#include "tests/topology/wired.hpp"
#include "topology/import.hpp"
#include "topology/names.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Names = std::vector<std::string>;

ImportOptions with_gpus(std::uint32_t gpus) {
  ImportOptions options;
  options.node.gpus = gpus;
  return options;
}

Imported imported(const Fabric& fabric, ImportOptions options = with_gpus(8)) {
  return import_fabric(fabric, options, "f.topo");
}

// Each domain of a level as "name: first-last (nodes)".
Names domains(const Topology& topology, const std::string& level) {
  const Fleet& fleet = topology.fleet;
  const LevelId id = fleet.find_level(level).value();
  Names all;
  for (std::uint32_t i = 0; i < fleet.domains(id); ++i) {
    const DomainId domain = fleet.domain(id, i);
    const NodeRange range = fleet.nodes_in(domain);
    all.push_back(fmt::format("{}: {}-{} ({})", fleet.name(domain), fleet.name(NodeId(range.first)),
                              fleet.name(NodeId(range.past - 1)), range.size()));
  }
  return all;
}

std::vector<int> rails(const Topology& topology, const std::string& node) {
  std::vector<int> all;
  for (const DeviceId hca : topology.seats.hcas(topology.fleet.find(node).value())) {
    all.push_back(topology.seats.of(hca)->rail);
  }
  return all;
}

// HCAs of these descriptions, each on the leaf whose number stands beside it.
Fabric hcas(const std::vector<std::pair<std::string, int>>& described) {
  Wiring wiring({});
  const std::vector<DeviceId> leaves{wiring.add_switch("leaf1"), wiring.add_switch("leaf2")};
  const DeviceId spine = wiring.add_switch("spine1");
  wiring.join(leaves[0], spine);
  wiring.join(leaves[1], spine);
  for (const auto& [description, leaf] : described) {
    const DeviceId hca = wiring.add_hca(description);
    if (leaf > 0) {
      wiring.join(hca, leaves[static_cast<std::size_t>(leaf - 1)]);
    }
  }
  wiring.add_node("unused");
  return wiring.done().fabric;
}

std::string option_error(const std::string& key, const std::string& value) {
  const SettingsTree config = tree(map({{key, value}}));
  return error_of([&] { read_import_options(config.root()); });
}

}  // namespace

TEST_CASE("four units of a SuperPOD are four leaf groups of 32 nodes on 8 rails") {
  if (recorded_fabrics().empty()) {
    return;
  }
  const Imported pod = imported(recorded_fabric("c_su4"));
  CHECK(pod.notes == Names{});
  CHECK(domains(pod.topology, "leaf") ==
        Names{"leaf000-007: dgx0000-dgx0031 (32)", "leaf008-015: dgx0032-dgx0063 (32)",
              "leaf016-023: dgx0064-dgx0095 (32)", "leaf024-031: dgx0096-dgx0127 (32)"});
  CHECK(domains(pod.topology, "fabric") == Names{"fabric1: dgx0000-dgx0127 (128)"});
  CHECK_FALSE(pod.topology.fleet.find_level("superpod"));
  CHECK(rails(pod.topology, "dgx0077") == std::vector{0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(pod.topology.network.uplink(pod.topology.fleet.domain(LevelId(1), 0)) == 256 * 25 * gb);
}

TEST_CASE("in three tiers a superpod is what hangs together below the cores") {
  if (recorded_fabrics().empty()) {
    return;
  }
  const Imported tree = imported(recorded_fabric("a_k4_3level"));
  CHECK(domains(tree.topology, "superpod") ==
        Names{"spine000-001: host0000-host0003 (4)", "spine002-003: host0004-host0007 (4)",
              "spine004-005: host0008-host0011 (4)", "spine006-007: host0012-host0015 (4)"});
  CHECK(tree.topology.fleet.domains(LevelId(2)) == 8);
  CHECK(domains(tree.topology, "leaf")[2] == "leaf002: host0004-host0005 (2)");
}

// InfiniBand does not show what NVLink joins; that every rack has leaves of its own does.
TEST_CASE("a real GB200 fabric is a leaf group a rack, without the trays that give no name") {
  if (recorded_fabrics().empty()) {
    return;
  }
  const Imported real = imported(recorded_fabric("real_gb200"), with_gpus(4));
  CHECK(real.notes ==
        Names{"left out 40 SHARP aggregation nodes: they are part of their switches",
              "left out 69 HCAs: no host name in the description, such as 'MT4129 ConnectX7   "
              "Mellanox Technologies'",
              "13 of 122 nodes have other than 4 HCAs, such as 'B11-P1-CUFM-02' with 2"});
  CHECK(domains(real.topology, "leaf") ==
        Names{"A09-P1-IBLEAF-01: a05-p1-dgx-01-c01-localhost (11)",
              "A09-P1-IBLEAF-02: a06-p1-dgx-02-c01-a06-p1-dgx-02-c18 (11)",
              "A09-P1-IBLEAF-03: a07-p1-dgx-03-c01-a07-p1-dgx-03-c18 (18)",
              "A09-P1-IBLEAF-04: a08-p1-dgx-04-c01-a08-p1-dgx-04-c17 (17)",
              "B09-P1-IBLEAF-05: b05-p1-dgx-05-c01-b05-p1-dgx-05-c18 (18)",
              "B09-P1-IBLEAF-06: b06-p1-dgx-06-c01-b06-p1-dgx-06-c18 (15)",
              "B09-P1-IBLEAF-07: b07-p1-dgx-07-c01-b07-p1-dgx-07-c18 (16)",
              "B09-P1-IBLEAF-08: B11-P1-CUFM-02-ubuntu (16)"});
  // HCA-1, 2, 5, 6; mlx5_0, 1, 4, 5; one without its third.
  CHECK(rails(real.topology, "b07-p1-dgx-07-c01") == std::vector{0, 1, 2, 3});
  CHECK(rails(real.topology, "a08-p1-dgx-04-c01") == std::vector{0, 1, 2, 3});
  CHECK(rails(real.topology, "a05-p1-dgx-01-c01") == std::vector{0, 1, 3});
}

TEST_CASE("a pattern picks the hosts that are nodes") {
  if (recorded_fabrics().empty()) {
    return;
  }
  ImportOptions options = with_gpus(4);
  options.host_pattern = R"(^(\S+-dgx-\S+)\s\S+$)";
  const Imported real = imported(recorded_fabric("real_gb200"), options);
  CHECK(real.topology.fleet.nodes() == 119);
  CHECK_FALSE(real.topology.fleet.find("ubuntu"));
}

TEST_CASE("what a builder wired is found again from its cables") {
  const Topology built = clos({.superpods = 3,
                               .units = 2,
                               .nodes = 3,
                               .rails = 2,
                               .spines = 2,
                               .cables = 1,
                               .cores = 2,
                               .core_cables = 1});
  const Topology found = imported(built.fabric).topology;
  CHECK(domains(found, "superpod") ==
        Names{"spine1: node0-node5 (6)", "spine2: node6-node11 (6)", "spine3: node12-node17 (6)"});
  CHECK(domains(found, "leaf").front() == "leaf1.1: node0-node2 (3)");
  for (std::uint32_t i = 0; i < built.fleet.domains(); ++i) {
    CHECK(found.network.uplink(DomainId(i)) == built.network.uplink(DomainId(i)));
  }
}

TEST_CASE("a rail is what its host calls it, wherever the cable ended up") {
  const Topology made =
      imported(hcas({{"n1 HCA-1", 1}, {"n1 HCA-4", 2}, {"n2 HCA-4", 1}, {"n2 HCA-10", 1}}))
          .topology;
  CHECK(rails(made, "n1") == std::vector{0, 1});
  CHECK(rails(made, "n2") == std::vector{1, 2});
}

TEST_CASE("HCAs that only name their host are its rails in order of GUID") {
  ImportOptions options = with_gpus(8);
  options.host_pattern = "^(n[0-9]+)$";
  CHECK(rails(imported(hcas({{"n1", 1}, {"n1", 2}}), options).topology, "n1") == std::vector{0, 1});
}

TEST_CASE("hosts of the same name are left out, and so is what has no name or no cable") {
  const Imported made = imported(hcas({{"localhost HCA-1", 1},
                                       {"localhost HCA-2", 1},
                                       {"localhost HCA-1", 2},
                                       {"MT4129 ConnectX7   Mellanox Technologies", 1},
                                       {"Mellanox Technologies Aggregation Node", 2},
                                       {"n9 HCA-1", 0},
                                       {"n1 HCA-1", 1}}));
  CHECK(made.topology.fleet.nodes() == 1);
  CHECK(made.notes ==
        Names{"left out 1 SHARP aggregation node: they are part of their switches",
              "left out 1 HCA: no cable to a switch, such as 'n9 HCA-1'",
              "left out 1 HCA: no host name in the description, such as 'MT4129 ConnectX7   "
              "Mellanox Technologies'",
              "left out 3 HCAs: several hosts have the same name, such as 'localhost HCA-1'"});
}

TEST_CASE("subnets that neither cables nor nodes join are fabrics of their own") {
  Wiring wiring({});
  for (const char* name : {"b", "a"}) {
    const DeviceId leaf = wiring.add_switch(fmt::format("leaf-{}", name));
    for (int i = 1; i <= 2; ++i) {
      wiring.join(wiring.add_hca(fmt::format("{}{} HCA-1", name, i)), leaf);
    }
  }
  wiring.add_node("unused");
  ImportOptions options = with_gpus(8);
  options.front_end = {25 * gb};
  const Topology made = imported(wiring.done().fabric, options).topology;
  CHECK(domains(made, "fabric") == Names{"fabric1: a1-a2 (2)", "fabric2: b1-b2 (2)"});
  CHECK(made.network.uplink(DomainId(0)) == 2 * 25 * gb);
}

TEST_CASE("a fabric of which no HCA names a node is refused") {
  CHECK(error_of([] {
          imported(hcas({{"Mellanox Technologies Aggregation Node", 1}}));
        }) ==
        "f.topo: no HCA's description gives the name of a node by host_pattern '^(\\S+)\\s\\S+$'\n"
        "  set host_pattern to a regular expression whose first group is the node's name");
}

TEST_CASE("a pattern that cannot be used is refused at its key") {
  CHECK(option_error("host_pattern", "(") ==
        "c.yaml:2:5: host_pattern: '(' is not a regular expression\n"
        "  an ECMAScript regular expression whose first group is the node's name, such as "
        "'^(\\S+)\\s\\S+$'");
  CHECK(option_error("host_pattern", "dgx.*").find("has no group") != std::string::npos);
  ImportOptions options;
  options.host_pattern = "[";
  CHECK(error_of([&] { imported(hcas({}), options); }).find("is not a regular") !=
        std::string::npos);
}

TEST_CASE("imported nodes have 8 GPUs, or what their model has, or what is said") {
  const auto node = [](const std::vector<std::pair<std::string, Value>>& entries) {
    const SettingsTree config = tree(map(entries));
    const ImportOptions options = read_import_options(config.root());
    check_all_used(config.root());
    return options.node;
  };
  CHECK(node({}).gpus == 8);
  CHECK(node({{"gpu", "gb200"}}).gpus == 4);
  CHECK(node({{"gpu", "gb200"}}).gpu_model == "GB200");
  CHECK(node({{"gpu", "h100"}, {"gpus_per_node", "4"}, {"cpus_per_node", "96"}}).cpu_milli ==
        96'000);
  CHECK(option_error("gpus_per_node", "0") ==
        "c.yaml:2:5: gpus_per_node: a node has neither GPUs nor CPUs\n"
        "  set gpus_per_node or cpus_per_node to at least 1");
}

TEST_CASE("names sort as people sort them") {
  CHECK(natural_less("n2", "n10"));
  CHECK(natural_less("n02-b", "n2-c"));
  CHECK(natural_less("n", "n1"));
  CHECK(natural_less("n02", "n2"));
  CHECK_FALSE(natural_less("n2", "n02"));
  CHECK_FALSE(natural_less("n2", "n2"));
}

TEST_CASE("a managed switch says its name between semicolon and colon") {
  CHECK(switch_name("MF0;A10-P1-IBSPINE-01:MQM9701/U1") == "A10-P1-IBSPINE-01");
  CHECK(switch_name("leaf03") == "leaf03");
  CHECK(switch_name("MF0;leaf03") == "MF0;leaf03");
  CHECK(switch_name("MF0;:U1") == "MF0;:U1");
  CHECK(switch_name("a;b;c:d") == "a;b;c:d");
}

TEST_CASE("groups of switches are named by what they share, from first to last, or by number") {
  CHECK(group_names({{"pod3-leaf2", "pod3-leaf1"}, {"pod4-leaf1"}}, {}, "g") ==
        Names{"pod3-leaf", "pod4-leaf1"});
  CHECK(group_names({{"L-01-07", "L-02-07"}, {"L-01-08", "L-02-08"}}, {}, "g") ==
        Names{"L-07", "L-08"});
  CHECK(group_names({{"leaf10", "leaf9"}, {"leaf11", "leaf12"}}, {}, "g") ==
        Names{"leaf9-10", "leaf11-12"});
  CHECK(group_names({{"x", "x"}, {"x"}}, {}, "g") == Names{"g1", "g2"});
  CHECK(group_names({{"leaf 1"}, {"leaf 2"}}, {}, "g") == Names{"g1", "g2"});
  CHECK(group_names({{"a1", "a2"}, {"b1", "b2"}}, {"a"}, "g") == Names{"a1-2", "b1-2"});
}
