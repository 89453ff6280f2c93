#include <string>

#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "tests/scheduler/naive_slurm_tree.hpp"
#include "tests/scheduler/pictures.hpp"
#include "tests/scheduler/random_state.hpp"

using namespace std::chrono_literals;
using namespace berth;
using namespace berth::testing;

namespace {

std::unique_ptr<const Placer> slurm_tree_of(const std::string& version) {
  const auto setting = testing::tree(map({{"kind", "slurm_tree"}, {"version", Value(version)}}));
  return make_placer(setting.root());
}

// Two in three nodes idle or wholly taken, so that whole nodes are neither rare nor everywhere.
void fill_nodes(Occupancy& free, Dice& dice) {
  const std::uint32_t percent = dice.below(90);
  for (std::uint32_t i = 0; i < free.fleet().nodes(); ++i) {
    const NodeId node(i);
    const std::uint32_t gpus = dice.below(100) >= percent ? 0 : dice.one_in(3) ? dice.below(9) : 8;
    free.take({gpus, 1, 0, 0}, {{node, gpus, Occupancy::lowest(free.free(node), gpus)}});
    const std::int64_t cpus = free.free_cpu_milli(node) > 0 ? dice.below(10) : 0;
    free.take({1, 0, 1000 * cpus, 0}, {{node, 1, 0}});
    if (dice.one_in(20)) {
      free.set_available(node, false);
    }
  }
}

// Nodes of 16 CPUs, of which some may be dearer.
Fleet fleet_of_switches(const SwitchList& list, Dice& dice) {
  Fleet fleet = FleetOfSwitches(list, gpu_node(8, 16'000)).build();
  const std::uint32_t weights = dice.one_in(2) ? 1 : 1 + dice.below(4);
  std::vector<NodeKind> kinds;
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    kinds.push_back(fleet.kind(NodeId(node)));
    kinds.back().weight = static_cast<std::int32_t>(dice.below(weights));
  }
  return with_kinds(std::move(fleet), kinds);
}

Shape some_shape(const Occupancy& free, Dice& dice) {
  switch (dice.below(5)) {
    case 0:
      return {1, 1 + dice.below(8), 0, 0};
    case 1:
      return {1 + dice.below(12), 1 + dice.below(8), 0, 0};
    case 2:
      return {1 + dice.below(12), 8, 1000 * std::int64_t{dice.below(17)}, 0};
    default:
      return {1 + dice.below(1 + free.with_free(8).size()), 8, 0, 0};
  }
}

std::shared_ptr<const Terms> at_most_switches(std::uint32_t count,
                                              std::optional<Duration> time = std::nullopt) {
  Terms terms;
  terms.switches = SwitchLimit{count, time};
  return std::make_shared<const Terms>(terms);
}

struct Found {
  int places = 0;
  int waits = 0;
  int several_leaves = 0;
};

void compare_on(const SwitchList& list, const Fleet& fleet, Dice& dice, Found& found) {
  Occupancy free(fleet);
  fill_nodes(free, dice);
  const View view{free, SimTime{}, RunKey{}};
  for (int question = 0; question < 8; ++question) {
    const Shape shape = some_shape(free, dice);
    const bool newer = dice.one_in(2);
    CAPTURE(shape.tasks);
    CAPTURE(shape.gpus);
    CAPTURE(newer);
    const auto placer = slurm_tree_of(newer ? "24.05" : "22.05");
    Request request = request_of(shape);
    const auto placement = placer->place(request, view);
    NaiveSlurmTree naive(list, free, shape, newer);
    REQUIRE(placement == naive.place());
    REQUIRE(placer->fits(request, view) == placement.has_value());
    ++(placement ? found.places : found.waits);
    request.terms = at_most_switches(1 + dice.below(3));
    const bool few = placement && naive.leaves() <= request.terms->switches->count;
    REQUIRE(placer->place(request, view) == (few ? placement : std::nullopt));
    REQUIRE(placer->fits(request, view) == few);
  }
}

Found on_random_trees(Listing listing, bool ragged, std::uint64_t seeds) {
  Found found;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const SwitchList list = random_switches(dice, listing, ragged);
    const Fleet fleet = fleet_of_switches(list, dice);
    compare_on(list, fleet, dice, found);
  }
  return found;
}

}  // namespace

TEST_CASE("slurm_tree answers as its rule told naively does, on regular trees and forests") {
  const Found forwards = on_random_trees(Listing::leaves_first, false, 1500);
  CHECK(forwards.places > 5000);
  CHECK(forwards.waits > 500);
  CHECK(on_random_trees(Listing::backwards, false, 1500).places > 5000);
}

