// The published points that the model stands for; docs/model.md has them as a table, with the same
// tolerances. One set of parameters for all.
#include <doctest/doctest.h>

#include "core/samplers.hpp"
#include "simulator/network/collectives.hpp"
#include "tests/simulator/networks.hpp"
#include "tests/simulator/random_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr double kib = 1024;
constexpr double mib = 1024 * kib;
constexpr double gib = 1024 * mib;

// AWS P6-B200: 8 GPUs with NVLink 5, an HCA of 50 GB/s each; four nodes that meet in a spine.
Tree p6_b200() {
  Tree tree;
  tree.pods = 1;
  tree.leaves = 4;
  tree.nodes = 1;
  tree.nvlink = 900;
  return tree;
}

Tree h100() { return Tree{}; }

double seconds(const Tree& tree, Collective collective, double message,
               const Placement& placement) {
  const Wired world = wired(tree);
  Layouts layouts(world.fleet, world.network);
  return time_of(collective, message, layouts.of(placement)).total();
}

// As nccl-tests count it, in GB/s.
double busbw(const Tree& tree, double message, const Placement& placement) {
  const double n = 8.0 * static_cast<double>(placement.size());
  const double once = seconds(tree, Collective::all_reduce, message, placement);
  return 2 * (n - 1) / n * message / once / 1e9;
}

double slower_on_four(double message) {
  return busbw(p6_b200(), message, on({0})) / busbw(p6_b200(), message, on({0, 1, 2, 3}));
}

bool within(double model, double published, double tolerance) {
  return model >= published * (1 - tolerance) && model <= published * (1 + tolerance);
}

}  // namespace

TEST_CASE("all-reduce on four B200 nodes beside one, message by message") {
  CHECK(within(slower_on_four(512 * mib), 2.1, 0.05));
  CHECK(within(slower_on_four(64 * mib), 2.6, 0.05));
  CHECK(within(slower_on_four(16 * mib), 4.0, 0.05));
  CHECK(within(slower_on_four(1 * mib), 6.7, 0.25));
  // Published as 2.0 to 2.2 from 1 GiB on.
  CHECK(within(slower_on_four(1 * gib), 2.0, 0.03));
  CHECK(within(slower_on_four(16 * gib), 2.0, 0.03));
}

TEST_CASE("32 KiB on four B200 nodes is within a factor of two of 120 times slower") {
  CHECK(slower_on_four(32 * kib) == doctest::Approx(62.6).epsilon(0.01));
  CHECK(slower_on_four(32 * kib) > 120 / 2.0);
}

TEST_CASE("the large messages of B200 reach their published bandwidths") {
  CHECK(within(busbw(p6_b200(), 16 * gib, on({0})), 740, 0.01));
  CHECK(within(busbw(p6_b200(), 16 * gib, on({0, 1, 2, 3})), 377, 0.01));
}

TEST_CASE("an H100 realises 370 of its 450 GB/s, as a ring on H200 does 366") {
  CHECK(within(busbw(h100(), 16 * gib, on({0})), 370, 0.01));
  CHECK(within(busbw(h100(), 16 * gib, on({0})), 366, 0.01));
}

TEST_CASE("sums in the NVSwitch (473 GB/s on H200) are not modelled: 22 % below") {
  CHECK(busbw(h100(), 16 * gib, on({0})) / 473 == doctest::Approx(0.78).epsilon(0.01));
}

TEST_CASE("of all bytes of an all-reduce 9.7 % leave the node at 4 x 8") {
  const double groups = 4;
  const double gpus = 8;
  const Wired world = wired(p6_b200());
  Layouts layouts(world.fleet, world.network);
  const Layout& layout = layouts.of(on({0, 1, 2, 3}));
  const double out = bytes_out(Collective::all_reduce, 1, layout, {DomainId(0), 8, 1}) / gpus;
  const double inside = 2 * (gpus - 1) / gpus;
  CHECK(out / (out + inside) == doctest::Approx((groups - 1) / (groups * gpus - 1)));
  CHECK(within(out / (out + inside), 0.097, 0.005));
}

TEST_CASE("an all-gather moves half of what an all-reduce moves") {
  const auto time = [](Collective collective) {
    return seconds(h100(), collective, 4 * gib, on({0, 1, 2, 3}));
  };
  CHECK(time(Collective::all_gather) / time(Collective::all_reduce) ==
        doctest::Approx(0.5).epsilon(0.01));
}

