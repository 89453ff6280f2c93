#include <algorithm>

#include <fmt/format.h>

#include "topology/builders.hpp"
#include "topology/builders/fabrics.hpp"

namespace berth {
namespace {

constexpr std::int64_t nodes_most = 500'000;  // 2 to 3 kB each, with HCAs and cables
constexpr std::uint32_t count_most = 1000;    // of like sites or halls

struct Hall {
  ClosDesign design;
  std::uint32_t count = 1;
};

struct Site {
  std::string name;
  std::uint32_t count = 1;
  std::vector<Hall> halls;
};

void refuse_strange_name(Setting written, const std::string& name) {
  const bool fine = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!fine) {
    written.fail("must be letters, digits and '-', as node names begin with it");
  }
}

Site read_site(Setting item) {
  Site site;
  site.name = item.at("name").text();
  refuse_strange_name(item.at("name"), site.name);
  site.count = read_count(item, "count", 1, 1, count_most);
  for (const Setting& hall : item.at("halls").items()) {
    site.halls.push_back({read_fabric(hall), read_count(hall, "count", 1, 1, count_most)});
  }
  if (site.halls.empty()) {
    item.at("halls").fail("no hall is given");
  }
  return site;
}

// "ord" with a count of 12: ord01 to ord12.
std::vector<std::string> names_of(const Site& site) {
  if (site.count == 1) {
    return {site.name};
  }
  std::vector<std::string> names;
  const std::size_t width = std::to_string(site.count).size();
  for (std::uint32_t i = 1; i <= site.count; ++i) {
    names.push_back(fmt::format("{}{:0{}}", site.name, i, width));
  }
  return names;
}

std::vector<Site> read_sites(Setting list) {
  std::vector<Site> sites;
  std::vector<std::string> taken;
  std::int64_t nodes = 0;
  for (const Setting& item : list.items()) {
    sites.push_back(read_site(item));
    for (const std::string& name : names_of(sites.back())) {
      if (std::ranges::count(taken, name) > 0) {
        item.at("name").fail(fmt::format("two sites are named '{}'", name));
      }
      taken.push_back(name);
    }
    for (const Hall& hall : sites.back().halls) {
      nodes += std::int64_t{hall.design.nodes} * hall.count * sites.back().count;
    }
    if (nodes > nodes_most) {
      item.fail(fmt::format("{} nodes up to here", nodes),
                fmt::format("at most {} nodes in a fleet", nodes_most));
    }
  }
  if (sites.empty()) {
    list.fail("no site is given");
  }
  return sites;
}

void build_hall(const ClosDesign& design, const std::string& name, Construction& fleet) {
  std::vector<std::string> nodes;
  nodes.reserve(design.nodes);
  const std::size_t width = std::to_string(design.nodes).size();
  for (std::uint32_t i = 1; i <= design.nodes; ++i) {
    nodes.push_back(fmt::format("{}-n{:0{}}", name, i, width));
  }
  fleet.enter("hall", name);
  build_clos(design, name + "-", nodes, fleet);
  fleet.leave("hall");
}

void build_site(const Site& site, const std::string& name, Construction& fleet) {
  fleet.enter("site", name);
  std::uint32_t halls = 0;
  for (const Hall& hall : site.halls) {
    for (std::uint32_t i = 0; i < hall.count; ++i) {
      build_hall(hall.design, fmt::format("{}-h{}", name, ++halls), fleet);
    }
  }
  fleet.leave("site");
}

}  // namespace

// Each hall is a fabric of its own; what leaves it takes the front-end network, of which nothing
// but the bandwidth per node is modelled (assumption: 200 Gb/s, a DPU with two ports of 100).
Topology fleet_topology(Setting cluster) {
  constexpr std::int64_t bytes_per_gigabit = 125'000'000;
  const FrontEnd front_end{cluster.count_or("front_end_gbps", 200, 0, 100'000) * bytes_per_gigabit};
  const auto sites = read_sites(cluster.at("sites"));
  Construction fleet({"site", "hall", "fabric", "superpod", "leaf", "rack", "nvlink"});
  for (const Site& site : sites) {
    for (const std::string& name : names_of(site)) {
      build_site(site, name, fleet);
    }
  }
  return fleet.finish(front_end);
}

}  // namespace berth
