#include "topology/outage.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "tests/topology/recorded_fabrics.hpp"
#include "tests/topology/wired.hpp"
#include "topology/analysis.hpp"
#include "topology/import.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Names = std::vector<std::string>;

// Two units of 4 nodes on 2 rails, 2 spines, 2 cables from each leaf to each; racks of two nodes,
// the first of which has the first leaf in it too.
Topology two_units() {
  Topology pod = clos({});
  pod.plant.fates.push_back(
      {FateKind::rack, "rack1", {{0, 2}}, pod.fabric.described("leaf1.1.1"), 0});
  pod.plant.fates.push_back({FateKind::rack, "rack2", {{2, 4}}, {}, 0});
  pod.plant.fates.push_back(
      {FateKind::pdu, "pdu1", {{0, 4}}, pod.fabric.described("leaf1.1.1"), 0});
  return pod;
}

// rack1 of n1 with one HCA and n2 with two, rack2 of n3 with one.
Topology two_racks_on_a_leaf() {
  Wiring wiring({"leaf", "rack"});
  const DeviceId leaf = wiring.add_switch("leaf1");
  wiring.fleet.enter("su1");
  wiring.fleet.enter("rack1");
  wiring.seat(wiring.add_node("n1"), 0, leaf);
  wiring.seat(wiring.add_node("n2"), 0, leaf);
  wiring.seat(NodeId(1), 1, leaf);
  wiring.fleet.leave();
  wiring.fleet.enter("rack2");
  wiring.seat(wiring.add_node("n3"), 0, leaf);
  wiring.fleet.leave();
  wiring.fleet.leave();
  return wiring.done();
}

Names lost(const Topology& topology, const Outage& outage) {
  Names all;
  for (const NodeId node : impact_of(topology, outage).lost) {
    all.push_back(topology.fleet.name(node));
  }
  return all;
}

// "n1.1.1 0.5", nodes of the same share as the one before left out.
Names slowed(const Topology& topology, const Outage& outage) {
  Names all;
  double last = -1;
  for (const SlowedNode& one : impact_of(topology, outage).slowed) {
    if (one.share != last) {
      all.push_back(fmt::format("{} {}", topology.fleet.name(one.node), one.share));
    }
    last = one.share;
  }
  return all;
}

std::string refusal(const Topology& topology, const std::string& what) {
  return error_of([&] { outage_of(topology, what); });
}

Outage of(const Topology& topology, const std::string& what) { return outage_of(topology, what); }

// The topology without the parts, derived anew.
Topology left_of(const Topology& topology, const Outage& outage) {
  Topology left;
  left.fleet = topology.fleet;
  left.fabric = without(topology.fabric, outage, topology.seats);
  std::vector<std::optional<Seat>> seats;
  for (std::uint32_t i = 0; i < left.fabric.devices(); ++i) {
    const Guid guid = left.fabric.device(DeviceId(i)).guid;
    seats.push_back(topology.seats.of(topology.fabric.find(guid).value()));
  }
  left.seats = Seats(left.fleet.nodes(), std::move(seats));
  left.network = derive_network(left.fleet, left.fabric, left.seats, {});
  return left;
}

bool same_bandwidths(const Topology& topology, const Network& a, const Network& b) {
  bool same = true;
  for (std::uint32_t i = 0; i < topology.fleet.domains(); ++i) {
    same = same && a.uplink(DomainId(i)) == b.uplink(DomainId(i));
  }
  for (std::uint32_t i = 0; i < topology.fleet.nodes(); ++i) {
    same = same && a.injection(NodeId(i)) == b.injection(NodeId(i));
  }
  return same;
}

// --- parts out at random, and a naive twin
// ---------------------------------------------------------

Outage random_outage(const Topology& topology, std::uint64_t number) {
  Random random({}, Stream::test, 1'000'000 + number);
  const auto some = [&random](std::uint32_t of_them, auto&& act) {
    for (std::uint32_t i = 0; i < of_them; ++i) {
      if (random.next() % 6 == 0) {
        act(i);
      }
    }
  };
  Outage outage;
  some(topology.fabric.devices(), [&](std::uint32_t i) { outage.devices.emplace_back(i); });
  some(topology.fabric.cables(), [&](std::uint32_t i) { outage.cables.emplace_back(i); });
  some(topology.fleet.nodes(), [&](std::uint32_t i) { outage.nodes.emplace_back(i); });
  return outage;
}

