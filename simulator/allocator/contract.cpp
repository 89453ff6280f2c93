#include "simulator/allocator/contract.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace berth {

std::string_view to_string(LeaseKind kind) {
  constexpr std::array<std::string_view, 3> names{"reserved", "on_demand", "spot"};
  return names.at(static_cast<std::size_t>(kind));
}

// The draws belong to the place of the source in the config and the number of the lease in it.
std::vector<Contract> BareMetal::contracts_of(RunKey run, SimTime horizon) const {
  std::vector<Contract> all = contracts;
  for (std::uint64_t number = 0; number < all.size(); ++number) {
    Random draws(run, Stream::leases, std::uint64_t{1} << 63U | number);
    Contract& one = all[number];
    one.lead = one.lead_time ? one.lead_time->sample(draws) : Duration{};
  }
  for (std::size_t source = 0; source < drawn.size(); ++source) {
    const Drawn& of = drawn[source];
    SimTime at{};
    for (std::uint64_t number = 1;; ++number) {
      Random draws(run, Stream::leases, std::uint64_t{source + 1} << 48U | number);
      at = after(at, Distribution(Distribution::Exponential{of.mean_gap}).sample(draws));
      if (at >= horizon) {
        break;
      }
      Contract one = of.like;
      one.name = fmt::format("{}{}", of.name, number);
      one.kind = of.kind;
      one.start = at;
      one.tenant = of.tenants[uniform_below(draws, of.tenants.size())];
      one.nodes = of.nodes_least + static_cast<std::uint32_t>(
                                       uniform_below(draws, of.nodes_most - of.nodes_least + 1));
      one.term = std::max(of.term.sample(draws), Duration(1));
      one.lead = one.lead_time ? one.lead_time->sample(draws) : Duration{};
      all.push_back(std::move(one));
    }
  }
  return all;
}

}  // namespace berth
