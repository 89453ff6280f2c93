#include "cluster/room_index.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "cluster/candidates.hpp"
#include "cluster/occupancy.hpp"
#include "tests/cluster/fleets.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

std::uint32_t counted(const Occupancy& free, const NodeRange& nodes, const Shape& shape,
                      RoomUnit unit) {
  std::uint32_t sum = 0;
  for (std::uint32_t node = nodes.first; node < nodes.past; ++node) {
    const std::uint32_t room = free.room(NodeId(node), shape);
    sum += unit == RoomUnit::nodes ? (room >= shape.tasks ? 1U : 0U)
                                   : std::min(room, RoomIndex::tasks_most);
  }
  return sum;
}

std::vector<std::uint32_t> groups_with(const CountBuckets& buckets, std::uint32_t count) {
  std::vector<std::uint32_t> groups;
  for_each_in(buckets.with(count), [&groups](NodeId group) {
    groups.push_back(group.index());
    return true;
  });
  return groups;
}

void compare_groups(const RoomIndex& room, const Fleet& fleet, LevelId level, std::uint32_t log2) {
  const CountBuckets* buckets = room.buckets(level, log2);
  REQUIRE(buckets != nullptr);
  std::vector<std::vector<std::uint32_t>> expected(2000);
  for (std::uint32_t group = 0; group < buckets->items(); ++group) {
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < fleet.domains(level); ++i) {
      const DomainId domain = fleet.domain(level, i);
      sum += fleet.place(domain) >> log2 == group ? room.of(domain) : 0;
    }
    REQUIRE(room.of_group(level, log2, group) == sum);
    expected[sum].push_back(group);
  }
  std::uint32_t least = NodeSet::none;
  for (std::uint32_t count = 1999; count < 2000; --count) {
    if (!expected[count].empty()) {
      least = count;
      REQUIRE(groups_with(*buckets, count) == expected[count]);
    }
    REQUIRE(buckets->least_from(count) == least);
  }
}

void compare(const Occupancy& free, const Shape& shape, RoomUnit unit) {
  const Fleet& fleet = free.fleet();
  const RoomIndex& room = free.room_by_domain(shape, unit);
  REQUIRE(room.all() == counted(free, {0, fleet.nodes()}, shape, unit));
  for (std::uint32_t i = 0; i < fleet.domains(); ++i) {
    REQUIRE(room.of(DomainId(i)) == counted(free, fleet.nodes_in(DomainId(i)), shape, unit));
  }
  if (shape.gpus > 0) {
    compare_groups(room, fleet, LevelId(1), 0);
    compare_groups(room, fleet, LevelId(1), 2);
    compare_groups(room, fleet, LevelId(0), 1);
  }
}

// Room in a domain of `level` (2: a node) as the question has it.
std::uint32_t counted(const Occupancy& free, const RoomQuestion& question, const NodeRange& nodes,
                      std::uint32_t level) {
  const Fleet& fleet = free.fleet();
  if (level < question.level.value_or(0)) {
    std::uint32_t sum = 0;
    for (std::uint32_t node = nodes.first; node < nodes.past;) {
      NodeRange inner{node, node + 1};
      if (level < 1) {
        inner = fleet.nodes_in(fleet.domain_of(NodeId(node), LevelId(level + 1)));
      }
      sum += counted(free, question, inner, level + 1);
      node = inner.past;
    }
    return sum;
  }
  std::uint32_t sum = 0;
  bool held = false;
  for (std::uint32_t node = nodes.first; node < nodes.past; ++node) {
    const bool counts = !question.weight || fleet.kind(NodeId(node)).weight == *question.weight;
    sum += counts ? counted(free, {node, node + 1}, question.shape, question.unit) : 0;
    held = held || !free.idle(NodeId(node));
  }
  if (level > question.level.value_or(9)) {
    return sum;
  }
  return question.alone && held ? 0 : sum / question.slice;
}

RoomQuestion some_question(Dice& dice) {
  RoomQuestion question{{1, 1 + dice.below(8), 0, 0}, RoomUnit::tasks};
  question.unit = dice.one_in(3) ? RoomUnit::nodes : RoomUnit::tasks;
  if (dice.one_in(2)) {
    question.weight = static_cast<std::int32_t>(dice.below(2));
  }
  if (!dice.one_in(3)) {
    question.level = dice.below(3);
    question.slice = question.unit == RoomUnit::tasks ? 1 + dice.below(4) : 1;
    question.alone = dice.one_in(2);
  }
  return question;
}

void compare(const Occupancy& free, const RoomQuestion& question) {
  const Fleet& fleet = free.fleet();
  const RoomIndex& room = free.room_by_domain(question);
  std::uint32_t all = 0;
  for (std::uint32_t i = 0; i < fleet.domains(); ++i) {
    const DomainId domain(i);
    const std::uint32_t level = fleet.level_of(domain).index();
    REQUIRE(room.of(domain) == counted(free, question, fleet.nodes_in(domain), level));
    all += level == 0 ? room.of(domain) : 0;
  }
  REQUIRE(room.all() == all);
  compare_groups(room, fleet, LevelId(1), 0);
  compare_groups(room, fleet, LevelId(0), 1);
}

