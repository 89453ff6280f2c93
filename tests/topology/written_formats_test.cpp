#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/topology/wired.hpp"
#include "topology/analysis.hpp"
#include "topology/formats.hpp"
#include "topology/formats/names.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

// 2 superpods of 2 units of 2 nodes, 2 rails; 2 spines each, 1 core: 16 HCAs, 13 switches.
Topology small_clos() {
  return clos({.superpods = 2,
               .units = 2,
               .nodes = 2,
               .rails = 2,
               .spines = 2,
               .cables = 2,
               .cores = 1,
               .core_cables = 1});
}

// Two racks of NVLink-joined nodes in a hall each; no cables known.
Topology two_halls() {
  FleetBuilder builder({"site", "hall", "rack", "nvlink"});
  NodeKind kind;
  kind.gpus = 4;
  builder.enter("US-EAST-04");
  for (const std::string hall : {"A", "B"}) {
    builder.enter("US-EAST-04" + hall);
    builder.enter("rack 1");
    builder.enter("nvl1");
    for (const std::string node : {"1", "2"}) {
      builder.add_node("Tray" + hall + node, kind);
    }
    builder.leave();
    builder.leave();
    builder.leave();
  }
  builder.leave();
  Topology made;
  made.fleet = builder.build();
  return made;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

// What a label value may be, by the words of the Kubernetes manual.
bool is_label_value(const std::string& value) {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  bool fine = value.size() <= 63 && alphanumeric(value.front()) && alphanumeric(value.back());
  for (const char c : value) {
    fine = fine && (alphanumeric(c) || c == '-' || c == '_' || c == '.');
  }
  return fine;
}

std::string document(const std::string& yaml, const std::string& node) {
  const auto at = yaml.find("  name: " + node + "\n");
  return yaml.substr(at, yaml.find("---", at) - at);
}

}  // namespace

TEST_CASE("FNV-64a is the published one") {
  // The vectors of Noll's test suite.
  CHECK(fnv64a("") == 0xCBF29CE484222325U);
  CHECK(fnv64a("a") == 0xAF63DC4C8601EC8CU);
  CHECK(fnv64a("foobar") == 0x85944171F73967E8U);
}

TEST_CASE("a label value that Kubernetes would refuse becomes x and its hash") {
  CHECK(label_value("leaf1.2_a-b") == "leaf1.2_a-b");
  CHECK(label_value(std::string(63, 'a')) == std::string(63, 'a'));
  const std::vector<std::string> bad{std::string(64, 'a'), "-a", "a.", "two words", "", "sw;x"};
  for (const std::string& text : bad) {
    CHECK(label_value(text) == "x" + hex16(fnv64a(text)));
    CHECK(is_label_value(label_value(text)));
  }
}

TEST_CASE("names that occur twice get what is around them in front, then numbers") {
  CHECK(unique_names({"r1", "r2", "r1"}, {{"a"}, {"a"}, {"b"}}) ==
        std::vector<std::string>{"a.r1", "r2", "b.r1"});
  CHECK(unique_names({"r1", "r1"}, {{"hall", "site1"}, {"hall", "site2"}}) ==
        std::vector<std::string>{"site1.r1", "site2.r1"});
  CHECK(unique_names({"x", "x", "x-2", "x"}, {{}, {}, {}, {}}) ==
        std::vector<std::string>{"x", "x-3", "x-2", "x-4"});
}

TEST_CASE("names that a hostlist would take apart are written without what it takes apart") {
  CHECK(hostlist_names({"a b", "a-b", "c[1]", "d"}) ==
        std::vector<std::string>{"a-b", "a-b-2", "c-1-", "d"});
  const std::string name(70, 'n');
  const auto short_name = hostlist_names({name}).front();
  CHECK(short_name == std::string(47, 'n') + "-" + hex16(fnv64a(name)));
}

TEST_CASE("a fabric's domains as Slurm's tree: leaf groups, superpods, one root") {
  CHECK(write_topology_conf(slurm_tree_of(small_clos())) ==
        "SwitchName=su1.1 Nodes=n1.1.[1-2]\n"
        "SwitchName=su1.2 Nodes=n1.2.[1-2]\n"
        "SwitchName=su2.1 Nodes=n2.1.[1-2]\n"
        "SwitchName=su2.2 Nodes=n2.2.[1-2]\n"
        "SwitchName=superpod1 Switches=su1.[1-2]\n"
        "SwitchName=superpod2 Switches=su2.[1-2]\n"
        "SwitchName=fabric1 Switches=superpod[1-2]\n");
}

TEST_CASE("NVLink domains are Slurm's blocks, each with a name of its own") {
  CHECK(write_topology_conf(slurm_blocks_of(two_halls())) ==
        "BlockName=US-EAST-04A.nvl1 Nodes=TrayA[1-2]\n"
        "BlockName=US-EAST-04B.nvl1 Nodes=TrayB[1-2]\n"
        "BlockSizes=2,4\n");
}

