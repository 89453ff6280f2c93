#include <string>

#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "tests/scheduler/naive_slurm_tree.hpp"
#include "tests/scheduler/pictures.hpp"
#include "tests/scheduler/random_state.hpp"

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
    if (dice.one_in(20)) {
      free.set_available(node, false);
    }
  }
}

Shape some_shape(const Occupancy& free, Dice& dice) {
  switch (dice.below(4)) {
    case 0:
      return {1, 1 + dice.below(8), 0, 0};
    case 1:
      return {1 + dice.below(12), 1 + dice.below(8), 0, 0};
    default:
      return {1 + dice.below(1 + free.with_free(8).size()), 8, 0, 0};
  }
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
    const auto placement = placer->place(request_of(shape), view);
    REQUIRE(placement == NaiveSlurmTree(list, free, shape, newer).place());
    REQUIRE(placer->fits(request_of(shape), view) == placement.has_value());
    ++(placement ? found.places : found.waits);
  }
}

Found on_random_trees(Listing listing, bool ragged, std::uint64_t seeds) {
  Found found;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const SwitchList list = random_switches(dice, listing, ragged);
    const Fleet fleet = FleetOfSwitches(list).build();
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
