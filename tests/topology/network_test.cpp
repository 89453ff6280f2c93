#include "topology/network.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "tests/topology/wired.hpp"
#include "topology/analysis.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

std::int64_t uplink(const Topology& topology, const std::string& domain) {
  return topology.network.uplink(domain_named(topology.fleet, domain));
}

std::vector<std::uint32_t> hops(const Topology& topology) {
  std::vector<std::uint32_t> all;
  for (std::uint32_t level = 0; level < topology.fleet.levels(); ++level) {
    all.push_back(topology.network.hops(LevelId(level)));
  }
  return all;
}

// Two sites of one leaf each, of 2 and 3 nodes, that no cable joins.
Topology two_sites(FrontEnd front_end) {
  Wiring wiring({"site"});
  for (std::uint32_t nodes = 2; nodes <= 3; ++nodes) {
    wiring.fleet.enter(fmt::format("site{}", nodes));
    const DeviceId leaf = wiring.add_switch(fmt::format("leaf{}", nodes));
    for (std::uint32_t i = 0; i < nodes; ++i) {
      wiring.seat(wiring.add_node(fmt::format("n{}.{}", nodes, i)), 0, leaf);
    }
    wiring.fleet.leave();
  }
  return wiring.done(front_end);
}

// A leaf group of two racks, three nodes each.
Topology two_racks(const std::string& level) {
  Wiring wiring({"leaf", level});
  wiring.fleet.enter("su1");
  const DeviceId leaf = wiring.add_switch("leaf1");
  for (std::uint32_t rack = 1; rack <= 2; ++rack) {
    wiring.fleet.enter(fmt::format("rack{}", rack));
    for (std::uint32_t i = 1; i <= 3; ++i) {
      wiring.seat(wiring.add_node(fmt::format("n{}.{}", rack, i)), 0, leaf);
    }
    wiring.fleet.leave();
  }
  wiring.fleet.leave();
  return wiring.done();
}

// --- the naive twin: sets of nodes, distances over all pairs ------------------------------------

struct Naive {
  explicit Naive(const Topology& world) : topology(world), count(world.fabric.devices()) {
    distances();
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint32_t nearest = far;
      for (std::uint32_t j = 0; j < count; ++j) {
        nearest = std::min(nearest, is_leaf(j) ? distance[i][j] : far);
      }
      tier.push_back(is_switch(i) && nearest < far ? nearest + 1 : 0);
    }
  }

  bool is_switch(std::uint32_t device) const { return topology.fabric.is_switch(DeviceId(device)); }
  bool is_leaf(std::uint32_t device) const {
    bool leaf = false;
    for (const auto& link : topology.fabric.links(DeviceId(device))) {
      leaf = leaf || topology.seats.of(link.to.device).has_value();
    }
    return leaf && is_switch(device);
  }
  void distances() {
    distance.assign(count, std::vector<std::uint32_t>(count, far));
    for (std::uint32_t i = 0; i < count; ++i) {
      distance[i][i] = 0;
      for (const auto& link : topology.fabric.links(DeviceId(i))) {
        if (is_switch(i) && is_switch(link.to.device.index())) {
          distance[i][link.to.device.index()] = 1;
        }
      }
    }
    for (std::uint32_t k = 0; k < count; ++k) {
      for (std::uint32_t i = 0; i < count; ++i) {
        for (std::uint32_t j = 0; j < count; ++j) {
          distance[i][j] = std::min(distance[i][j], distance[i][k] + distance[k][j]);
        }
      }
    }
  }
  std::set<std::uint32_t> below(std::uint32_t device) const {
    if (const auto seat = topology.seats.of(DeviceId(device))) {
      return {seat->node.index()};
    }
    std::set<std::uint32_t> nodes;
    for (const auto& link : topology.fabric.links(DeviceId(device))) {
      if (tier[link.to.device.index()] < tier[device]) {
        nodes.merge(below(link.to.device.index()));
      }
    }
    return nodes;
  }
  bool belongs(std::uint32_t device, DomainId domain) const {
    const NodeRange range = topology.fleet.nodes_in(domain);
    const auto nodes = below(device);
    return !nodes.empty() && *nodes.begin() >= range.first && *nodes.rbegin() < range.past;
  }
  std::int64_t uplink(DomainId domain) const {
    std::int64_t sum = 0;
    for (std::uint32_t i = 0; i < topology.fabric.cables(); ++i) {
      const Cable& cable = topology.fabric.cable(CableId(i));
      const std::uint32_t a = cable.a.device.index();
      const std::uint32_t b = cable.b.device.index();
      const bool serves = !below(a).empty() && !below(b).empty();
      sum += serves && belongs(a, domain) != belongs(b, domain) ? bytes_per_second(cable.rate) : 0;
    }
    return sum;
  }
  std::uint32_t hops(std::uint32_t from, std::uint32_t to) const {
    std::uint32_t least = far;
    for (std::uint32_t i = 0; i < count; ++i) {
      for (std::uint32_t j = 0; j < count; ++j) {
        if (hangs_on(from, i) && hangs_on(to, j)) {
          least = std::min(least, distance[i][j] + 1);
        }
      }
    }
    return least < far ? least : 0;
  }
  bool hangs_on(std::uint32_t node, std::uint32_t leaf) const {
    bool found = false;
    for (const auto& link : topology.fabric.links(DeviceId(leaf))) {
      const auto seat = topology.seats.of(link.to.device);
      found = found || (is_switch(leaf) && seat && seat->node.index() == node);
    }
    return found;
  }

  static constexpr std::uint32_t far = 1000;
  const Topology& topology;
  std::uint32_t count;
  std::vector<std::vector<std::uint32_t>> distance;  // between switches
  std::vector<std::uint32_t> tier;
};