// Racks of unequal size, listed in an order of their own.
Fleet some_racks(Dice& dice) {
  FleetBuilder builder({"hall", "rack"});
  std::uint32_t rank = 1000;
  std::uint32_t nodes = 0;
  for (std::uint32_t hall = 1 + dice.below(3); hall > 0; --hall) {
    builder.enter("h" + std::to_string(rank), rank);
    --rank;
    for (std::uint32_t rack = 1 + dice.below(9); rack > 0; --rack) {
      builder.enter("r" + std::to_string(rank), rank);
      --rank;
      for (std::uint32_t node = 1 + dice.below(20); node > 0; --node) {
        NodeKind kind = gpu_node(dice.one_in(9) ? 4 : 8, dice.one_in(9) ? 900 : 8000, 1000);
        kind.weight = dice.one_in(4) ? 1 : 0;
        builder.add_node("n" + std::to_string(nodes), kind);
        ++nodes;
      }
      builder.leave();
    }
    builder.leave();
  }
  return builder.build();
}

void change(Occupancy& free, Dice& dice, std::vector<std::pair<Shape, Placement>>& held) {
  const NodeId node(dice.below(free.fleet().nodes()));
  const bool share = dice.one_in(3);
  const Shape shape{1, share ? 0 : dice.below(9), dice.one_in(2) ? 0 : dice.below(2000),
                    dice.below(50), share ? 1 + dice.below(999) : 0};
  if (dice.one_in(3) && !held.empty()) {
    std::swap(held[dice.below(held.size())], held.back());
    free.give_back(held.back().first, held.back().second);
    held.pop_back();
  } else if (dice.one_in(8)) {
    free.set_available(node, !free.available(node));
  } else if (free.room(node, shape) > 0) {
    held.emplace_back(shape, Placement{});
    free.give_out(node, shape, 1, held.back().second);
    free.take(shape, held.back().second);
  }
}

}  // namespace

TEST_CASE("room by domain is what a scan of its nodes counts, whatever happened since") {
  const std::vector<Shape> shapes{
      {1, 8, 0, 0},      {1, 8, 8000, 1000}, {1, 1, 0, 0},       {1, 3, 0, 0}, {1, 2, 500, 0},
      {1, 4, 0, 100},    {1, 0, 7, 0},       {1, 5, 0, 0},       {1, 6, 1, 1}, {1, 0, 0, 0},
      {1, 0, 0, 0, 300}, {5, 0, 0, 0, 300},  {1, 0, 200, 0, 700}};
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Dice dice(seed);
    const Fleet fleet = some_racks(dice);
    Occupancy free(fleet);
    std::vector<std::pair<Shape, Placement>> held;
    for (int step = 0; step < 100; ++step) {
      change(free, dice, held);
      const Shape& shape = shapes[dice.below(dice.one_in(2) ? 3 : shapes.size())];
      compare(free, shape, dice.one_in(2) ? RoomUnit::nodes : RoomUnit::tasks);
    }
  }
}

TEST_CASE("room is counted by weight, in whole slices, and where nobody holds anything") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const Fleet fleet = some_racks(dice);
    Occupancy free(fleet);
    std::vector<std::pair<Shape, Placement>> held;
    std::vector<RoomQuestion> questions;
    for (int i = 0; i < 6; ++i) {
      questions.push_back(some_question(dice));
    }
    for (int step = 0; step < 60; ++step) {
      change(free, dice, held);
      compare(free, questions[dice.below(questions.size())]);
    }
  }
}

TEST_CASE("a fleet without domains counts its nodes with room") {
  const Fleet fleet = uniform(100, 8);
  Occupancy free(fleet);
  free.take({1, 5, 0, 0}, {{NodeId(70), 1, 0x1f}});
  CHECK(free.room_by_domain({1, 4, 0, 0}, RoomUnit::nodes).all() == 99);
  CHECK(free.room_by_domain({1, 4, 0, 0}, RoomUnit::tasks).all() == 198);
}

TEST_CASE("the next and the last member of a set are those of a std::set") {
  for (const std::uint32_t size : {1U, 63U, 64U, 65U, 4096U, 9000U}) {
    Dice dice(size);
    NodeSet set(size);
    std::set<std::uint32_t> twin;
    for (int step = 0; step < 300; ++step) {
      const std::uint32_t node = dice.below(size);
      if (twin.insert(node).second) {
        set.insert(node);
      } else {
        twin.erase(node);
        set.erase(node);
      }
      const std::uint32_t at = dice.below(size + 70);
      const auto next = twin.lower_bound(at);
      REQUIRE(set.next(at) == (next == twin.end() ? NodeSet::none : *next));
      REQUIRE(set.last(at) == (next == twin.begin() ? NodeSet::none : *std::prev(next)));
      REQUIRE(set.last() == (twin.empty() ? NodeSet::none : *twin.rbegin()));
    }
  }
}
