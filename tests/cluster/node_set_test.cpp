#include "cluster/node_set.hpp"

#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "cluster/candidates.hpp"
#include "core/check.hpp"
#include "tests/cluster/fleets.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

std::vector<std::uint32_t> members(const NodeSet& set) {
  std::vector<std::uint32_t> all;
  for_each_in(set, [&all](NodeId node) {
    all.push_back(node.index());
    return true;
  });
  return all;
}

std::vector<std::uint32_t> by_rank(const NodeSet& set) {
  std::vector<std::uint32_t> all;
  for (std::uint32_t rank = 0; rank < set.size(); ++rank) {
    all.push_back(set.select(rank));
  }
  return all;
}

void flip(NodeSet& set, std::set<std::uint32_t>& twin, std::uint32_t node) {
  if (twin.erase(node) == 1) {
    set.erase(node);
  } else {
    twin.insert(node);
    set.insert(node);
  }
}

// Compares with a std::set after each of a few hundred flips, most within one small window.
void check_against_twin(std::uint32_t nodes, std::uint64_t seed) {
  Dice dice(seed);
  NodeSet set(nodes);
  std::set<std::uint32_t> twin;
  const std::uint32_t window = dice.below(nodes);
  for (int step = 0; step < 300; ++step) {
    const std::uint32_t near = window + dice.below(nodes - window < 100 ? nodes - window : 100);
    flip(set, twin, dice.one_in(3) ? dice.below(nodes) : near);
    const std::vector<std::uint32_t> expected(twin.begin(), twin.end());
    REQUIRE(members(set) == expected);
    REQUIRE(by_rank(set) == expected);
    REQUIRE(set.first() == (twin.empty() ? NodeSet::none : *twin.begin()));
    const std::uint32_t any = dice.below(nodes);
    REQUIRE(set.contains(any) == twin.contains(any));
  }
}

}  // namespace

TEST_CASE("a set of nodes holds, ranks and walks its members as a sorted set does") {
  for (const std::uint32_t nodes : {1U, 63U, 64U, 65U, 1000U, 4096U, 31250U, 300000U}) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      CAPTURE(nodes);
      CAPTURE(seed);
      check_against_twin(nodes, seed);
    }
  }
}

TEST_CASE("an empty set of nodes has no first member") {
  CHECK(NodeSet(100).first() == NodeSet::none);
}

TEST_CASE("a member beyond the last is not asked for") {
  NodeSet set(100);
  set.insert(99);
  CHECK(set.select(0) == 99);
  CHECK_THROWS_AS(static_cast<void>(set.select(1)), InternalError);
}
