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

void raise_three_tiers(Setting part, std::uint32_t uplinks, ClosDesign& design) {
  const std::uint32_t half = design.radix / 2;
  if (design.wiring == Wiring::pod) {
    design.groups_per_superpod = half / design.leaves_per_group;
    if (design.groups_per_superpod == 0) {
      fail_at_key(part, "radix",
                  fmt::format("half of {} ports are not enough for {} rails", design.radix,
                              design.leaves_per_group),
                  fmt::format("at least {}", 2 * design.leaves_per_group));
    }
  } else {
    const std::uint32_t superpods = (design.groups + half - 1) / half;
    design.groups_per_superpod = (design.groups + superpods - 1) / superpods;
  }
  const std::uint32_t leaves =
      design.groups_per_superpod * (design.wiring == Wiring::pod ? design.leaves_per_group : 1);
  design.spine_cables = parallel_cables(leaves, uplinks, half);
  design.spines = uplinks / design.spine_cables;
  design.spine_down = half;
  design.cores = plan_cores(design.spine_sets(), design.spines, half, design.radix);
  if (!design.cores) {
    fail_at_key(part, "scalable_units",
                fmt::format("{} units make {} sets of spines, more than a core has ports",
                            design.groups, design.spine_sets()),
                "fewer units, or several fabrics with kind: fleet");
  }
}

}  // namespace

// Rail-optimised: HCA r of all nodes of a unit on leaf r of the unit. With 8 rails and 64 ports:
// 8 S leaves for S units; up to 8 units two tiers with 4 S spines; beyond, three with 8 S spines
// and 4 S cores (NVIDIA, DGX SuperPOD reference architecture), where S is a power of two. A number
// in between has the spines and cores of what it grows into: with two tiers those of the next
// power of two, with three those of full superpods and of the next power of two of these.
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
  constexpr std::array<Wiring, 2> wirings{Wiring::pod, Wiring::rail};
  design.wiring = wirings[part.choice_or("wiring", "pod", {"pod", "rail"})];
  const double over = part.number_or("oversubscription", 1, 1, half);
  const auto uplinks = static_cast<std::uint32_t>(half / over);
  read_nodes(part, design);
  read_rows(part, design);
  if (design.leaves() <= design.radix) {
    design.wiring = Wiring::pod;
    raise_two_tiers(uplinks, design);
  } else {
    raise_three_tiers(part, uplinks, design);
  }
  refuse_unaddressable(part, "scalable_units", design);
  return design;
}

Topology superpod_topology(Setting cluster) {
  return build_fabric(cluster, read_superpod(cluster));
}

}  // namespace berth