// Whether a walk over the cables from a node's HCAs, through switches, comes to another node.
bool meets_another(const Topology& topology, std::uint32_t node) {
  std::set<DeviceId> seen;
  std::vector<DeviceId> reached;
  for (const DeviceId hca : topology.seats.hcas(NodeId(node))) {
    reached.push_back(hca);
  }
  while (!reached.empty()) {
    const DeviceId at = reached.back();
    reached.pop_back();
    const auto seat = topology.seats.of(at);
    if (seat && seat->node != NodeId(node)) {
      return true;
    }
    for (const auto& link : topology.fabric.links(at)) {
      if (seen.insert(link.to.device).second) {
        reached.push_back(link.to.device);
      }
    }
  }
  return false;
}

std::vector<NodeId> naively_lost(const Topology& topology, const Outage& outage) {
  const Topology wiring = left_of(topology, {outage.devices, outage.cables, {}});
  std::vector<NodeId> all;
  for (std::uint32_t node = 0; node < topology.fleet.nodes(); ++node) {
    const bool off = std::ranges::count(outage.nodes, NodeId(node)) > 0;
    if (off || (meets_another(topology, node) && !meets_another(wiring, node))) {
      all.emplace_back(node);
    }
  }
  return all;
}

double share_of(const Impact& impact, NodeId node) {
  if (std::ranges::count(impact.lost, node) > 0) {
    return -1;
  }
  const auto slow = std::ranges::find(impact.slowed, node, &SlowedNode::node);
  return slow == impact.slowed.end() ? 1 : slow->share;
}

// That the second impact leaves no node more than the first.
bool no_better(const Topology& topology, const Impact& little, const Impact& much) {
  bool worse = std::ranges::includes(much.lost, little.lost);
  for (std::uint32_t i = 0; i < topology.fleet.nodes(); ++i) {
    worse = worse && share_of(much, NodeId(i)) <= share_of(little, NodeId(i)) &&
            much.network.injection(NodeId(i)) <= little.network.injection(NodeId(i));
  }
  for (std::uint32_t i = 0; i < topology.fleet.domains(); ++i) {
    worse = worse && much.network.uplink(DomainId(i)) <= little.network.uplink(DomainId(i)) &&
            much.network.uplink(DomainId(i)) >= 0;
  }
  return worse;
}

std::string broken_law(std::uint64_t number) {
  const Topology topology = random_topology(number);
  const Outage some = random_outage(topology, 2 * number);
  const Outage more = both(some, random_outage(topology, 2 * number + 1));
  const Impact impact = impact_of(topology, some);
  if (impact.lost != naively_lost(topology, some)) {
    return "lost";
  }
  if (!no_better(topology, impact, impact_of(topology, more))) {
    return "more outage gave more";
  }
  const Impact none = impact_of(topology, {});
  const bool whole = none.lost.empty() && none.slowed.empty() &&
                     same_bandwidths(topology, none.network, topology.network) &&
                     without(topology.fabric, {}, topology.seats) == topology.fabric;
  return whole ? "" : "nothing changed something";
}

Names broken_laws(std::uint64_t numbers) {
  Names wrong;
  for (std::uint64_t number = 0; number < numbers; ++number) {
    if (const auto what = broken_law(number); !what.empty()) {
      wrong.push_back(fmt::format("{}: {}", number, what));
    }
  }
  return wrong;
}

}  // namespace

TEST_CASE("parts are named by what stands on them") {
  const Topology pod = two_units();
  const DeviceId leaf = pod.fabric.described("leaf1.1.2").front();
  CHECK(of(pod, "leaf1.1.2") == Outage{{leaf}, {}, {}});
  CHECK(of(pod, fmt::format("{:#x}", pod.fabric.device(leaf).guid.value)) ==
        Outage{{leaf}, {}, {}});
  CHECK(of(pod, "n1.2.1") == Outage{{}, {}, {NodeId(4)}});
  CHECK(of(pod, "node4 HCA-2").devices == pod.fabric.described("node4 HCA-2"));
  const CableId cable = pod.fabric.cable_at({leaf, 3}).value();
  CHECK(of(pod, "leaf1.1.2[3]") == Outage{{}, {cable}, {}});
  CHECK(of(pod, "rack1") == Outage{pod.fabric.described("leaf1.1.1"), {}, {NodeId(0), NodeId(1)}});
  CHECK(of(pod, "pdu1").nodes.size() == 4);
}

