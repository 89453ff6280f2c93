// Routing before and after a cable is pulled, and what holds of all tables.
#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/topology/recorded_fabrics.hpp"
#include "topology/routing.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

std::vector<DeviceId> all_devices(const Fabric& fabric) {
  std::vector<DeviceId> all;
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    all.emplace_back(i);
  }
  return all;
}

// Without the last cable between the two.
Fabric without_cable(const Fabric& fabric, const std::string& a, const std::string& b) {
  FabricBuilder builder;
  for (const DeviceId id : all_devices(fabric)) {
    builder.add(fabric.device(id));
  }
  for (const EndPort& end : fabric.end_ports()) {
    builder.set_end_port({end.device, end.port}, end.guid, end.lid, end.lmc);
  }
  const std::set<DeviceId> ends{fabric.described(a).at(0), fabric.described(b).at(0)};
  std::optional<Cable> pulled;
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    if (ends == std::set<DeviceId>{cable.a.device, cable.b.device} &&
        (!pulled || pulled->a < cable.a)) {
      pulled = cable;
    }
  }
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    if (cable != pulled.value()) {
      builder.connect(cable.a, cable.b, cable.rate);
    }
  }
  return builder.build();
}

std::vector<Guid> roots_of(const Fabric& fabric) {
  std::vector<Guid> roots;
  for (const DeviceId id : all_devices(fabric)) {
    if (fabric.device(id).description.rfind("spine", 0) == 0) {
      roots.push_back(fabric.device(id).guid);
    }
  }
  return roots;
}

struct Effect {
  std::size_t entries = 0;
  std::size_t switches = 0;
  bool operator==(const Effect&) const = default;
};

Effect effect_of_pulling(const Fabric& fabric, const RoutingOptions& options) {
  const Fabric broken = without_cable(fabric, "leaf013", "spine003");
  const auto before = route(fabric, options).tables;
  const auto changed =
      changes(fabric, before, broken, route_after_loss(fabric, before, broken, options).tables);
  std::set<Guid> at;
  for (const TableChange& change : changed) {
    at.insert(change.at);
  }
  return {changed.size(), at.size()};
}

// Walks from every HCA to every end port that pass a switch twice or go down and up again; `roots`
// has the spines of a tree of two tiers.
std::size_t bad_walks(const Fabric& fabric, const ForwardingTables& tables,
                      const std::vector<Guid>& roots) {
  const auto is_root = [&](DeviceId id) {
    return std::find(roots.begin(), roots.end(), fabric.device(id).guid) != roots.end();
  };
  std::size_t bad = 0;
  for (const DeviceId from : tables.switches()) {
    for (const EndPort& to : fabric.end_ports()) {
      std::set<DeviceId> passed;
      int down = 0;
      DeviceId at = from;
      PortNumber port = tables.port(at, to.lid);
      bool good = port != ForwardingTables::no_path || (is_root(from) && is_root(to.device));
      while (good && port != 0 && port != ForwardingTables::no_path && fabric.is_switch(at)) {
        good = passed.insert(at).second && (down == 0 || !is_root(fabric.peer({at, port})->device));
        down += is_root(at) ? 1 : 0;
        at = fabric.peer({at, port})->device;
        port = fabric.is_switch(at) ? tables.port(at, to.lid) : PortNumber{0};
      }
      bad += good ? 0U : 1U;
    }
  }
  return bad;
}

}  // namespace

TEST_CASE("pulling one of two parallel cables changes 47 entries on the two switches it joined") {
  if (recorded_fabrics().empty()) {
    return;
  }
  const Fabric fabric = recorded_fabric("c_su4");
  CHECK(effect_of_pulling(fabric, {Engine::ftree, roots_of(fabric), {}}) == Effect{47, 2});
  CHECK(effect_of_pulling(fabric, {Engine::minhop, {}, {}}) == Effect{47, 2});
}

TEST_CASE("ftree without roots leaves a tree with a missing cable to minhop, and says why") {
  if (recorded_fabrics().empty()) {
    return;
  }
  const Fabric fabric = recorded_fabric("c_su4");
  const Fabric broken = without_cable(fabric, "leaf013", "spine003");
  CHECK(route(fabric, {Engine::ftree, {}, {}}).engine == Engine::ftree);
  const Routing routing = route(broken, {Engine::ftree, {}, {}});
  CHECK(routing.engine == Engine::minhop);
  CHECK(routing.gave_up.find("not a pure fat-tree") == 0);
  CHECK(routing.tables == route(broken, {Engine::minhop, {}, {}}).tables);
}

TEST_CASE("every walk ends, passes no switch twice, and goes up, then down") {
  if (recorded_fabrics().empty()) {
    return;
  }
  const Fabric fabric = recorded_fabric("c_su4");
  const auto roots = roots_of(fabric);
  CHECK(bad_walks(fabric, route(fabric, {Engine::ftree, roots, {}}).tables, roots) == 0);
  CHECK(bad_walks(fabric, route(fabric, {Engine::updn, roots, {}}).tables, roots) == 0);
}

TEST_CASE("a packet on one leaf passes one switch, through a spine three") {
  if (recorded_fabrics().empty()) {
    return;
  }
  const Fabric fabric = recorded_fabric("a_tiny8");
  const Routing routing = route(fabric, {Engine::ftree, {}, {}});
  const PortRef host{fabric.described("host0000 HCA-1").at(0), 1};
  CHECK(switches_passed(fabric, routing.tables, host, routing.hca_order[1]) == 1);
  CHECK(switches_passed(fabric, routing.tables, host, routing.hca_order[2]) == 3);
}

TEST_CASE("roots and compute nodes that the fabric does not have are refused") {
  if (recorded_fabrics().empty()) {
    return;
  }
  const Fabric fabric = recorded_fabric("a_tiny8");
  CHECK_THROWS_WITH(route(fabric, {Engine::updn, {Guid{7}}, {}}),
                    doctest::Contains("root 0x0000000000000007: no switch has this GUID"));
  CHECK_THROWS_WITH(
      route(fabric, {Engine::ftree, {}, {Guid{7}}}),
      doctest::Contains("compute node 0x0000000000000007: no HCA port has this GUID"));
}
