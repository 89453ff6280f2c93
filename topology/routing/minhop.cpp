#include <algorithm>
#include <numeric>

#include "topology/routing/engines.hpp"

namespace berth {
namespace {

// LIDs of the ends on each switch, in order of port, with the port.
struct Target {
  std::uint16_t lid = 0;
  PortNumber port = 0;
};
std::vector<std::vector<Target>> targets_on(const Subnet& subnet) {
  std::vector<std::vector<Target>> targets(subnet.switches());
  for (std::uint32_t s = 0; s < subnet.switches(); ++s) {
    for (const Subnet::Port& port : subnet.ports(s)) {
      if (port.to_end == Subnet::none) {
        continue;
      }
      const Subnet::End& end = subnet.ends()[port.to_end];
      for (std::uint32_t i = 0; i < (1U << end.lmc); ++i) {
        targets[s].push_back({static_cast<std::uint16_t>(end.lid + i), port.number});
      }
    }
  }
  return targets;
}

// OpenSM routes to the switches with the most ends first.
std::vector<std::uint32_t> fullest_first(const Subnet& subnet) {
  std::vector<std::uint32_t> ends(subnet.switches());
  for (const Subnet::End& end : subnet.ends()) {
    ++ends[end.on];
  }
  std::vector<std::uint32_t> order(subnet.switches());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&ends](std::uint32_t a, std::uint32_t b) { return ends[a] > ends[b]; });
  return order;
}

class Balance {
 public:
  explicit Balance(const Subnet& subnet) : load_(subnet.all_ports().size()) {}

  // The ports that the next `count` destinations take.
  const std::vector<std::uint32_t>& take(std::span<const std::uint32_t> ways, std::size_t count) {
    taken_.clear();
    while (taken_.size() < count && !ways.empty()) {
      const std::uint32_t least = load_[least_used(ways)];
      for (std::size_t i = 0; i < ways.size() && taken_.size() < count; ++i) {
        if (load_[ways[i]] == least) {
          ++load_[ways[i]];
          taken_.push_back(ways[i]);
        }
      }
    }
    return taken_;
  }

  [[nodiscard]] std::uint32_t least_used(std::span<const std::uint32_t> ways) const {
    return *std::min_element(ways.begin(), ways.end(), [this](std::uint32_t a, std::uint32_t b) {
      return load_[a] < load_[b];
    });
  }

 private:
  std::vector<std::uint32_t> load_;  // by port: destinations
  std::vector<std::uint32_t> taken_;
};

}  // namespace

void spread_over_ways(const Subnet& subnet, ShortestWays& ways, ForwardingTables& tables) {
  const auto targets = targets_on(subnet);
  const auto order = fullest_first(subnet);
  Balance balance(subnet);
  PortSets sets;
  for (const std::uint32_t at : order) {
    if (targets[at].empty()) {
      break;
    }
    ways.find(at, sets);
    for (std::uint32_t s = 0; s < subnet.switches(); ++s) {
      const auto& taken = balance.take(sets.of(s), targets[at].size());
      for (std::size_t i = 0; i < taken.size(); ++i) {
        tables.set(subnet.device(s), targets[at][i].lid, subnet.all_ports()[taken[i]].number);
      }
    }
    for (const Target& target : targets[at]) {
      tables.set(subnet.device(at), target.lid, target.port);
    }
  }
  // Switches come last and count for nothing.
  for (std::uint32_t at = 0; at < subnet.switches(); ++at) {
    ways.find(at, sets);
    for (std::uint32_t s = 0; s < subnet.switches(); ++s) {
      if (!sets.of(s).empty()) {
        const std::uint32_t port = balance.least_used(sets.of(s));
        tables.set(subnet.device(s), subnet.lid(at), subnet.all_ports()[port].number);
      }
    }
    tables.set(subnet.device(at), subnet.lid(at), 0);
  }
}

void route_minhop(const Subnet& subnet, ForwardingTables& tables) {
  spread_over_ways(subnet, *any_ways(subnet), tables);
}

}  // namespace berth