TEST_CASE("a domain is out with its nodes and the switches that belong to it") {
  const Topology pod = two_units();
  const Outage unit = of(pod, "su1.2");
  CHECK(unit.nodes == std::vector{NodeId(4), NodeId(5), NodeId(6), NodeId(7)});
  CHECK(unit.devices == both(of(pod, "leaf1.2.1"), of(pod, "leaf1.2.2")).devices);
  CHECK(of(pod, "superpod1").devices.size() == 6);
}

TEST_CASE("a name that nothing has is refused with the nearest that something has") {
  const Topology pod = two_units();
  CHECK(refusal(pod, "laef1.1.2") ==
        "no switch, HCA, node, domain, rack, PDU or CDU is called 'laef1.1.2'\n"
        "  did you mean 'leaf1.1.2'?");
  CHECK(refusal(pod, "rcak2").find("did you mean 'rack2'?") != std::string::npos);
  CHECK(refusal(pod, "0x123") ==
        "no switch, HCA, node, domain, rack, PDU or CDU is called '0x123'");
}

TEST_CASE("a port that is not there or holds no cable is refused") {
  const Topology pod = two_units();
  CHECK(refusal(pod, "leaf1.1.1[255]") == "'leaf1.1.1' has no port 255\n  its ports are 1 to 254");
  CHECK(refusal(pod, "leaf1.1.1[0]").find("has no port 0") != std::string::npos);
  CHECK(refusal(pod, "leaf1.1.1[99]") == "no cable is in port 99 of 'leaf1.1.1'");
  CHECK(refusal(pod, "leaf1.1.1[x]").find("is called 'leaf1.1.1[x]'") != std::string::npos);
}

TEST_CASE("a name of several things is refused") {
  Wiring wiring({"leaf"});
  const DeviceId leaf = wiring.add_switch("x");
  wiring.fleet.enter("su1");
  wiring.seat(wiring.add_node("x"), 0, leaf);
  wiring.fleet.leave();
  wiring.join(wiring.add_hca("localhost HCA-1"), leaf);
  wiring.join(wiring.add_hca("localhost HCA-1"), leaf);
  const Topology made = wiring.done();
  CHECK(refusal(made, "x") ==
        "'x' is a node and a switch, which are not the same parts\n"
        "  name the parts of the one that is meant");
  CHECK(refusal(made, "localhost HCA-1") ==
        "'localhost HCA-1' is the description of 2 devices\n"
        "  say which by its GUID: 0x3000, 0x4000");
}

TEST_CASE("a managed switch goes by its short name, and before the leaf group named after it") {
  if (recorded_fabrics().empty()) {
    return;
  }
  ImportOptions options;
  options.node.gpus = 4;
  const Topology real =
      import_fabric(recorded_fabric("real_gb200"), options, "real_gb200").topology;
  CHECK(of(real, "A10-P1-IBSPINE-01").devices.size() == 1);
  CHECK(of(real, "B09-P1-IBLEAF-05").devices.size() == 4);
  CHECK(of(real, "B09-P1-IBLEAF-05").nodes.size() == 18);
  CHECK(refusal(real, "Mellanox Technologies Aggregation Node").find("of 40 devices") !=
        std::string::npos);
  const Topology tree = import_fabric(recorded_fabric("a_tiny8"), options, "a_tiny8").topology;
  CHECK(of(tree, "leaf001") == Outage{tree.fabric.described("leaf001"), {}, {}});
}

TEST_CASE("without a spine all units lose its share") {
  const Topology pod = two_units();
  CHECK(lost(pod, of(pod, "spine1.1")) == Names{});
  CHECK(slowed(pod, of(pod, "spine1.1")) == Names{"n1.1.1 0.5"});
  CHECK(impact_of(pod, of(pod, "spine1.1")).slowed.size() == 8);
}

TEST_CASE("without a leaf its unit loses a rail") {
  const Topology pod = two_units();
  CHECK(slowed(pod, of(pod, "leaf1.2.1")) == Names{"n1.2.1 0.5"});
  CHECK(impact_of(pod, of(pod, "leaf1.2.1")).slowed.size() == 4);
  CHECK(impact_of(pod, of(pod, "leaf1.2.1")).network.injection(NodeId(4)) == 50 * gb);
}

