#include <algorithm>
#include <limits>
#include <map>
#include <vector>

#include <doctest/doctest.h>

#include "tests/topology/wired.hpp"
#include "topology/analysis.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

std::int64_t between(const Topology& topology, const std::string& a, const std::string& b) {
  return flow_between(topology, domain_named(topology.fleet, a), domain_named(topology.fleet, b));
}

// --- the naive twin: Ford and Fulkerson, path by path, with every HCA and node as a vertex -------

class Paths {
 public:
  void pipe(std::uint32_t from, std::uint32_t to, std::int64_t room) { room_[from][to] += room; }

  std::int64_t flow(std::uint32_t source, std::uint32_t sink) {
    std::int64_t sum = 0;
    while (const std::int64_t more = push(source, sink)) {
      sum += more;
    }
    return sum;
  }

 private:
  std::int64_t push(std::uint32_t source, std::uint32_t sink) {
    std::map<std::uint32_t, std::uint32_t> from{{source, source}};
    std::vector<std::uint32_t> reached{source};
    for (std::size_t next = 0; next < reached.size(); ++next) {
      for (const auto& [to, room] : room_[reached[next]]) {
        if (room > 0 && from.emplace(to, reached[next]).second) {
          reached.push_back(to);
        }
      }
    }
    if (!from.contains(sink)) {
      return 0;
    }
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
    for (std::uint32_t at = sink; at != source; at = from[at]) {
      most = std::min(most, room_[from[at]][at]);
    }
    for (std::uint32_t at = sink; at != source; at = from[at]) {
      room_[from[at]][at] -= most;
      room_[at][from[at]] += most;
    }
    return most;
  }

  std::map<std::uint32_t, std::map<std::uint32_t, std::int64_t>> room_;
};

// Vertices: devices, then the source and the sink. HCAs of other nodes take part, to no avail.
std::int64_t naive_flow(const Topology& topology, DomainId a, DomainId b) {
  const Fabric& fabric = topology.fabric;
  Paths paths;
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    const std::int64_t rate = bytes_per_second(cable.rate);
    paths.pipe(cable.a.device.index(), cable.b.device.index(), rate);
    paths.pipe(cable.b.device.index(), cable.a.device.index(), rate);
  }
  constexpr std::int64_t plenty = 1'000'000 * gb;
  const auto attach = [&](DomainId domain, auto&& pipe) {
    const NodeRange range = topology.fleet.nodes_in(domain);
    for (std::uint32_t node = range.first; node < range.past; ++node) {
      for (const DeviceId hca : topology.seats.hcas(NodeId(node))) {
        pipe(hca.index());
      }
    }
  };
  const std::uint32_t source = fabric.devices();
  attach(a, [&](std::uint32_t hca) { paths.pipe(source, hca, plenty); });
  attach(b, [&](std::uint32_t hca) { paths.pipe(hca, source + 1, plenty); });
  return paths.flow(source, source + 1);
}

std::vector<std::string> flows_that_differ(std::uint64_t topologies) {
  std::vector<std::string> wrong;
  for (std::uint64_t number = 0; number < topologies; ++number) {
    const Topology topology = random_topology(number);
    for (std::uint32_t i = 1; i < topology.fleet.domains(LevelId(1)); ++i) {
      const DomainId a = topology.fleet.domain(LevelId(1), i - 1);
      const DomainId b = topology.fleet.domain(LevelId(1), i);
      if (flow_between(topology, a, b) != naive_flow(topology, a, b)) {
        wrong.push_back(fmt::format("{}: {} to {}", number, i - 1, i));
      }
    }
  }
  return wrong;
}

}  // namespace

TEST_CASE("where nothing blocks, the bisection is half the hosts with all they can send") {
  CHECK(bisection(clos({.units = 4, .nodes = 32, .rails = 8, .spines = 16, .cables = 2})) ==
        64 * 8 * 50 * gb);
}

TEST_CASE("oversubscribed two to one, it is half of that") {
  CHECK(bisection(clos({.units = 4, .nodes = 32, .rails = 8, .spines = 16, .cables = 1})) ==
        64 * 8 * 50 * gb / 2);
}

TEST_CASE("in three tiers the narrowest counts") {
  const Clos plan{.superpods = 4,
                  .units = 2,
                  .nodes = 4,
                  .rails = 2,
                  .spines = 4,
                  .cables = 1,
                  .cores = 4,
                  .core_cables = 1};
  // Each of two superpods sends 16 HCAs' worth through 16 cables from spines to cores.
  CHECK(bisection(clos(plan)) == 2 * 16 * 50 * gb);
  Clos narrow = plan;
  narrow.cores = 1;
  CHECK(bisection(clos(narrow)) == 2 * 4 * 50 * gb);
}

TEST_CASE("rails that no spine joins carry what each can for itself") {
  // Two units whose second rail has no way up: half of what the hosts send arrives.
  Wiring wiring({"leaf"});
  const DeviceId spine = wiring.add_switch("spine");
  for (int unit = 1; unit <= 2; ++unit) {
    wiring.fleet.enter(fmt::format("su{}", unit));
    const DeviceId first = wiring.add_switch("first rail");
    const DeviceId second = wiring.add_switch("second rail");
    wiring.join(first, spine, {12, Speed::ndr});
    for (int i = 1; i <= 3; ++i) {
      const NodeId node = wiring.add_node(fmt::format("n{}.{}", unit, i));
      wiring.seat(node, 0, first);
      wiring.seat(node, 1, second);
    }
    wiring.fleet.leave();
  }
  const Topology made = wiring.done();
  CHECK(between(made, "su1", "su2") == 3 * 50 * gb);
  CHECK(bisection(made) == 3 * 50 * gb);
}

TEST_CASE("a bisection halves the nodes, within a leaf group where their number is odd") {
  const Topology odd = clos({.units = 3, .nodes = 4, .rails = 2, .spines = 4, .cables = 1});
  CHECK(bisection(odd) == 6 * 2 * 50 * gb);
  CHECK(bisection(odd, domain_named(odd.fleet, "su1.2")) == 2 * 2 * 50 * gb);
  CHECK(bisection(clos({.units = 1, .nodes = 4})) == 2 * 2 * 50 * gb);
}

TEST_CASE("between two units the hosts are the limit, and beside them none") {
  const Topology pod = clos({.units = 4, .nodes = 32, .rails = 8, .spines = 16, .cables = 2});
  CHECK(between(pod, "su1.1", "su1.3") == 32 * 8 * 50 * gb);
  CHECK(flow_between(clos({.superpods = 2}), DomainId(1), DomainId(2)) == 0);
  CHECK_THROWS(between(pod, "superpod1", "su1.1"));
  CHECK(bisection({}) == 0);
}

TEST_CASE("a flow is that of the naive twin in fabrics wired by chance") {
  CHECK(flows_that_differ(300) == std::vector<std::string>{});
}