TEST_CASE("slurm_tree follows the order of the switches in topology.conf, whatever it is") {
  CHECK(on_random_trees(Listing::shuffled, false, 700).places > 2000);
}

TEST_CASE("slurm_tree answers as its rule told naively does, on ragged trees and forests") {
  CHECK(on_random_trees(Listing::leaves_first, true, 700).places > 2000);
  CHECK(on_random_trees(Listing::shuffled, true, 700).places > 2000);
}

TEST_CASE("slurm_tree takes a fleet that no file lists for one tree") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const std::uint32_t racks = 1 + dice.below(5);
    const std::uint32_t nodes = 1 + dice.below(9);
    const Fleet fleet = halls(3, racks, nodes, gpu_node(8));
    SwitchList list;
    for (std::uint32_t rack = 0; rack < 3 * racks; ++rack) {
      list.push_back(
          {"r", 0, static_cast<int>(3 * racks + rack / racks), nodes * rack, nodes * (rack + 1)});
    }
    for (std::uint32_t hall = 0; hall < 3; ++hall) {
      list.push_back({"h", 1, static_cast<int>(3 * racks + 3), racks * nodes * hall,
                      racks * nodes * (hall + 1)});
    }
    list.push_back({"top", 2, -1, 0, 3 * racks * nodes});
    Found found;
    compare_on(list, fleet, dice, found);
  }
}

namespace {

// When a job of two nodes that have no leaf in common starts, asked every 50 seconds.
std::string starts(const std::string& options, const std::shared_ptr<const Terms>& terms) {
  const Fleet fleet = halls(1, 2, 1, gpu_node(8));
  const Occupancy free(fleet);
  const SettingsTree setting = testing::tree(map({{"kind", "slurm_tree"}}));
  const SettingsTree longer =
      testing::tree(map({{"kind", "slurm_tree"}, {"max_switch_wait", Value(options)}}));
  const auto placer = make_placer(options.empty() ? setting.root() : longer.root());
  Request request = request_of(tasks(2, 8));
  request.submit = SimTime(1000s);
  request.terms = terms;
  SimTime now = request.submit;
  for (; !placer->place(request, {free, now, RunKey{}}); now += 50s) {
    CHECK(placer->retry_at(request, now) > now);
  }
  CHECK(placer->retry_at(request, request.submit + 600s) == std::nullopt);
  return std::to_string((now - request.submit) / 1s) + "s";
}

}  // namespace

TEST_CASE("--switches: a job is held until it has waited so long, at most max_switch_wait") {
  CHECK(starts("", at_most_switches(2, 100s)) == "0s");
  CHECK(starts("", at_most_switches(1, 100s)) == "100s");
  CHECK(starts("", at_most_switches(1)) == "300s");
  CHECK(starts("", at_most_switches(1, 1000s)) == "300s");
  CHECK(starts("10m", at_most_switches(1, 450s)) == "450s");
  CHECK(starts("0s", at_most_switches(1)) == "0s");
}

TEST_CASE("TopoOptional: only jobs that ask for --switches are placed by the tree") {
  const Fleet fleet = halls(1, 3, 2, gpu_node(8));
  Occupancy free(fleet);
  free.take(tasks(1, 8), {{NodeId(1), 1, 0xff}});
  const auto setting = testing::tree(map({{"kind", "slurm_tree"}, {"topo_optional", "first_fit"}}));
  const auto placer = make_placer(setting.root());
  Request request = request_of(tasks(2, 8));
  const auto first = [&] { return placer->place(request, {free, SimTime{}, RunKey{}})->front(); };
  CHECK(first().node == NodeId(0));
  request.terms = at_most_switches(1);
  CHECK(first().node == NodeId(2));
}

TEST_CASE("slurm_tree takes a fleet without levels for one leaf") {
  CHECK(placed(slurm_tree_of("22.05"), tasks(2, 4), "aa.. .... a... .... ....") ==
        "aa.. ++++ a... ++++ ....");
}

TEST_CASE("slurm_tree knows its versions, and the levels that a fleet has") {
  const auto version = testing::tree(map({{"kind", "slurm_tree"}, {"version", "23.11"}}));
  CHECK(error_of([&] { make_placer(version.root()); }).find("known: 22.05, 24.05") !=
        std::string::npos);
  const auto leaf = testing::tree(map({{"kind", "slurm_tree"}, {"leaf", "chassis"}}));
  const auto placer = make_placer(leaf.root());
  const Fleet fleet = halls(1, 2, 2, gpu_node(8));
  CHECK(error_of([&] { placer->check_fleet(fleet); }) ==
        "c.yaml:3:5: leaf: the fleet has no level 'chassis'\n  its levels: hall, rack");
}
