#include "cluster/occupancy.hpp"

#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "cluster/candidates.hpp"
#include "core/check.hpp"
#include "tests/cluster/naive_occupancy.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

// A random history of one index and its twin.
class History {
 public:
  History(const Fleet& fleet, std::uint64_t seed)
      : fleet_(fleet), dice_(seed), index_(fleet), twin_(fleet) {}

  void step() {
    const std::uint32_t what = dice_.below(10);
    if (what < 5) {
      take();
    } else if (what < 8) {
      give_back();
    } else if (what < 9) {
      toggle();
    } else {
      assume();
    }
    compare();
  }

 private:
  Shape some_shape() {
    const bool only_gpus = dice_.one_in(2);
    return {1 + dice_.below(dice_.one_in(3) ? 12 : 2), dice_.below(9),
            only_gpus ? 0 : 1 + dice_.below(3000), only_gpus ? 0 : dice_.below(200)};
  }

  // A few random tasks on random nodes with room, on random free GPUs of theirs.
  void take() {
    const Shape shape = some_shape();
    Placement placement;
    for (std::uint32_t node = dice_.below(5); node < fleet_.nodes(); node += 1 + dice_.below(9)) {
      const std::uint32_t room = std::min(twin_.room(node, shape), 3U);
      if (room > 0) {
        const std::uint32_t tasks = 1 + dice_.below(room);
        placement.push_back({NodeId(node), tasks, some_of(node, tasks * shape.gpus)});
      }
    }
    index_.take(shape, placement);
    twin_.take(shape, placement);
    held_.emplace_back(shape, placement);
  }
  GpuMask some_of(std::uint32_t node, std::uint32_t wanted) {
    GpuMask left = twin_.nodes[node].free;
    while (static_cast<std::uint32_t>(std::popcount(left)) > wanted) {
      left &= ~(GpuMask{1} << dice_.below(64));
    }
    return left;
  }
  void give_back() {
    if (!held_.empty()) {
      std::swap(held_[dice_.below(held_.size())], held_.back());
      index_.give_back(held_.back().first, held_.back().second);
      twin_.give_back(held_.back().first, held_.back().second);
      held_.pop_back();
    }
  }
  void toggle() {
    const std::uint32_t node = dice_.below(fleet_.nodes());
    twin_.nodes[node].available = !twin_.nodes[node].available;
    index_.set_available(NodeId(node), twin_.nodes[node].available);
  }
  // As a forecast does: said and taken back, in between compared.
  void assume() {
    const std::uint32_t node = dice_.below(fleet_.nodes());
    const NaiveNode before = twin_.nodes[node];
    NaiveNode& now = twin_.nodes[node];
    const NodeKind& kind = fleet_.kind(NodeId(node));
    now.free = kind.gpus == 0 ? 0 : dice_.bits() & (~GpuMask{0} >> (64 - kind.gpus));
    now.cpu_milli = dice_.below(1 + static_cast<std::uint64_t>(kind.cpu_milli));
    index_.assume(NodeId(node), now.free, now.cpu_milli, now.memory);
    compare();
    now = before;
    index_.assume(NodeId(node), before.free, before.cpu_milli, before.memory);
  }

