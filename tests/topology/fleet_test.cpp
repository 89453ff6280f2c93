#include "topology/fleet.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "core/error.hpp"

using namespace berth;

namespace {

const NodeKind eight{8, 0, 0, "H100"};
const NodeKind four{4, 0, 0, "A100"};

// Two racks of unequal size in one hall, one in another.
Fleet three_racks() {
  FleetBuilder builder({"hall", "rack"});
  builder.enter("east");
  builder.enter("r1");
  builder.add_node("a", eight);
  builder.add_node("c", four);
  builder.leave();
  builder.enter("r2");
  builder.add_node("b", eight);
  builder.leave();
  builder.leave();
  builder.enter("west");
  builder.enter("r3");
  builder.add_node("d", eight);
  builder.leave();
  builder.leave();
  return builder.build();
}

// "east: 0-2" for each domain of a level.
std::vector<std::string> shown(const Fleet& fleet, LevelId level) {
  std::vector<std::string> all;
  for (std::uint32_t i = 0; i < fleet.domains(level); ++i) {
    const DomainId domain = fleet.domain(level, i);
    const NodeRange range = fleet.nodes_in(domain);
    all.push_back(fleet.name(domain) + ": " + std::to_string(range.first) + "-" +
                  std::to_string(range.past - 1));
  }
  return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("the nodes of a domain are consecutive, whatever its level") {
  const Fleet fleet = three_racks();
  CHECK(fleet.levels() == 2);
  CHECK(fleet.domains() == 5);
  CHECK(shown(fleet, LevelId(0)) == Lines{"east: 0-2", "west: 3-3"});
  CHECK(shown(fleet, LevelId(1)) == Lines{"r1: 0-1", "r2: 2-2", "r3: 3-3"});
}

TEST_CASE("a node knows its domain of each level") {
  const Fleet fleet = three_racks();
  CHECK(fleet.name(fleet.domain_of(NodeId(2), LevelId(0))) == "east");
  CHECK(fleet.name(fleet.domain_of(NodeId(2), LevelId(1))) == "r2");
  CHECK(fleet.name(fleet.domain_of(NodeId(3), LevelId(0))) == "west");
  CHECK(fleet.name(fleet.domain_of(NodeId(3), LevelId(1))) == "r3");
}

TEST_CASE("levels and nodes are found by name") {
  const Fleet fleet = three_racks();
  CHECK(fleet.find_level("rack") == LevelId(1));
  CHECK_FALSE(fleet.find_level("site").has_value());
  CHECK(fleet.find("a") == NodeId(0));
  CHECK(fleet.find("b") == NodeId(2));
  CHECK(fleet.find("d") == NodeId(3));
  CHECK_FALSE(fleet.find("").has_value());
  CHECK_FALSE(fleet.find("e").has_value());
}

TEST_CASE("a fleet counts its GPUs and the nodes of each kind") {
  const Fleet fleet = three_racks();
  CHECK(fleet.gpus() == 28);
  CHECK(fleet.gpus_per_node() == 8);
  CHECK(fleet.kinds() == std::vector{eight, four});
  CHECK(fleet.nodes_of_kind(0) == 3);
  CHECK(fleet.nodes_of_kind(1) == 1);
  CHECK(fleet.kind(NodeId(1)) == four);
}

TEST_CASE("a fleet without levels has no domains") {
  FleetBuilder builder;
  builder.add_node("a", eight);
  const Fleet fleet = builder.build();
  CHECK(fleet.levels() == 0);
  CHECK(fleet.domains() == 0);
  CHECK(fleet.nodes() == 1);
}

TEST_CASE("two nodes of one name are refused, and the name is said") {
  FleetBuilder builder;
  builder.add_node("b", eight);
  builder.add_node("a", eight);
  builder.add_node("b", eight);
  CHECK_THROWS_WITH_AS(builder.build(),
                       "two nodes are named 'b'\n  give every node a name of its own", InputError);
}

TEST_CASE("a fleet is built depth first, with nodes in innermost domains only") {
  FleetBuilder builder({"rack"});
  CHECK_THROWS_AS(builder.add_node("a", eight), InternalError);
  CHECK_THROWS_AS(builder.leave(), InternalError);
  builder.enter("r1");
  CHECK_THROWS_AS(builder.enter("r2"), InternalError);
  builder.add_node("a", eight);
  CHECK_THROWS_AS(builder.build(), InternalError);
}

TEST_CASE("a fleet has nodes, and their GPUs fit one mask") {
  FleetBuilder builder;
  CHECK_THROWS_AS(builder.build(), InternalError);
  CHECK_THROWS_AS(builder.add_node("a", NodeKind{65, 0, 0, ""}), InternalError);
}

TEST_CASE("domains stand at the places that their file gives them") {
  FleetBuilder builder({"spine", "leaf"});
  builder.enter("s0", 1);
  builder.enter("l0", 3);
  builder.add_node("a", eight);
  builder.leave();
  builder.enter("l1", 2);
  builder.add_node("b", eight);
  builder.leave();
  builder.leave();
  builder.enter("s1", 0);
  builder.enter("l2", 4);
  builder.add_node("c", eight);
  builder.leave();
  builder.leave();
  const Fleet fleet = builder.build();
  CHECK(fleet.listed());
  CHECK(fleet.name(fleet.at_place(LevelId(0), 0)) == "s1");
  CHECK(fleet.name(fleet.at_place(LevelId(1), 0)) == "l1");
  CHECK(fleet.name(fleet.at_place(LevelId(1), 2)) == "l2");
  CHECK(fleet.place(fleet.domain(LevelId(1), 0)) == 1);
  CHECK_FALSE(fleet.listed_as_nested());  // s1 before s0, but its leaf after theirs
}

TEST_CASE("domains that no file lists stand in the order of their nodes, as they are nested") {
  const Fleet fleet = three_racks();
  CHECK_FALSE(fleet.listed());
  CHECK(fleet.listed_as_nested());
  CHECK(fleet.name(fleet.at_place(LevelId(1), 2)) == "r3");
  CHECK(fleet.level_of(fleet.domain(LevelId(1), 0)) == LevelId(1));
  CHECK(fleet.name(fleet.domain_of(fleet.domain(LevelId(1), 2), LevelId(0))) == "west");
}

TEST_CASE("a filler stands where a ragged tree has no such level") {
  FleetBuilder builder({"spine", "leaf"});
  builder.enter_filler("l0");
  builder.enter("l0", 0);
  builder.add_node("a", eight);
  builder.leave();
  builder.leave();
  const Fleet fleet = builder.build();
  CHECK(fleet.filler(fleet.domain(LevelId(0), 0)));
  CHECK_FALSE(fleet.filler(fleet.domain(LevelId(1), 0)));
  CHECK_FALSE(fleet.listed_as_nested());
}
