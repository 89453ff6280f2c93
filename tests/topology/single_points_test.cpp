#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include <doctest/doctest.h>

#include "tests/topology/recorded_fabrics.hpp"
#include "tests/topology/wired.hpp"
#include "topology/analysis.hpp"
#include "topology/import.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Names = std::vector<std::string>;

Names weak(const Topology& topology) {
  const SinglePoints points = single_points(topology);
  Names all;
  for (const WeakSwitch& one : points.switches) {
    all.push_back(
        fmt::format("{}: {}", topology.fabric.device(one.device).description, one.nodes_cut));
  }
  for (const WeakCable& one : points.cables) {
    const Cable& cable = topology.fabric.cable(one.cable);
    all.push_back(fmt::format("{} - {}: {}", topology.fabric.device(cable.a.device).description,
                              topology.fabric.device(cable.b.device).description, one.nodes_cut));
  }
  return all;
}

// --- the naive twin: take each away and look
// ------------------------------------------------------

// The nodes in each part, by name of the part; without one device and one cable.
std::vector<std::set<std::uint32_t>> parts(const Topology& topology, std::uint32_t without_device,
                                           std::uint32_t without_cable) {
  const std::uint32_t devices = topology.fabric.devices();
  std::vector<std::uint32_t> part(devices + topology.fleet.nodes());
  std::iota(part.begin(), part.end(), 0U);
  const auto vertex = [&](DeviceId device) {
    const auto seat = topology.seats.of(device);
    return seat ? devices + seat->node.index() : device.index();
  };
  for (std::size_t round = 0; round < part.size(); ++round) {
    for (std::uint32_t i = 0; i < topology.fabric.cables(); ++i) {
      const Cable& cable = topology.fabric.cable(CableId(i));
      const std::uint32_t a = vertex(cable.a.device);
      const std::uint32_t b = vertex(cable.b.device);
      if (i != without_cable && a != without_device && b != without_device) {
        part[a] = part[b] = std::min(part[a], part[b]);
      }
    }
  }
  std::map<std::uint32_t, std::set<std::uint32_t>> nodes;
  for (std::uint32_t node = 0; node < topology.fleet.nodes(); ++node) {
    nodes[part[devices + node]].insert(node);
  }
  std::vector<std::set<std::uint32_t>> all;
  for (auto& [name, members] : nodes) {
    all.push_back(std::move(members));
  }
  return all;
}

// Of each part that was whole, the nodes outside the largest piece of it.
std::uint32_t cut(const std::vector<std::set<std::uint32_t>>& before,
                  const std::vector<std::set<std::uint32_t>>& after) {
  std::size_t nodes = 0;
  for (const auto& whole : before) {
    std::size_t largest = 0;
    for (const auto& piece : after) {
      largest = std::max(largest, std::ranges::includes(whole, piece) ? piece.size() : 0);
    }
    nodes += whole.size() - largest;
  }
  return static_cast<std::uint32_t>(nodes);
}

std::string difference(const Topology& topology) {
  const auto whole = parts(topology, UINT32_MAX, UINT32_MAX);
  std::map<std::uint32_t, std::uint32_t> switches;
  std::map<std::uint32_t, std::uint32_t> cables;
  for (const WeakSwitch& one : single_points(topology).switches) {
    switches[one.device.index()] = one.nodes_cut;
  }
  for (const WeakCable& one : single_points(topology).cables) {
    cables[one.cable.index()] = one.nodes_cut;
  }
  const Fabric& fabric = topology.fabric;
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    const std::uint32_t expected =
        fabric.is_switch(DeviceId(i)) ? cut(whole, parts(topology, i, UINT32_MAX)) : 0;
    if (switches[i] != expected) {
      return fmt::format("switch {}: {}, not {}", i, switches[i], expected);
    }
  }
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    const bool counts = fabric.is_switch(cable.a.device) && fabric.is_switch(cable.b.device);
    const std::uint32_t expected = counts ? cut(whole, parts(topology, UINT32_MAX, i)) : 0;
    if (cables[i] != expected) {
      return fmt::format("cable {}: {}, not {}", i, cables[i], expected);
    }
  }
  return "";
}

}  // namespace

TEST_CASE("a rail-optimised fabric has no single point of failure") {
  CHECK(weak(clos({.superpods = 2, .cores = 2, .core_cables = 1})) == Names{});
}

TEST_CASE("with one HCA a node, every leaf is one") {
  CHECK(weak(clos({.units = 2, .nodes = 3, .rails = 1, .spines = 2})) ==
        Names{"leaf1.1.1: 3", "leaf1.2.1: 3"});
}

TEST_CASE("a lone spine cuts all but the largest unit, a lone cable to it its own") {
  CHECK(weak(clos({.units = 3, .nodes = 2, .rails = 1, .spines = 1, .cables = 1})) ==
        Names{"spine1.1: 4", "leaf1.1.1: 2", "leaf1.2.1: 2", "leaf1.3.1: 2",
              "spine1.1 - leaf1.1.1: 2", "spine1.1 - leaf1.2.1: 2", "spine1.1 - leaf1.3.1: 2"});
}

TEST_CASE("parallel cables are no bridge") {
  CHECK(weak(clos({.units = 2, .nodes = 2, .rails = 1, .spines = 1, .cables = 2})) ==
        Names{"spine1.1: 2", "leaf1.1.1: 2", "leaf1.2.1: 2"});
}

TEST_CASE("a fabric that is in pieces is judged piece by piece") {
  const Topology pieces = clos({.superpods = 2, .units = 2, .nodes = 2, .rails = 1});
  CHECK(weak(pieces) == Names{"leaf1.1.1: 2", "leaf1.2.1: 2", "leaf2.1.1: 2", "leaf2.2.1: 2"});
}

TEST_CASE("no switch or cable of the real GB200 fabric is a single point of failure") {
  if (recorded_fabrics().empty()) {
    return;
  }
  ImportOptions options;
  options.node.gpus = 4;
  const Imported real = import_fabric(recorded_fabric("real_gb200"), options, "real_gb200");
  CHECK(weak(real.topology) == Names{});
}

TEST_CASE("single points are those of the naive twin in fabrics wired by chance") {
  Names wrong;
  for (std::uint64_t number = 0; number < 300; ++number) {
    if (const auto what = difference(random_topology(number)); !what.empty()) {
      wrong.push_back(fmt::format("{}: {}", number, what));
    }
  }
  CHECK(wrong == Names{});
}