TEST_CASE("one cable of a leaf is an eighth of what leaves its unit") {
  const Topology pod = two_units();
  CHECK(slowed(pod, of(pod, "leaf1.1.1[1]")) == Names{"n1.1.1 0.875"});
}

TEST_CASE("an HCA slows its own node and no other") {
  const Topology pod = two_units();
  CHECK(impact_of(pod, of(pod, "node3 HCA-1")).slowed == std::vector{SlowedNode{NodeId(3), 0.5}});
}

TEST_CASE("nor does it slow those who share a rack that has no switch") {
  const Topology made = two_racks_on_a_leaf();
  CHECK(impact_of(made, of(made, "node1 HCA-2")).slowed == std::vector{SlowedNode{NodeId(1), 0.5}});
}

TEST_CASE("a rack knows its switches better than the domain of its name") {
  Topology made = two_racks_on_a_leaf();
  CHECK(of(made, "rack1") == Outage{{}, {}, {NodeId(0), NodeId(1)}});
  made.plant.fates.push_back({FateKind::rack, "rack1", {{0, 2}}, {DeviceId(0)}, 0});
  CHECK(of(made, "rack1") == Outage{{DeviceId(0)}, {}, {NodeId(0), NodeId(1)}});
}

TEST_CASE("an HCA that is called as its node means the node") {
  Wiring wiring({"leaf"});
  const DeviceId leaf = wiring.add_switch("leaf1");
  wiring.fleet.enter("su1");
  wiring.add_node("n1");
  wiring.fleet.leave();
  wiring.join(wiring.add_hca("n1"), leaf);
  CHECK(of(wiring.done(), "n1") == Outage{{}, {}, {NodeId(0)}});
}

TEST_CASE("a rack takes its nodes, and its switch slows who hangs on it from other racks") {
  const Topology pod = two_units();
  CHECK(lost(pod, of(pod, "rack1")) == Names{"n1.1.1", "n1.1.2"});
  CHECK(slowed(pod, of(pod, "rack1")) == Names{"n1.1.3 0.5"});
  CHECK(lost(pod, of(pod, "rack2")) == Names{"n1.1.3", "n1.1.4"});
  CHECK(slowed(pod, of(pod, "rack2")) == Names{});
}

TEST_CASE("nodes on an island are slowed to nothing, a node alone on one is lost") {
  const Topology pod = clos({.units = 2, .nodes = 2, .rails = 1, .spines = 1, .cables = 1});
  CHECK(slowed(pod, of(pod, "spine1.1")) == Names{"n1.1.1 0"});
  CHECK(lost(pod, both(of(pod, "spine1.1"), of(pod, "node0 HCA-1"))) == Names{"n1.1.1", "n1.1.2"});
  CHECK(lost(pod, of(pod, "leaf1.1.1")) == Names{"n1.1.1", "n1.1.2"});
}

TEST_CASE("the bandwidths that are left are those of the wiring that is left") {
  const Topology fabric = clos({.superpods = 2, .cores = 2, .core_cables = 1});
  for (const char* what : {"core1", "spine2.1", "leaf1.2.1", "leaf1.1.1[2]", "node5 HCA-1"}) {
    const Outage outage = of(fabric, what);
    CHECK(same_bandwidths(fabric, impact_of(fabric, outage).network,
                          left_of(fabric, outage).network));
  }
}

TEST_CASE("devices that are left keep their order and their LIDs") {
  const Topology pod = two_units();
  const Outage outage = both(of(pod, "spine1.1"), both(of(pod, "n1.1.1"), of(pod, "leaf1.2.1[4]")));
  const Fabric left = without(pod.fabric, outage, pod.seats);
  CHECK(left.devices() == pod.fabric.devices() - 3);
  CHECK(left.cables() == pod.fabric.cables() - 8 - 2 - 1);
  const DeviceId leaf = left.described("leaf1.2.2").front();
  CHECK(left.switch_lid(leaf) == pod.fabric.switch_lid(pod.fabric.described("leaf1.2.2").front()));
}

TEST_CASE("a fleet without a fabric loses the nodes that are off") {
  Topology bare;
  bare.fleet = clos({}).fleet;
  CHECK(lost(bare, outage_of(bare, "su1.1")).size() == 4);
  CHECK(without(bare.fabric, outage_of(bare, "n1.1.1"), bare.seats).empty());
}

TEST_CASE("nothing out changes nothing, more out never gives more, and the lost are the cut") {
  CHECK(broken_laws(400) == Names{});
}
