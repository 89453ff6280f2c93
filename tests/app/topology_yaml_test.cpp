// topology.yaml and Topograph's models as text, through the YAML reader that only this room has.
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "app/yaml_settings.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/topology/slurm_documents.hpp"
#include "topology/formats.hpp"
#include "topology/import.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

std::vector<SlurmTopology> slurm(const std::string& yaml) {
  const SettingsTree tree = load_yaml_text(yaml, "t.yaml");
  return read_topology_yaml(tree.root());
}
TopographModel model(const std::string& yaml) {
  const SettingsTree tree = load_yaml_text(yaml, "m.yaml");
  return read_topograph(tree.root());
}
std::string slurm_refusal(const std::string& yaml) {
  return error_of([&] { (void)slurm(yaml); });
}
std::string model_refusal(const std::string& yaml) {
  return error_of([&] { (void)model(yaml); });
}

// The example of topology.yaml.5, with a ring and a torus.
const std::string slurm_yaml = R"(---
- topology: topo1
  cluster_default: true
  tree:
    switches:
    - switch: sw_root
      children: s[1-2]
    - switch: s1
      nodes: node[01-02]
    - switch: s2
      nodes: node[03-04]
- topology: topo2
  cluster_default: false
  block:
    block_sizes:
    - 4
    - 16
    blocks:
    - block: b1
      nodes: node[01-04]
    - block: b2
      nodes: node[05-08]
- topology: topo3
  cluster_default: false
  flat: true
- topology: topo4
  cluster_default: false
  ring:
    rings:
    - ring: r1
      nodes: node[01-08]
- topology: topo5
  cluster_default: false
  torus3d:
    toruses:
    - name: pod1
      dims: {x: 2, y: 2, z: 1}
      nodes: node[01-04]
      placements: [{dims: {x: 2, y: 1, z: 1}}, {name: "1", wrap: true}]
)";

// After Topograph's nvl72.yaml, dual-xclr-irregular.yaml and docs/models.md.
const std::string topograph_yaml = R"(switches:
  core:
    labels:
      topology.kubernetes.io/region: us-east
    switches:
    - spine-1
    - spine-2
  spine-1:
    labels:
      topology.kubernetes.io/zone: zone1
    switches:
    - leaf-1-1
    - leaf-1-2
  spine-2:
    labels:
      topology.kubernetes.io/zone: zone2
    switches:
    - leaf-2-1
    - leaf-2-2
blocks:
- switch: leaf-1-1
  nodes:
  - node[1101-1118]
  annotations:
    accelerator.topology.test/domain: nvl-1-1
- switch: leaf-1-2
  nodes:
  - node[1201-1209,1211]
  labels:
    example.com/odd: "yes"
  annotations:
    accelerator.topology.test/domain: nvl-1-2
    accelerator.topology.test/sub-domain: "17"
- switch: leaf-2-1
  nodes:
  - "1301"
  - x
  annotations:
    accelerator.topology.test/domain: nvl-2-1
)";

std::string levels(const Fleet& fleet) {
  std::string text;
  for (std::uint32_t level = 0; level < fleet.levels(); ++level) {
    text += fleet.level_name(LevelId(level)) + ":";
    for (std::uint32_t i = 0; i < fleet.domains(LevelId(level)); ++i) {
      text += " " + fleet.name(fleet.domain(LevelId(level), i));
    }
    text += "\n";
  }
  return text;
}

Imported import(const std::string& yaml) {
  return import_topograph(model(yaml), ImportOptions{}, "m.yaml");
}

}  // namespace

TEST_CASE("topology.yaml: several topologies of every type come back as written") {
  const auto all = slurm(slurm_yaml);
  REQUIRE(all.size() == 5);
  CHECK(all[0].cluster_default);
  CHECK(std::get<SlurmTree>(all[0].shape).switches[0].switches ==
        std::vector<std::string>{"s1", "s2"});
  CHECK(std::get<SlurmBlocks>(all[1].shape).block_sizes == std::vector<std::uint32_t>{4, 16});
  CHECK(std::get<SlurmToruses>(all[4].shape).toruses[0].y == 2);
  CHECK(write_topology_yaml(all) == slurm_yaml);
}

TEST_CASE("topology.yaml: any document comes back as written") {
  CHECK(rc::check([] {
    std::vector<SlurmTopology> all;
    const int size = *rc::gen::inRange(1, 4);
    for (int i = 0; i < size; ++i) {
      all.push_back(random_conf());
      all.back().name = "t" + std::to_string(i);
      all.back().cluster_default = *rc::gen::arbitrary<bool>();
      if (auto* tree = std::get_if<SlurmTree>(&all.back().shape)) {
        for (SlurmSwitch& each : tree->switches) {
          each.link_speed.clear();  // which this file does not hold
        }
      }
    }
    RC_ASSERT(slurm(write_topology_yaml(all)) == all);
  }));
}

