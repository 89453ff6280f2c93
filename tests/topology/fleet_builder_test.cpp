#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/hostlist.hpp"
#include "tests/topology/fabric_counts.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

Value hall(const Entries& entries) { return map(entries); }

Entries fleet(const std::vector<Value>& sites) {
  return {{"kind", "fleet"}, {"sites", list(sites)}};
}

Value small_pod(const std::string& count = "1") {
  return hall({{"kind", "superpod"}, {"scalable_units", "2"}, {"gpu", "a100"}, {"count", count}});
}

Value site(const std::string& name, const std::vector<Value>& halls,
           const std::string& count = "1") {
  return map({{"name", name}, {"count", count}, {"halls", list(halls)}});
}

Topology two_sites() {
  return topology_of(fleet({site("ord", {small_pod("2"), hall({{"kind", "nvl72"}})}),
                            site("las", {hall({{"kind", "leaf_spine"}, {"leaves", "4"}})}, "2")}));
}

}  // namespace

TEST_CASE("a fleet is sites of halls, each hall a fabric of its own") {
  const Topology both = two_sites();
  CHECK(both.fleet.gpus() == 2 * 512 + 576 + 2 * 4 * 32);
  CHECK(both.fleet.domains(*both.fleet.find_level("site")) == 3);
  CHECK(both.fleet.domains(*both.fleet.find_level("hall")) == 5);
  CHECK(subnets(both.fabric).size() == 5);
  CHECK(ports_are_conserved(both.fabric));
}

TEST_CASE("every part of a fleet is in a domain of every level, from the site to NVLink") {
  const Fleet parts = two_sites().fleet;
  std::string first;
  for (std::uint32_t level = 0; level < parts.levels(); ++level) {
    first += parts.level_name(LevelId(level)) + ":" +
             parts.name(parts.domain_of(NodeId(0), LevelId(level))) + " ";
  }
  CHECK(first ==
        "site:ord hall:ord-h1 fabric:ord-h1-fabric superpod:ord-h1-superpod1 leaf:ord-h1-su1 "
        "rack:ord-h1-rack01 nvlink:ord-h1-n01 ");
}

TEST_CASE("the names of a hall's nodes fold into one hostlist") {
  const Fleet parts = two_sites().fleet;
  const DomainId second = parts.domain(*parts.find_level("hall"), 1);
  std::vector<std::string> names;
  for (std::uint32_t i = parts.nodes_in(second).first; i < parts.nodes_in(second).past; ++i) {
    names.push_back(parts.name(NodeId(i)));
  }
  CHECK(fold_hostlist(names) == "ord-h2-n[01-64]");
}

TEST_CASE("between halls there is the front-end network, so much for each node") {
  Entries entries = fleet({site("ord", {small_pod("2")})});
  entries.emplace_back("front_end_gbps", "100");
  const Topology halls = topology_of(entries);
  const DomainId first = halls.fleet.domain(*halls.fleet.find_level("hall"), 0);
  CHECK(halls.network.uplink(first) == 64 * std::int64_t{12'500'000'000});
}

TEST_CASE("what does not make a fleet is refused where it is written") {
  CHECK(refusal_of(fleet({})) == "c.yaml:4:5: cluster.sites: no site is given");
  CHECK(refusal_of(fleet({site("ord", {})})) ==
        "c.yaml:8:5: cluster.sites[0].halls: no hall is given");
  CHECK(refusal_of(fleet({site("or d", {small_pod()})})) ==
        "c.yaml:6:5: cluster.sites[0].name: must be letters, digits and '-', as node names begin "
        "with it");
  CHECK(refusal_of(fleet({site("ord", {small_pod()}), site("ord", {small_pod()})})) ==
        "c.yaml:15:5: cluster.sites[1].name: two sites are named 'ord'");
  CHECK(refusal_of(fleet({site("ord", {small_pod("1000")}, "1000")})) ==
        "c.yaml:5:5: cluster.sites[0]: 64000000 nodes up to here\n"
        "  at most 500000 nodes in a fleet");
  CHECK(refusal_of(fleet({site("ord", {hall({{"kind", "uniform"}, {"nodes", "3"}})})}))
            .find("known: superpod, fat_tree, nvl72, leaf_spine") != std::string::npos);
}
