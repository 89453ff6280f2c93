#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "topology/builders.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Entries = std::vector<std::pair<std::string, Value>>;
using Words = std::vector<std::string>;

Fleet built(const Entries& entries) {
  const SettingsTree config = tree(map(entries));
  Fleet fleet = build_topology(config.root()).fleet;
  check_all_used(config.root());
  return fleet;
}

Fleet marked(const Value& marks) {
  return built({{"kind", "uniform"}, {"nodes", "4"}, {"gpus_per_node", "8"}, {"marks", marks}});
}

}  // namespace

TEST_CASE("a part of a fleet weighs, has labels and keeps away whoever does not tolerate it") {
  const Value cheap = map({{"nodes", "2"}, {"gpus_per_node", "8"}, {"labels", "spot"}});
  const Value dear = map({{"nodes", "1"},
                          {"gpus_per_node", "8"},
                          {"weight", "10"},
                          {"labels", list({"hbm", "zone=a"})},
                          {"taints", "reserved"}});
  const Fleet fleet = built({{"kind", "mixed"}, {"parts", list({cheap, dear})}});
  CHECK(fleet.kinds().size() == 2);
  CHECK(fleet.kind(NodeId(0)).weight == 0);
  CHECK(fleet.kind(NodeId(0)).labels == Words{"spot"});
  CHECK(fleet.kind(NodeId(2)).weight == 10);
  CHECK(fleet.kind(NodeId(2)).labels == Words{"hbm", "zone=a"});
  CHECK(fleet.kind(NodeId(2)).taints == Words{"reserved"});
}

TEST_CASE("a fabric of real parts is marked in the same way") {
  const Fleet fleet = built({{"kind", "leaf_spine"}, {"leaves", "2"}, {"weight", "3"}});
  CHECK(fleet.kind(NodeId(0)).weight == 3);
}

TEST_CASE("single nodes are marked by name, the last mark wins") {
  const Value all = map({{"nodes", "n[1-3]"}, {"weight", "5"}, {"labels", "old"}});
  const Value one = map({{"nodes", "n2"}, {"weight", "7"}});
  const Fleet fleet = marked(list({all, one}));
  CHECK(fleet.kind(NodeId(0)).weight == 5);
  CHECK(fleet.kind(NodeId(1)).weight == 7);
  CHECK(fleet.kind(NodeId(1)).labels == Words{"old"});
  CHECK(fleet.kind(NodeId(3)).weight == 0);
  CHECK(fleet.kinds().size() == 3);
  CHECK(fleet.nodes_of_kind(0) == 2);
  CHECK(fleet.gpus() == 32);
}

TEST_CASE("a mark says what is wrong with it") {
  const auto error = [](const std::vector<std::pair<std::string, Value>>& mark) {
    return error_of([&] { marked(list({map(mark)})); });
  };
  CHECK(error({{"nodes", "n9"}, {"weight", "1"}}) ==
        "c.yaml:7:5: marks[0].nodes: no such node 'n9'\n  the nodes are n1 to n4");
  CHECK(error({{"nodes", "n1"}, {"weight", "-1"}}).find("marks[0].weight") != std::string::npos);
  CHECK(error({{"nodes", "n1"}, {"labels", list({"a", "a"})}}).find("'a' is named twice") !=
        std::string::npos);
  CHECK(error({{"nodes", "n1"}, {"wieght", "1"}}).find("wieght") != std::string::npos);
}