TEST_CASE("Topograph's model says regions, zones and accelerator domains once") {
  CHECK(write_topograph(topograph_of(two_halls())) ==
        "switches:\n"
        "  US-EAST-04:\n"
        "    labels:\n"
        "      topology.kubernetes.io/region: US-EAST-04\n"
        "    switches:\n"
        "    - US-EAST-04A.nvl1\n"
        "    - US-EAST-04B.nvl1\n"
        "  US-EAST-04A.nvl1:\n"
        "    labels:\n"
        "      topology.kubernetes.io/zone: US-EAST-04A\n"
        "  US-EAST-04B.nvl1:\n"
        "    labels:\n"
        "      topology.kubernetes.io/zone: US-EAST-04B\n"
        "blocks:\n"
        "- switch: US-EAST-04A.nvl1\n"
        "  nodes:\n"
        "  - TrayA[1-2]\n"
        "  annotations:\n"
        "    accelerator.topology.test/domain: US-EAST-04A.nvl1\n"
        "- switch: US-EAST-04B.nvl1\n"
        "  nodes:\n"
        "  - TrayB[1-2]\n"
        "  annotations:\n"
        "    accelerator.topology.test/domain: US-EAST-04B.nvl1\n");
}

TEST_CASE("Topograph's graph lists the layers of a node from the nearest") {
  const std::string json = topograph_graph_json(small_clos());
  CHECK(
      json.starts_with("{\"instances\": [\n"
                       "  {\"id\": \"i-n1.1.1\", \"network_layers\": [\"su1.1\", \"superpod1\", "
                       "\"fabric1\"], \"labels\": {}},\n"));
  CHECK(count(json, "\"id\"") == 8);
  CHECK(json.ends_with("\"labels\": {}}\n]}\n"));
}

TEST_CASE("labels of a node in an InfiniBand fabric") {
  const std::string yaml = kubernetes_labels(small_clos());
  CHECK(count(yaml, "kind: Node\n") == 8);
  const std::string node = document(yaml, "n2.1.2");
  CHECK(count(node, "    fabric.topograph.run/tier-0: su2.1\n") == 1);
  CHECK(count(node, "    fabric.topograph.run/tier-2: fabric1\n") == 1);
  CHECK(count(node, "    network.topology.nvidia.com/spine: superpod2\n") == 1);
  CHECK(count(node, "    backend.coreweave.cloud/flavor: infiniband\n") == 1);
  CHECK(count(node, "    ib.coreweave.cloud/leafgroup: \"3\"\n") == 1);
  CHECK(count(node, "    ib.coreweave.cloud/superpod: \"2\"\n") == 1);
  CHECK(count(node, "    ib.coreweave.cloud/speed: \"400G\"\n") == 1);
  CHECK(count(node, "backend.coreweave.cloud/neighbors.expected.ibp") == 2);
  CHECK(count(node, "nvidia.com/gpu.clique") == 0);
}

TEST_CASE("labels where NVLink spans nodes: a clique of its own for each domain") {
  const std::string yaml = kubernetes_labels(two_halls());
  const std::string node = document(yaml, "trayb1");
  CHECK(count(node, "topology.kubernetes.io/region: US-EAST-04\n") == 1);
  CHECK(count(node, "topology.kubernetes.io/zone: US-EAST-04B\n") == 1);
  CHECK(count(node, "    kubernetes.io/hostname: trayb1\n") == 1);
  CHECK(count(yaml, "nvidia.com/gpu.clique: ") == 4);
  std::set<std::string> cliques;
  for (auto at = yaml.find("gpu.clique: "); at != std::string::npos;
       at = yaml.find("gpu.clique: ", at + 1)) {
    cliques.insert(yaml.substr(at, yaml.find('\n', at) - at));
  }
  CHECK(cliques.size() == 2);
  CHECK(count(yaml, "backend.coreweave.cloud") == 0);
}

TEST_CASE("every label value is one that Kubernetes takes") {
  std::istringstream lines(kubernetes_labels(two_halls()) + kubernetes_labels(small_clos()));
  bool all = true;
  for (std::string line; std::getline(lines, line);) {
    std::string value = line.substr(line.rfind(": ") + 2);
    value = value.front() == '"' ? value.substr(1, value.size() - 2) : value;
    all = all && (!line.starts_with("    ") || is_label_value(value));
  }
  CHECK(all);
}

TEST_CASE("GraphML holds every device and every cable, parallel ones too") {
  const Topology topology = small_clos();
  const std::string xml = write_graphml(topology);
  CHECK(count(xml, "<node id=") == topology.fabric.devices());
  CHECK(count(xml, "<edge id=") == topology.fabric.cables());
  CHECK(count(xml, ">hca<") == 16);
  CHECK(count(xml, ">NDR<") == topology.fabric.cables());
  const std::string tree = write_graphml(two_halls());
  CHECK(count(tree, "<node id=") == 7);  // 4 nodes, 2 leaf groups, 1 root
  CHECK(count(tree, "<edge id=") == 6);
}

TEST_CASE("DOT draws nodes without their HCAs and parallel cables as one line") {
  const std::string dot = write_dot(small_clos());
  // 8 nodes to 2 leaves each, 8 leaves to 2 spines each, 4 spines to 1 core.
  CHECK(count(dot, "--") == 16 + 16 + 4);
  CHECK(count(dot, "label=\"2x\"") == 16);
  CHECK(count(dot, "shape=ellipse") == 8);
  CHECK(count(dot, "rank=same") == 4);
}

TEST_CASE("DOT draws leaf groups where nodes are many") {
  const std::string dot = write_dot(clos({.units = 3, .nodes = 100, .rails = 2}));
  CHECK(count(dot, "shape=ellipse") == 3);
  CHECK(count(dot, "\\n100 nodes\"") == 3);
  CHECK(count(dot, "label=\"100x\"") == 6);
}

TEST_CASE("DOT draws domains where no cable is known") {
  const std::string dot = write_dot(two_halls());
  CHECK(count(dot, "--") == 6);
  CHECK(count(dot, "shape=ellipse") == 4);
}