  void compare() {
    compare_nodes();
    const Shape shape = some_shape();
    REQUIRE(index_.fits(shape) == twin_.fits(shape));
    REQUIRE(index_.free_gpus() == twin_.free_gpus_in({0, fleet_.nodes()}));
    const std::uint32_t gpus = dice_.below(fleet_.gpus_per_node() + 1);
    const std::uint32_t length = 1 + dice_.below(6);
    REQUIRE(index_.first_run(gpus, length) == twin_.first_run(gpus, length));
    for (std::uint32_t i = 0; i < fleet_.domains(); ++i) {
      const NodeRange range = fleet_.nodes_in(DomainId(i));
      REQUIRE(index_.free_gpus(DomainId(i)) == twin_.free_gpus_in(range));
      REQUIRE(index_.whole_nodes(DomainId(i)) == twin_.whole_nodes_in(range));
    }
  }
  void compare_nodes() {
    const Shape shape = some_shape();
    const std::uint32_t gpus = dice_.below(9);
    std::vector<NodeId> expected;
    for (std::uint32_t i = 0; i < fleet_.nodes(); ++i) {
      const NodeId node(i);
      const NaiveNode& twin = twin_.nodes[i];
      const NaiveNode ours{index_.free(node), index_.free_cpu_milli(node), index_.free_memory(node),
                           index_.available(node)};
      REQUIRE(ours == twin);
      REQUIRE(index_.free_gpus(node) == twin_.free_gpus(i));
      REQUIRE(std::min(index_.room(node, shape), 1000U) == twin_.room(i, shape));
      if (twin.available && twin_.free_gpus(i) >= gpus) {
        expected.push_back(node);
      }
    }
    REQUIRE(candidates(gpus) == expected);
  }
  std::vector<NodeId> candidates(std::uint32_t gpus) {
    std::vector<NodeId> all;
    for_each_with_free(index_, gpus, [&all](NodeId node) {
      all.push_back(node);
      return true;
    });
    return all;
  }

  const Fleet& fleet_;
  Dice dice_;
  Occupancy index_;
  NaiveOccupancy twin_;
  std::vector<std::pair<Shape, Placement>> held_;
};

void check_history(const Fleet& fleet) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    History history(fleet, seed);
    for (int step = 0; step < 60; ++step) {
      history.step();
    }
  }
}

Shape gpus(std::uint32_t count) { return {1, count, 0, 0}; }

}  // namespace

TEST_CASE("the index answers as a scan does, whatever was taken, given back or out of service") {
  check_history(halls(2, 5, 13, gpu_node(8, 8000, 1000)));
}

TEST_CASE("the index answers as a scan does where nodes differ") {
  std::vector<NodeKind> kinds;
  for (std::uint32_t i = 0; i < 70; ++i) {
    kinds.push_back(gpu_node(i % 3 == 0 ? 0 : (i % 3 == 1 ? 4 : 64), 4000 * (i % 4 + 1), 500));
  }
  check_history(fleet_of(kinds));
}

TEST_CASE("a GPU is not taken twice") {
  const Fleet fleet = uniform(2, 8);
  Occupancy index(fleet);
  const Placement two{{NodeId(1), 1, 0b11}};
  index.take(gpus(2), two);
  CHECK_THROWS_AS(index.take(gpus(2), two), InternalError);
  CHECK_THROWS_AS(index.take(gpus(2), {{NodeId(1), 1, 0b110}}), InternalError);
}

TEST_CASE("only what was taken is given back") {
  const Fleet fleet = uniform(2, 8);
  Occupancy index(fleet);
  CHECK_THROWS_AS(index.give_back(gpus(1), {{NodeId(0), 1, 1}}), InternalError);
}

TEST_CASE("nothing is taken of a node that is out of service") {
  const Fleet fleet = uniform(2, 8);
  Occupancy index(fleet);
  index.set_available(NodeId(0), false);
  CHECK_THROWS_AS(index.take(gpus(1), {{NodeId(0), 1, 1}}), InternalError);
  CHECK(index.free_gpus() == 8);
}

TEST_CASE("no more CPU or memory is taken than a node has") {
  const Fleet fleet = fleet_of({gpu_node(8, 4000, 100)});
  Occupancy index(fleet);
  CHECK_THROWS_AS(index.take({1, 1, 4001, 0}, {{NodeId(0), 1, 1}}), InternalError);
  Occupancy other(fleet);
  CHECK_THROWS_AS(other.take({2, 1, 0, 51}, {{NodeId(0), 2, 3}}), InternalError);
}

TEST_CASE("the lowest GPUs of a mask are picked") {
  CHECK(Occupancy::lowest(0b101101, 0) == 0);
  CHECK(Occupancy::lowest(0b101101, 2) == 0b101);
  CHECK(Occupancy::lowest(0b101101, 4) == 0b101101);
  CHECK(Occupancy::lowest(~GpuMask{0}, 64) == ~GpuMask{0});
  CHECK_THROWS_AS(Occupancy::lowest(0b1, 2), InternalError);
}
