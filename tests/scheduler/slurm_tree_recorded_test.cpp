// Placements that a running Slurm 22.05 computed, on fleets made of the switches as recorded.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/hostlist.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/folders.hpp"
#include "tests/scheduler/pictures.hpp"
#include "tests/scheduler/switch_trees.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Json = nlohmann::ordered_json;  // the order of switches decides ties

const std::string recorded = berth::testing::in_shared("cases/slurm/topology_tree_22.05.json");

SwitchList switches_of(const Json& set) {
  SwitchList list;
  for (const auto& [name, each] : set["switches"].items()) {
    const std::string range = each["nodes"];
    const auto dash = range.find('-');
    list.push_back({name, each["level"], -1,
                    static_cast<std::uint32_t>(std::stoul(range.substr(0, dash))),
                    static_cast<std::uint32_t>(std::stoul(range.substr(dash + 1))) + 1});
  }
  for (ListedSwitch& each : list) {
    const Json& parent = set["switches"][each.name]["parent"];
    const auto at = std::ranges::find(list, parent.is_null() ? "" : parent.get<std::string>(),
                                      &ListedSwitch::name);
    each.parent = at == list.end() ? -1 : static_cast<int>(at - list.begin());
  }
  return list;
}

// "n[012-014]" as the numbers of nodes.
std::vector<std::uint32_t> numbers_of(const std::string& hostlist) {
  std::vector<std::uint32_t> numbers;
  for (const std::string& name : expand_hostlist(hostlist)) {
    numbers.push_back(static_cast<std::uint32_t>(std::stoul(name.substr(1))));
  }
  std::ranges::sort(numbers);
  return numbers;
}

std::vector<std::uint32_t> placed_by(const Placer& placer, const Fleet& fleet, const Json& each) {
  Occupancy free(fleet);
  for (const std::uint32_t node : numbers_of(each["unavailable"])) {
    free.set_available(NodeId(node), false);
  }
  std::vector<std::uint32_t> nodes;
  const auto placement =
      placer.place(request_of(tasks(each["nodes"], 8)), {free, SimTime{}, RunKey{}});
  for (const Part& part : placement.value_or(Placement{})) {
    nodes.push_back(part.node.index());
  }
  return nodes;
}

}  // namespace

TEST_CASE("slurm_tree takes the nodes that Slurm 22.05 took, in every recorded case") {
  if (!std::filesystem::exists(recorded)) {
    MESSAGE("SKIPPED: no " << recorded);
    return;
  }
  std::ifstream file(recorded);
  const Json document = Json::parse(file);
  const auto setting = testing::tree(map({{"kind", "slurm_tree"}, {"version", "22.05"}}));
  const auto placer = make_placer(setting.root());
  int cases = 0;
  for (const Json& set : document["sets"]) {
    CAPTURE(set["name"]);
    const SwitchList list = switches_of(set);
    const Fleet fleet = FleetOfSwitches(list).build();
    for (const Json& each : set["cases"]) {
      CAPTURE(each["nodes"]);
      CHECK(placed_by(*placer, fleet, each) == numbers_of(each["selected"]));
      ++cases;
    }
  }
  CHECK(cases == 240);
}