TEST_CASE("what a pod of 7:1 sends at full rate out of it takes 7 times as long, 15 of 15:1") {
  for (const double over : {7.0, 15.0}) {
    Tree tree{16, 1, 4};
    tree.pod_over = over;
    // All-to-all among GPUs of nodes in as many pods as there are nodes: all but a sixteenth
    // leaves.
    Placement everywhere;
    for (std::uint32_t node = 0; node < 64; ++node) {
      everywhere.push_back({NodeId(node), 1, 0xFF});
    }
    const double narrow = seconds(tree, Collective::all_to_all, 16 * gib, everywhere);
    tree.pod_over = 1;
    const double wide = seconds(tree, Collective::all_to_all, 16 * gib, everywhere);
    const double leaves_the_pod = (512.0 - 32) / (512 - 8);
    CHECK(narrow / wide == doctest::Approx(over * leaves_the_pod).epsilon(0.01));
  }
}

TEST_CASE("a ring crosses the border of a pod once per rail, however many nodes are inside") {
  Tree tree{2, 1, 4};
  tree.pod_over = 4;  // what one node can send
  const double across = seconds(tree, Collective::all_reduce, gib, on({0, 1, 2, 3, 4, 5, 6, 7}));
  tree.pod_over = 1;
  CHECK(seconds(tree, Collective::all_reduce, gib, on({0, 1, 2, 3, 4, 5, 6, 7})) == across);
}

TEST_CASE("inside a domain of NVLink only NVLink counts") {
  Tree tree{2, 2, 4, 4};
  tree.nvlink_joins_leaves = true;
  const double together = seconds(tree, Collective::all_reduce, gib, on({0, 1, 2, 3}, 4));
  CHECK(together ==
        doctest::Approx(2 * 15.0 / 16 * gib / (450e9 * nvlink_efficiency)).epsilon(1e-3));
  CHECK(seconds(tree, Collective::all_reduce, gib, on({0, 1, 2, 4}, 4)) > together);
}

TEST_CASE("latency goes by the switches between the nodes") {
  CHECK(hop_latency(1) == 2e-6);
  CHECK(hop_latency(3) == 6e-6);
  CHECK(hop_latency(5) == 15e-6);
  CHECK(hop_latency(7) == 30e-6);
  CHECK(hop_latency(0) == 30e-6);
}

TEST_CASE("no collective is faster on a narrower, more oversubscribed or wider spread network") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Dice dice(seed, 1);
    Tree tree{dice.between(2, 4), dice.between(1, 4), dice.between(1, 4), 8};
    tree.leaf_over = dice.between(1, 4);
    tree.pod_over = tree.leaf_over * dice.between(1, 4);
    const auto collective = static_cast<Collective>(dice.between(0, 2));
    const double message = dice.between(1, 1U << 30U);
    const std::uint32_t nodes = tree.pods * tree.leaves * tree.nodes;
    Placement here;
    for (std::uint32_t node = 0; node < nodes; ++node) {
      if (dice.percent(60)) {
        here.push_back({NodeId(node), 1, 0xFF});
      }
    }
    if (here.empty()) {
      continue;
    }
    CAPTURE(seed);
    const double base = seconds(tree, collective, message, here);
    Tree worse = tree;
    worse.pod_over *= 1 + dice.between(0, 8);
    CHECK(seconds(worse, collective, message, here) >= base);
    worse = tree;
    worse.leaf_over *= 2;
    CHECK(seconds(worse, collective, message, here) >= base);
    worse = tree;
    worse.hca /= 2;
    CHECK(seconds(worse, collective, message, here) >= base);
    worse = tree;
    worse.nvlink /= 2;
    CHECK(seconds(worse, collective, message, here) >= base);
    CHECK(seconds(tree, collective, message * 2, here) >= base);
  }
}

TEST_CASE("the same nodes in more leaves or pods are never faster") {
  for (const Collective collective :
       {Collective::all_reduce, Collective::all_gather, Collective::all_to_all}) {
    for (const double message : {64 * kib, mib, 64 * mib, gib}) {
      Tree tree{2, 2, 4, 8};
      tree.leaf_over = 4;
      tree.pod_over = 16;
      const double leaf = seconds(tree, collective, message, on({0, 1, 2, 3}));
      const double leaves = seconds(tree, collective, message, on({0, 1, 4, 5}));
      const double pods = seconds(tree, collective, message, on({0, 1, 8, 9}));
      CHECK(leaf <= leaves);
      CHECK(leaves <= pods);
      CHECK(leaves < pods);
    }
  }
}
