#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "topology/builders.hpp"
#include "topology/builders/fabrics.hpp"

namespace berth {
namespace {

// All leaves to all spines, as long as these have the ports.
void raise_two_tiers(std::uint32_t uplinks, ClosDesign& design) {
  design.groups_per_superpod = design.groups;
  design.spine_cables = parallel_cables(design.leaves(), uplinks, design.radix);
  design.spines = uplinks / design.spine_cables;
}

// Units of a superpod, all superpods alike: OpenSM's ftree finds a tree only where switches of a
// tier have as many neighbours. `pod`: of what divides the units, the most with which no port of a
// spine is left over; `rail`: simply the most, as a rail should be one superpod.
std::uint32_t units_of_superpod(const ClosDesign& design, std::uint32_t uplinks) {
  const std::uint32_t half = design.radix / 2;
  const bool pod = design.wiring == Wiring::pod;
  const std::uint32_t sets = pod ? 1 : design.leaves_per_group;    // of a superpod
  const std::uint32_t leaves = pod ? design.leaves_per_group : 1;  // of a unit in one set
  const std::uint32_t most = std::min(half / leaves, design.groups);
  std::uint32_t even = 0;
  for (std::uint32_t units = most; units > 0; --units) {
    if (design.groups % units != 0 || design.groups / units * sets > design.radix) {
      continue;
    }
    const std::uint32_t down = units * leaves;
    if (!pod || down * parallel_cables(down, uplinks, half) == half) {
      return units;
    }
    even = std::max(even, units);
  }
  return even > 0 ? even : most;  // the last superpod is smaller, where nothing else fits
}

void raise_three_tiers(Setting part, std::uint32_t uplinks, ClosDesign& design) {
  const std::uint32_t half = design.radix / 2;
  const bool pod = design.wiring == Wiring::pod;
  if (pod && half < design.leaves_per_group) {
    fail_at_key(part, "radix",
                fmt::format("half of {} ports are not enough for {} rails", design.radix,
                            design.leaves_per_group),
                fmt::format("at least {}", 2 * design.leaves_per_group));
  }
  design.groups_per_superpod = units_of_superpod(design, uplinks);
  const std::uint32_t leaves = design.groups_per_superpod * (pod ? design.leaves_per_group : 1);
  design.spine_cables = parallel_cables(leaves, uplinks, half);
  design.spines = uplinks / design.spine_cables;
  design.spine_down = leaves * design.spine_cables;
  design.cores = plan_cores(design.spine_sets(), design.spines, design.spine_down, design.radix);
  if (!design.cores) {
    fail_at_key(part, "scalable_units",
                fmt::format("{} units make {} sets of spines, more than a core has ports",
                            design.groups, design.spine_sets()),
                "fewer units, or several fabrics with kind: fleet");
  }
}

void refuse_wiring(Setting part) {
  if (const auto wiring = part.find("wiring")) {
    wiring->fail("does not go with two tiers, where every leaf sees every spine",
                 "leave it out; it speaks of how superpods of three tiers are cut");
  }
}

}  // namespace

// Rail-optimised: HCA r of all nodes of a unit on leaf r of the unit. With 8 rails and 64 ports:
// 8 S leaves for S units; up to 8 units two tiers with 4 S spines; beyond, three with 8 S spines
// and 4 S cores (NVIDIA, DGX SuperPOD reference architecture), where S is a power of two. Between
// them nothing is left out that would make a bottleneck: two tiers have the spines of the next
// power of two, three tiers 8 S spines (`pod`) and the cores of the next power of two.
ClosDesign read_superpod(Setting part) {
  ClosDesign design;
  design.groups = static_cast<std::uint32_t>(part.at("scalable_units").count(1, 1000));
  read_model(part, {"h100", "a100", "h200", "b200"}, design);
  design.radix = read_radix(part);
  const std::uint32_t half = design.radix / 2;
  design.leaf_down = half;
  design.nodes_per_group =
      read_count(part, "nodes_per_unit", std::min<std::uint32_t>(32, half), 1, half);
  design.leaves_per_group = read_count(part, "rails", design.model.nics, 1, 64);
  design.model.nics = design.leaves_per_group;
  design.group_name = design.leaf_infix = "su";
  const double over = part.number_or("oversubscription", 1, 1, half);
  const auto uplinks = static_cast<std::uint32_t>(half / over);
  read_nodes(part, design);
  read_rows(part, design);
  if (design.leaves() <= design.radix) {
    refuse_wiring(part);
    raise_two_tiers(uplinks, design);
  } else {
    constexpr std::array<Wiring, 2> wirings{Wiring::pod, Wiring::rail};
    design.wiring = wirings[part.choice_or("wiring", "pod", {"pod", "rail"})];
    raise_three_tiers(part, uplinks, design);
  }
  refuse_unaddressable(part, "scalable_units", design);
  return design;
}

Topology superpod_topology(Setting cluster) {
  return build_fabric(cluster, read_superpod(cluster));
}

}  // namespace berth
