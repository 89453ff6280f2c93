// Placements that a running Slurm 22.05 computed, asked of `berth place` on the same topology.conf.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/hostlist.hpp"
#include "tests/app/run_berth.hpp"
#include "tests/folders.hpp"

namespace {

using namespace berth;
using testing::Folder;
using Json = nlohmann::ordered_json;  // the order of switches decides ties

const std::string recorded = berth::testing::in_shared("cases/slurm/topology_tree_22.05.json");

// "n[012-015]" for "12-15".
std::string nodes_of(const std::string& range, int digits) {
  const auto dash = range.find('-');
  return fmt::format("n[{:0>{}}-{:0>{}}]", range.substr(0, dash), digits, range.substr(dash + 1),
                     digits);
}

std::string topology_conf(const Json& set, int digits) {
  std::string text;
  for (const auto& [name, each] : set["switches"].items()) {
    text += "SwitchName=" + name;
    if (each["level"] == 0) {
      text += " Nodes=" + nodes_of(each["nodes"], digits) + "\n";
      continue;
    }
    std::string children;
    for (const auto& [child, below] : set["switches"].items()) {
      children += below["parent"] == name ? (children.empty() ? "" : ",") + child : "";
    }
    text += " Switches=" + children + "\n";
  }
  return text;
}

std::vector<std::string> sorted_names(const std::string& hostlist) {
  auto names = expand_hostlist(hostlist);
  std::ranges::sort(names);
  return names;
}

void check_set(const Json& set) {
  CAPTURE(set["name"]);
  const Folder folder;
  const int digits =
      set["node_prefix"].get<std::string>().find("to 4") != std::string::npos ? 4 : 3;
  folder.write("topology.conf", topology_conf(set, digits));
  for (const Json& each : set["cases"]) {
    const auto outcome =
        folder.berth({"place", "--topology", "@topology.conf", "--unavailable", each["unavailable"],
                      "--nodes", std::to_string(each["nodes"].get<int>()), "--placer",
                      "slurm_tree:version=22.05", "--json"});
    REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
    REQUIRE(sorted_names(Json::parse(outcome.out)["nodes"]) == sorted_names(each["selected"]));
  }
}

}  // namespace

TEST_CASE("slurm_tree gives the nodes that Slurm 22.05 gave, in every recorded case") {
  if (!std::filesystem::exists(recorded)) {
    MESSAGE("SKIPPED: no " << recorded);
    return;
  }
  const Json document = Json::parse(testing::read_file(recorded));
  CHECK(document["sets"].size() == 5);
  for (const Json& set : document["sets"]) {
    check_set(set);
  }
}
