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

// Destinations by port, and who takes which.
class Spread {
 public:
  Spread(const Subnet& subnet, const ForwardingTables* kept, ForwardingTables& tables)
      : subnet_(subnet), kept_(kept), tables_(tables), load_(subnet.all_ports().size()) {}

  // One after the other, to the least used port.
  void to_ends(std::uint32_t s, std::span<const std::uint32_t> ways,
               const std::vector<Target>& targets) {
    std::size_t next = 0;
    while (next < targets.size() && !ways.empty()) {
      const std::uint32_t least = load_[least_used(ways)];
      for (std::size_t i = 0; i < ways.size() && next < targets.size(); ++i) {
        if (load_[ways[i]] == least) {
          ++load_[ways[i]];
          set(s, targets[next++].lid, ways[i]);
        }
      }
    }
  }

  // The same where a destination stays with its port if that is still one of the ways.
  void to_ends_keeping(std::uint32_t s, std::span<const std::uint32_t> ways,
                       const std::vector<Target>& targets) {
    for (std::size_t i = 0; i < targets.size() && !ways.empty(); ++i) {
      const std::uint32_t port = kept_or_least(s, ways, targets[i].lid);
      ++load_[port];
      set(s, targets[i].lid, port);
    }
  }

  void to_switch(std::uint32_t s, std::span<const std::uint32_t> ways, std::uint16_t lid) {
    if (!ways.empty()) {
      set(s, lid, kept_ == nullptr ? least_used(ways) : kept_or_least(s, ways, lid));
    }
  }

 private:
  [[nodiscard]] std::uint32_t least_used(std::span<const std::uint32_t> ways) const {
    return *std::min_element(ways.begin(), ways.end(), [this](std::uint32_t a, std::uint32_t b) {
      return load_[a] < load_[b];
    });
  }

  [[nodiscard]] std::uint32_t kept_or_least(std::uint32_t s, std::span<const std::uint32_t> ways,
                                            std::uint16_t lid) const {
    const PortNumber was =
        lid <= kept_->top() ? kept_->port(subnet_.device(s), lid) : ForwardingTables::no_path;
    const auto same = std::find_if(ways.begin(), ways.end(), [&](std::uint32_t port) {
      return subnet_.all_ports()[port].number == was;
    });
    return same != ways.end() ? *same : least_used(ways);
  }

  void set(std::uint32_t s, std::uint16_t lid, std::uint32_t port) {
    tables_.set(subnet_.device(s), lid, subnet_.all_ports()[port].number);
  }

  const Subnet& subnet_;
  const ForwardingTables* kept_;
  ForwardingTables& tables_;
  std::vector<std::uint32_t> load_;  // by port: destinations
};

}  // namespace

void spread_over_ways(const Subnet& subnet, ShortestWays& ways, const ForwardingTables* kept,
                      ForwardingTables& tables) {
  const auto targets = targets_on(subnet);
  Spread spread(subnet, kept, tables);
  PortSets sets;
  for (const std::uint32_t at : fullest_first(subnet)) {
    if (targets[at].empty()) {
      break;
    }
    ways.find(at, sets);
    for (std::uint32_t s = 0; s < subnet.switches(); ++s) {
      if (kept == nullptr) {
        spread.to_ends(s, sets.of(s), targets[at]);
      } else {
        spread.to_ends_keeping(s, sets.of(s), targets[at]);
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
      spread.to_switch(s, sets.of(s), subnet.lid(at));
    }
    tables.set(subnet.device(at), subnet.lid(at), 0);
  }
}

void route_minhop(const Subnet& subnet, const ForwardingTables* kept, ForwardingTables& tables) {
  spread_over_ways(subnet, *any_ways(subnet), kept, tables);
}

}  // namespace berth
