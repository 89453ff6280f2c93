#include "cluster/occupancy.hpp"

#include <bit>
#include <numeric>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "cluster/candidates.hpp"
#include "cluster/cluster.hpp"
#include "core/check.hpp"
#include "tests/cluster/naive_occupancy.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

// A random history of one index and its twin.
class History {
 public:
  History(const Fleet& fleet, std::uint64_t seed)
      : fleet_(fleet), dice_(seed), index_(fleet), twin_(fleet), follower_(fleet) {}

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
    const bool shares = dice_.one_in(3);
    return {1 + dice_.below(dice_.one_in(3) ? 12 : 2), shares ? 0 : dice_.below(9),
            only_gpus ? 0 : 1 + dice_.below(3000), only_gpus ? 0 : dice_.below(200),
            shares ? 1 + dice_.below(dice_.one_in(3) ? 999 : 300) : 0};
  }

  // A few random tasks on random nodes with room, on random free GPUs of theirs.
  void take() {
    const Shape shape = some_shape();
    Placement placement;
    for (std::uint32_t node = dice_.below(5); node < fleet_.nodes(); node += 1 + dice_.below(9)) {
      const std::uint32_t room = std::min(twin_.room(node, shape), 3U);
      if (room > 0) {
        const std::uint32_t tasks = 1 + dice_.below(room);
        if (shape.gpu_milli > 0) {
          give_out(node, shape, tasks, placement);
        } else {
          placement.push_back({NodeId(node), tasks, some_of(node, tasks * shape.gpus)});
        }
      }
    }
    index_.take(shape, placement);
    twin_.take(shape, placement);
    held_.emplace_back(shape, placement);
  }
  // Task by task on the fullest GPU that has so much left, and so the index should, too.
  void give_out(std::uint32_t node, const Shape& shape, std::uint32_t tasks, Placement& placement) {
    std::vector<std::uint32_t> left = twin_.nodes[node].left;
    std::vector<std::uint32_t> on(left.size());
    for (std::uint32_t task = 0; task < tasks; ++task) {
      std::size_t best = left.size();
      for (std::size_t gpu = 0; gpu < left.size(); ++gpu) {
        if (left[gpu] >= shape.gpu_milli && (best == left.size() || left[gpu] < left[best])) {
          best = gpu;
        }
      }
      left[best] -= shape.gpu_milli;
      ++on[best];
    }
    Placement ours;
    index_.give_out(NodeId(node), shape, tasks, ours);
    std::vector<std::uint32_t> given(left.size());
    for (const Part& part : ours) {
      given[static_cast<std::size_t>(std::countr_zero(part.gpus))] += part.tasks;
    }
    REQUIRE(given == on);
    placement.insert(placement.end(), ours.begin(), ours.end());
  }
  GpuMask some_of(std::uint32_t node, std::uint32_t wanted) {
    GpuMask left = index_.free(NodeId(node));
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
    const GpuMask free = index_.free(NodeId(node));
    const GpuShares shares = index_.shares(NodeId(node));
    const GpuMask all = kind.gpus == 0 ? 0 : ~GpuMask{0} >> (64 - kind.gpus);
    const bool others = kind.gpus > 0 && dice_.one_in(2) &&
                        shares.empty();  // as many GPUs, and nothing else changes
    const GpuMask whole =
        others ? (free << 1U | (free >> (kind.gpus - 1U) & 1U)) & all : dice_.bits() & all;
    GpuShares some;
    for (std::uint32_t gpu = 0; gpu < kind.gpus; ++gpu) {
      now.left[gpu] = (whole >> gpu & 1U) != 0 ? 1000 : 0;
      if (now.left[gpu] == 0 && !others && dice_.one_in(3)) {
        GpuMask mask = GpuMask{1} << gpu;
        now.left[gpu] = dice_.below(1000);
        some.take({NodeId(node), 1, mask}, 1000 - now.left[gpu], mask);
      }
    }
    now.cpu_milli =
        others ? now.cpu_milli : dice_.below(1 + static_cast<std::uint64_t>(kind.cpu_milli));
    index_.assume(NodeId(node), whole, now.cpu_milli, now.memory, some);
    compare();
    now = before;
    index_.assume(NodeId(node), free, before.cpu_milli, before.memory, shares);
  }

  void compare() {
    compare_nodes();
    const Shape shape = some_shape();
    REQUIRE(index_.fits(shape) == twin_.fits(shape));
    REQUIRE(index_.free_gpus() == twin_.free_gpus_in({0, fleet_.nodes()}));
    const std::uint32_t gpus = dice_.below(fleet_.gpus_per_node() + 1);
    const std::uint32_t length = 1 + dice_.below(6);
    REQUIRE(index_.shortest_run(gpus, length) == twin_.shortest_run(gpus, length));
    for (std::uint32_t i = 0; i < fleet_.domains(); ++i) {
      const NodeRange range = fleet_.nodes_in(DomainId(i));
      REQUIRE(index_.free_gpus(DomainId(i)) == twin_.free_gpus_in(range));
      REQUIRE(index_.whole_nodes(DomainId(i)) == twin_.whole_nodes_in(range));
    }
  }
  // Who copies the nodes that are told to have changed knows all that others may have.
  void follow() {
    const ChangeLog& changes = index_.changes();
    const bool all = !changes.remembers(read_);
    for (std::uint32_t node = 0; all && node < fleet_.nodes(); ++node) {
      follower_.copy(NodeId(node), index_);
    }
    if (!all) {
      changes.since(read_, [this](std::uint32_t word, std::uint64_t nodes) {
        for (; nodes != 0; nodes &= nodes - 1) {
          const auto bit = static_cast<std::uint32_t>(std::countr_zero(nodes));
          follower_.copy(NodeId(64 * word + bit), index_);
        }
      });
    }
    read_ = changes.end();
    for (std::uint32_t i = 0; i < fleet_.nodes(); ++i) {
      const NodeId node(i);
      REQUIRE(follower_.available(node) == index_.available(node));
      if (index_.available(node)) {
        REQUIRE(follower_.free(node) == index_.free(node));
        REQUIRE(follower_.free_cpu_milli(node) == index_.free_cpu_milli(node));
        REQUIRE(follower_.shares(node) == index_.shares(node));
      }
    }
  }
  void compare_nodes() {
    follow();
    const Shape shape = some_shape();
    const std::uint32_t gpus = dice_.below(9);
    std::vector<NodeId> expected;
    for (std::uint32_t i = 0; i < fleet_.nodes(); ++i) {
      const NodeId node(i);
      const NaiveNode& twin = twin_.nodes[i];
      const NaiveNode ours{left(node), index_.free_cpu_milli(node), index_.free_memory(node),
                           index_.available(node)};
      REQUIRE(ours == twin);
      REQUIRE(index_.free_gpu_milli(node) ==
              std::accumulate(twin.left.begin(), twin.left.end(), 0U));
      REQUIRE(index_.free_gpus(node) == twin_.free_gpus(i));
      REQUIRE(std::min(index_.room(node, shape), 1000U) == twin_.room(i, shape));
      if (twin.available && twin_.free_gpus(i) >= gpus) {
        expected.push_back(node);
      }
    }
    REQUIRE(candidates(gpus) == expected);
  }
  std::vector<std::uint32_t> left(NodeId node) {
    std::vector<std::uint32_t> all(fleet_.kind(node).gpus);
    for (std::uint32_t gpu = 0; gpu < all.size(); ++gpu) {
      all[gpu] = (index_.free(node) >> gpu & 1U) != 0 ? 1000 : 0;
    }
    for (const SharedGpu& shared : index_.shares(node)) {
      all[shared.gpu] += shared.left;
    }
    return all;
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
  Occupancy follower_;
  ChangeLog::Position read_ = index_.changes().end();
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

TEST_CASE("nobody starts on a node that is out of service") {
  const Fleet fleet = uniform(2, 8);
  Cluster cluster(fleet);
  cluster.close(NodeId(0));
  Draft draft(cluster);
  CHECK_THROWS_AS(draft.start(JobId(0), gpus(1), {{NodeId(0), 1, 1}}), InternalError);
  CHECK(draft.occupancy().free_gpus() == 8);
}

TEST_CASE("no more CPU or memory is taken than a node has") {
  const Fleet fleet = fleet_of({gpu_node(8, 4000, 100)});
  Occupancy index(fleet);
  CHECK_THROWS_AS(index.take({1, 1, 4001, 0}, {{NodeId(0), 1, 1}}), InternalError);
  Occupancy other(fleet);
  CHECK_THROWS_AS(other.take({2, 1, 0, 51}, {{NodeId(0), 2, 3}}), InternalError);
}

TEST_CASE("a GPU of which somebody holds a share is not free, and is again when nobody does") {
  const Fleet fleet = uniform(1, 4);
  Occupancy index(fleet);
  const Placement half{{NodeId(0), 1, 0b10}};
  const Placement two_thirds{{NodeId(0), 2, 0b100}};
  index.take({1, 0, 0, 0, 500}, half);
  index.take({2, 0, 0, 0, 333}, two_thirds);
  CHECK(index.free(NodeId(0)) == 0b1001);
  CHECK(index.free_gpu_milli(NodeId(0)) == 2834);
  CHECK(index.room(NodeId(0), {1, 0, 0, 0, 335}) == 5);  // 1 + 0 of the shared, 2 x 2 of the whole
  CHECK_FALSE(index.idle(NodeId(0)));
  index.give_back({1, 0, 0, 0, 500}, half);
  index.give_back({2, 0, 0, 0, 333}, two_thirds);
  CHECK(index.free(NodeId(0)) == 0b1111);
  CHECK(index.idle(NodeId(0)));
}

TEST_CASE("no more is taken of a GPU than is left, and no more given back than is held") {
  const Fleet fleet = uniform(1, 2);
  Occupancy index(fleet);
  const Placement one{{NodeId(0), 1, 0b1}};
  const Placement two{{NodeId(0), 2, 0b1}};
  index.take({1, 0, 0, 0, 501}, one);
  CHECK_THROWS_AS(index.take({1, 0, 0, 0, 500}, one), InternalError);
  CHECK_THROWS_AS(index.take({2, 0, 0, 0, 250}, two), InternalError);
  CHECK_THROWS_AS(index.take(gpus(1), one), InternalError);
  CHECK_THROWS_AS(index.give_back({1, 0, 0, 0, 502}, one), InternalError);
  CHECK_THROWS_AS(index.take({1, 0, 0, 0, 1}, {{NodeId(0), 1, 0b11}}), InternalError);
  index.take({1, 0, 0, 0, 499}, one);
  CHECK(index.room(NodeId(0), {1, 0, 0, 0, 1}) == 1000);
}

TEST_CASE("the lowest GPUs of a mask are picked") {
  CHECK(Occupancy::lowest(0b101101, 0) == 0);
  CHECK(Occupancy::lowest(0b101101, 2) == 0b101);
  CHECK(Occupancy::lowest(0b101101, 4) == 0b101101);
  CHECK(Occupancy::lowest(~GpuMask{0}, 64) == ~GpuMask{0});
  CHECK_THROWS_AS(Occupancy::lowest(0b1, 2), InternalError);
}
