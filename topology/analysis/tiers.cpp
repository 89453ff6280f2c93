#include <algorithm>
#include <limits>

#include "topology/analysis.hpp"
#include "topology/analysis/homes.hpp"

namespace berth {
namespace {

// Switches and routers pass on what is not for them.
bool forwards(const Fabric& fabric, DeviceId device) {
  return fabric.device(device).kind != DeviceKind::hca;
}

bool is_leaf(const Fabric& fabric, const Seats& seats, DeviceId device) {
  const auto links = fabric.links(device);
  return forwards(fabric, device) && std::any_of(links.begin(), links.end(), [&](const auto& link) {
           return seats.of(link.to.device).has_value();
         });
}

// All switches that a leaf reaches, the nearer to a leaf the earlier.
struct Climb {
  std::vector<DeviceId> switches;
  std::vector<std::uint8_t> tiers;  // by device
};

Climb climb(const Fabric& fabric, const Seats& seats) {
  Climb result;
  result.tiers.resize(fabric.devices());
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    if (is_leaf(fabric, seats, DeviceId(i))) {
      result.tiers[i] = 1;
      result.switches.emplace_back(i);
    }
  }
  constexpr std::uint8_t top = std::numeric_limits<std::uint8_t>::max();
  for (std::size_t next = 0; next < result.switches.size(); ++next) {
    const DeviceId from = result.switches[next];
    const std::uint8_t tier = result.tiers[from.index()];
    for (const Fabric::Link& link : fabric.links(from)) {
      std::uint8_t& above = result.tiers[link.to.device.index()];
      if (above == 0 && forwards(fabric, link.to.device)) {
        above = tier == top ? top : static_cast<std::uint8_t>(tier + 1);
        result.switches.push_back(link.to.device);
      }
    }
  }
  return result;
}

std::uint32_t levels_that_hold(const Fleet& fleet, NodeRange nodes) {
  std::uint32_t level = fleet.levels();
  while (level > 0 && fleet.domain_of(NodeId(nodes.first), LevelId(level - 1)) !=
                          fleet.domain_of(NodeId(nodes.past - 1), LevelId(level - 1))) {
    --level;
  }
  return level;
}

void widen(NodeRange& range, NodeRange by) {
  if (by.size() == 0) {
    return;
  }
  range = range.size() == 0
              ? by
              : NodeRange{std::min(range.first, by.first), std::max(range.past, by.past)};
}

}  // namespace

std::vector<std::uint8_t> tiers(const Fabric& fabric, const Seats& seats) {
  return climb(fabric, seats).tiers;
}

std::vector<Home> homes(const Fleet& fleet, const Fabric& fabric, const Seats& seats) {
  std::vector<Home> result(fabric.devices());
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    if (const auto seat = seats.of(DeviceId(i))) {
      result[i] = {{seat->node.index(), seat->node.index() + 1}, fleet.levels()};
    }
  }
  const Climb up = climb(fabric, seats);
  for (const DeviceId device : up.switches) {
    const std::uint8_t tier = up.tiers[device.index()];
    Home& home = result[device.index()];
    for (const Fabric::Link& link : fabric.links(device)) {
      if (up.tiers[link.to.device.index()] < tier) {
        widen(home.below, result[link.to.device.index()].below);
      }
    }
    if (!home.empty()) {
      home.levels = levels_that_hold(fleet, home.below);
    }
  }
  return result;
}

std::vector<TierSummary> tier_summary(const Fabric& fabric, const Seats& seats) {
  const auto tier = tiers(fabric, seats);
  std::vector<TierSummary> summary(tier.empty() ? 0 : *std::max_element(tier.begin(), tier.end()));
  for (const std::uint8_t one : tier) {
    if (one > 0) {
      ++summary[one - 1U].switches;
    }
  }
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    const auto [low, high] =
        std::minmax({cable.a.device, cable.b.device},
                    [&tier](DeviceId a, DeviceId b) { return tier[a.index()] < tier[b.index()]; });
    const std::uint8_t below = tier[low.index()];
    const std::uint8_t above = tier[high.index()];
    const bool of_a_node = below == 0 && seats.of(low).has_value();
    if (above <= below || (below == 0 && !of_a_node)) {
      continue;
    }
    ++summary[above - 1U].cables_down;
    summary[above - 1U].bytes_per_s_down += bytes_per_second(cable.rate);
    if (below > 0) {
      summary[below - 1U].bytes_per_s_up += bytes_per_second(cable.rate);
    }
  }
  return summary;
}

}  // namespace berth