TEST_CASE("topology.yaml: what is wrong is said with its line") {
  CHECK(slurm_refusal("[]\n").find("no topology is named") != std::string::npos);
  CHECK(slurm_refusal("- topology: a\n  flat: true\n  tree: {switches: [{switch: s, nodes: n1}]}\n")
            .find("t.yaml:2:9: [0].flat: the topology has another type already") !=
        std::string::npos);
  CHECK(slurm_refusal("- topology: a\n").find("the topology has no type") != std::string::npos);
  CHECK(slurm_refusal("- topology: a\n  flat: True\n") == "fine");
  CHECK(slurm_refusal("- topology: a\n  flat: true\n- topology: a\n  flat: true\n")
            .starts_with("t.yaml:3:13: [1].topology: two topologies are named 'a'"));
  CHECK(slurm_refusal("- topology: a\n  tree:\n    switches:\n    - switch: s\n      node: n1\n")
            .starts_with("t.yaml:5:7: [0].tree.switches[0].node: "));
  CHECK(slurm_refusal("- topology: a\n  tree:\n    switches:\n"
                      "    - {switch: s, nodes: n1}\n    - {switch: t, nodes: \"n[0-3]\"}\n") ==
        "t.yaml:5: node 'n1' is in switch 't' and in switch 's'\n  name each node once");
  CHECK(slurm_refusal("- topology: a\n  tree:\n    switches:\n"
                      "    - {switch: s, children: t}\n    - {switch: t, children: s}\n") ==
        "t.yaml:4: switch 's' is below itself\n  remove the loop: the switches must form a tree");
  CHECK(slurm_refusal("- topology: a\n  torus3d: {toruses: [{name: p, dims: {x: 2, y: 2, z: 2}, "
                      "nodes: \"n[1-4]\"}]}\n") ==
        "t.yaml:2: torus 'p' has 8 places and 4 nodes\n  name as many nodes as x * y * z");
  CHECK(slurm_refusal("- topology: a\n  tree: {switches: [{switch: s, nodes: \"n[1-9999999]\"}]}\n")
            .find("more than 300000 nodes") != std::string::npos);
}

TEST_CASE("a Topograph model comes back as written") {
  CHECK(write_topograph(model(topograph_yaml)).find("- node[1101-1118]\n") != std::string::npos);
  CHECK(model(write_topograph(model(topograph_yaml))) == model(topograph_yaml));
  // Children without an entry, an entry without a value, blocks without a switch.
  const std::string sparse =
      "switches:\n  core: {switches: [a, b]}\n  a:\nblocks:\n- nodes: [\"n[1-2]\", m]\n";
  CHECK(model(write_topograph(model(sparse))) == model(sparse));
}

TEST_CASE("a Topograph model that is no tree is refused with the line") {
  CHECK(model_refusal("switches:\n  a:\n    switches: [b]\n  b:\n    switches: [a]\n"
                      "blocks:\n- nodes: [n]\n")
            .find("m.yaml:3:5: switches.a: switch 'a' is below itself") != std::string::npos);
  CHECK(model_refusal("switches:\n  a:\n    switches: [c]\n  b:\n    switches: [c]\n"
                      "blocks:\n- nodes: [n]\n")
            .find("m.yaml:5:15: switches.b.switches: switch 'c' is named here and by 'a'") !=
        std::string::npos);
  CHECK(model_refusal("switches:\n  a:\n    switches: [leaf1]\nblocks:\n"
                      "- {switch: leaf2, nodes: [n]}\n") ==
        "m.yaml:5:12: blocks[0].switch: no such switch 'leaf2'\n"
        "  did you mean 'leaf1'? known: a, leaf1");
  CHECK(model_refusal("blocks:\n- nodes: [\"n[1-2]\"]\n- nodes: [n2]\n") ==
        "m.yaml:3: node 'n2' is in block 2 and in block 1\n  name each node once");
  CHECK(model_refusal("blocks:\n- nodes: []\n").find("the block has no nodes") !=
        std::string::npos);
  CHECK(model_refusal("blocks:\n- node: [n]\n").find("m.yaml:2") != std::string::npos);
  CHECK(model_refusal("switches:\n- name: a\nblocks:\n- nodes: [n]\n")
            .find("must be a map of switches by name") != std::string::npos);
}

TEST_CASE("a Topograph model's zones, switches and accelerator domains become levels") {
  const auto made = import(topograph_yaml);
  CHECK(levels(made.topology.fleet) ==
        "site: us-east\nfabric: core\nhall: zone1 zone2\nsuperpod: spine-1 spine-2\n"
        "leaf: leaf-1-1 leaf-1-2 leaf-2-1\nnvlink: nvl-1-1 nvl-1-2 nvl-2-1\n");
  CHECK(made.notes == std::vector<std::string>{"1 switches without nodes"});
}

TEST_CASE("an accelerator domain over several leaves stands outside them") {
  CHECK(levels(import("switches:\n  core: {switches: [s1]}\n  s1: {switches: [a, b, c]}\nblocks:\n"
                      "- {switch: a, nodes: [n1], annotations: {accelerator.topology.test/domain: "
                      "d1}}\n"
                      "- {switch: b, nodes: [n2], annotations: {accelerator.topology.test/domain: "
                      "d1}}\n"
                      "- {switch: c, nodes: [n3]}\n")
                   .topology.fleet) == "fabric: core\nsuperpod: s1\nnvlink: d1 c\nleaf: a b c\n");
}

TEST_CASE("domains that cross the switches are left out, and noted") {
  const auto made = import(
      "switches:\n  core: {switches: [a, b]}\nblocks:\n"
      "- {switch: a, nodes: [n1], labels: {accelerator.topograph.run/domain: d1}}\n"
      "- {switch: a, nodes: [n2], labels: {accelerator.topograph.run/domain: d2}}\n"
      "- {switch: b, nodes: [n3], labels: {accelerator.topograph.run/domain: d2}}\n");
  CHECK(levels(made.topology.fleet) == "fabric: core\nleaf: a b\n");
  CHECK(made.notes.size() == 1);
}

TEST_CASE("a model written of an imported model says the same of every node") {
  const auto made = import(topograph_yaml + "- {switch: leaf-2-2, nodes: [y]}\n").topology;
  const auto again =
      import_topograph(model(write_topograph(topograph_of(made))), ImportOptions{}, "m.yaml");
  CHECK(levels(again.topology.fleet) == levels(made.fleet));
}