// Empty, or what differs from the twin.
std::string difference(const Topology& topology) {
  const Naive twin(topology);
  const auto tier = tiers(topology.fabric, topology.seats);
  if (!std::ranges::equal(tier, twin.tier)) {
    return "tiers";
  }
  for (std::uint32_t i = 0; i < topology.fleet.domains(); ++i) {
    if (topology.network.uplink(DomainId(i)) != twin.uplink(DomainId(i))) {
      return "uplink of " + topology.fleet.name(DomainId(i));
    }
  }
  std::uint32_t inner = 0;
  for (std::uint32_t i = 0; i < topology.fleet.domains(LevelId(1)); ++i) {
    const NodeRange range = topology.fleet.nodes_in(topology.fleet.domain(LevelId(1), i));
    inner = std::max(inner, range.size() > 1 ? twin.hops(range.first, range.past - 1) : 0);
  }
  return inner == topology.network.hops(LevelId(1)) ? "" : "hops";
}

}  // namespace

TEST_CASE("all that the HCAs of a rail-optimised unit send can leave it: 256 x 50 GB/s") {
  const Topology pod = clos({.units = 4, .nodes = 32, .rails = 8, .spines = 16, .cables = 2});
  CHECK(uplink(pod, "su1.1") == 256 * 50 * gb);
  CHECK(uplink(pod, "su1.4") == 256 * 50 * gb);
  CHECK(pod.network.injection(NodeId(17)) == 8 * 50 * gb);
  CHECK(uplink(pod, "superpod1") == 0);
}

TEST_CASE("oversubscribed two to one, half of it leaves") {
  const Topology pod = clos({.units = 4, .nodes = 32, .rails = 8, .spines = 16, .cables = 1});
  CHECK(uplink(pod, "su1.1") == 128 * 50 * gb);
}

TEST_CASE("what leaves a superpod goes up from its spines") {
  const Topology fabric =
      clos({.superpods = 2, .spines = 4, .cables = 1, .cores = 3, .core_cables = 2});
  CHECK(uplink(fabric, "su2.1") == 2 * 4 * 50 * gb);
  CHECK(uplink(fabric, "superpod2") == 4 * 3 * 2 * 50 * gb);
  CHECK(uplink(fabric, "fabric1") == 0);
}

TEST_CASE("a leaf is one switch away, a spine makes it 3, a core 5") {
  CHECK(hops(clos({.superpods = 2, .cores = 2, .core_cables = 1})) ==
        std::vector<std::uint32_t>{5, 3, 1});
  CHECK(hops(clos({.superpods = 1})) == std::vector<std::uint32_t>{3, 3, 1});
}

TEST_CASE("fabrics that no cable joins have the front end between them, node by node") {
  const Topology joined = two_sites({25 * gb});
  CHECK(uplink(joined, "site2") == 2 * 25 * gb);
  CHECK(uplink(joined, "site3") == 3 * 25 * gb);
  CHECK(uplink(two_sites({}), "site3") == 0);
  CHECK(hops(joined) == std::vector<std::uint32_t>{1});
}

TEST_CASE("what leaves a rack without a switch is what its HCAs send") {
  const Topology group = two_racks("rack");
  CHECK(uplink(group, "rack2") == 3 * 50 * gb);
  CHECK(uplink(group, "su1") == 0);
  CHECK(hops(group) == std::vector<std::uint32_t>{1, 1});
}

TEST_CASE("NVLink joins the domains of the level nvlink, unless each is a single node") {
  CHECK_FALSE(two_racks("rack").network.nvlink_level());
  CHECK(two_racks("nvlink").network.nvlink_level() == LevelId(1));
  Wiring single({"nvlink"});
  single.fleet.enter("nv1");
  single.seat(single.add_node("n1"), 0, single.add_switch("leaf"));
  single.fleet.leave();
  CHECK_FALSE(single.done().network.nvlink_level());
}

TEST_CASE("an aggregation node in a spine makes it no leaf and carries nothing") {
  Wiring wiring({"leaf"});
  const DeviceId leaf = wiring.add_switch("leaf");
  const DeviceId spine = wiring.add_switch("spine");
  wiring.fleet.enter("su1");
  wiring.seat(wiring.add_node("n1"), 0, leaf);
  wiring.fleet.leave();
  wiring.join(leaf, spine);
  wiring.join(spine, wiring.add_hca("Mellanox Technologies Aggregation Node"));
  const Topology made = wiring.done();
  CHECK(tiers(made.fabric, made.seats) == std::vector<std::uint8_t>{1, 2, 0, 0});
  CHECK(uplink(made, "su1") == 0);
}

TEST_CASE("without a fabric nothing is known of the network") {
  CHECK(derive_network(clos({}).fleet, {}, {}, {}).empty());
}

TEST_CASE("bandwidths and tiers are those of the naive twin in fabrics wired by chance") {
  std::vector<std::string> wrong;
  for (std::uint64_t number = 0; number < 400; ++number) {
    if (const auto what = difference(random_topology(number)); !what.empty()) {
      wrong.push_back(fmt::format("{}: {}", number, what));
    }
  }
  CHECK(wrong == std::vector<std::string>{});
}
