// Who belongs together, and where they are, against a recount of all that runs.
#include <vector>

#include <doctest/doctest.h>

#include "cluster/occupancy.hpp"
#include "tests/cluster/fleets.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

struct Running {
  Shape shape;
  NodeId node;
};

bool near(const Fleet& fleet, NodeId a, NodeId b, std::uint32_t apart) {
  if (apart < 2) {
    return apart == apart_nodes && a == b;
  }
  const LevelId level(apart - 2);
  return fleet.domain_of(a, level) == fleet.domain_of(b, level);
}

void compare(const Fleet& fleet, const PodGroups& pods, const std::vector<Running>& running,
             const Shape& asked) {
  for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
    const NodeId node(i);
    std::uint32_t on = 0;
    std::uint32_t in_rack = 0;
    bool away = false;
    for (const Running& one : running) {
      const bool same = one.shape.group == asked.group;
      on += same && one.node == node ? one.shape.tasks : 0;
      in_rack += same && near(fleet, node, one.node, apart_in(LevelId(1))) ? one.shape.tasks : 0;
      away = away || (same && (near(fleet, node, one.node, asked.apart) ||
                               near(fleet, node, one.node, one.shape.apart)));
    }
    REQUIRE(pods.on(node, asked.group) == on);
    REQUIRE(pods.in(fleet.domain_of(node, LevelId(1)), asked.group) == in_rack);
    REQUIRE(pods.keep_away(asked, node) == away);
  }
}

Shape some_pods(Dice& dice) {
  Shape shape{1 + dice.below(3), 0, 1};
  shape.group = 1 + dice.below(3);
  shape.apart = dice.one_in(2) ? dice.below(4) : 0;
  return shape;
}

Placement on(NodeId node, const Shape& shape) { return {{node, shape.tasks, 0}}; }

}  // namespace

TEST_CASE("where the pods of a group are is what a recount of all that runs says") {
  const Fleet fleet = halls(2, 3, 4, gpu_node(1, 1000));
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    Occupancy free(fleet);
    Occupancy copy(fleet);
    std::vector<Running> running;
    for (int step = 0; step < 60; ++step) {
      const NodeId node(dice.below(fleet.nodes()));
      if (dice.one_in(2) || running.empty()) {
        running.push_back({some_pods(dice), node});
        free.take(running.back().shape, on(node, running.back().shape));
      } else {
        std::swap(running[dice.below(running.size())], running.back());
        free.give_back(running.back().shape, on(running.back().node, running.back().shape));
        running.pop_back();
      }
      compare(fleet, free.pods(), running, some_pods(dice));
      for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
        copy.copy(NodeId(i), free);
      }
      compare(fleet, copy.pods(), running, some_pods(dice));
    }
  }
}

TEST_CASE("pods of no group keep nobody away") {
  const Fleet fleet = halls(1, 1, 2, gpu_node(1, 1000));
  Occupancy free(fleet);
  free.take({1, 0, 1}, {{NodeId(0), 1, 0}});
  CHECK_FALSE(free.pods().keep_away({1, 0, 1}, NodeId(0)));
  CHECK(free.pods().on(NodeId(0), 1) == 0);
}
