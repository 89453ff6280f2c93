#include <algorithm>

#include <fmt/format.h>

#include "topology/builders.hpp"
#include "topology/builders/fabrics.hpp"

namespace berth {
namespace {

struct Size {
  std::uint32_t racks = 0;
  std::uint32_t units = 0;
};

// Units of 8 racks; `racks` may say that the last unit has fewer.
Size read_size(Setting part) {
  constexpr std::uint32_t per_unit = nvl72_racks_per_unit;
  constexpr std::uint32_t units_most = 1000;
  if (const auto racks = part.find("racks"); racks && !part.find("units")) {
    const auto count = static_cast<std::uint32_t>(racks->count(1, units_most * per_unit));
    return {count, (count + per_unit - 1) / per_unit};
  }
  const std::uint32_t units = read_count(part, "units", 1, 1, units_most);
  const std::uint32_t all = units * per_unit;
  return {read_count(part, "racks", all, all - per_unit + 1, all), units};
}

}  // namespace

// GB200 NVL72: a rack is 18 compute trays with 4 GPUs each, all joined by the NVLink switches of 9
// trays, and one NVLink domain (no part of this fabric). Above, InfiniBand: in each rack HCA r of
// all trays on leaf r, which has as many cables up. One unit has two tiers, 9 spines of 64 ports;
// more have three (assumption: half of a spine's ports up, cores as few as keep all bandwidth).
ClosDesign read_nvl72(Setting part) {
  ClosDesign design;
  const auto [racks, units] = read_size(part);
  read_model(part, {"gb200"}, design);
  design.model.nics = read_count(part, "rails", design.model.nics, 1, 8);
  design.radix = read_radix(part);
  design.group_name = "leaf";
  design.leaf_infix = "rack";
  design.groups = racks;
  design.leaves_per_group = design.model.nics;
  design.nodes_per_group = nvl72_compute_trays;
  design.nvlink_joins_racks = true;
  if (design.nodes_per_rack < nvl72_compute_trays) {
    fail_at_key(part, "rack_kw", fmt::format("is for {} compute trays", design.nodes_per_rack),
                fmt::format("a rack of {} trays draws 132", nvl72_compute_trays));
  }
  design.nodes_per_rack = nvl72_compute_trays;
  const std::uint32_t uplinks = design.leaf_down = nvl72_compute_trays;
  design.groups_per_superpod = std::min(racks, nvl72_racks_per_unit);
  const std::uint32_t unit_leaves = design.groups_per_superpod * design.leaves_per_group;
  const std::uint32_t down = units == 1 ? design.radix : design.radix / 2;
  design.spine_cables = parallel_cables(unit_leaves, uplinks, down);
  if (2 * uplinks > design.radix || design.spine_cables == 0) {
    fail_at_key(
        part, "radix",
        fmt::format("switches of {} ports cannot join {} leaves", design.radix, unit_leaves),
        "64 or more");
  }
  design.spines = uplinks / design.spine_cables;
  if (units > 1) {
    design.spine_down = down;
    design.cores = plan_cores(units, design.spines, down, design.radix);
    if (!design.cores) {
      fail_at_key(part, "units", fmt::format("a core has only {} ports", design.radix),
                  "fewer units");
    }
  }
  read_nodes(part, design);
  read_rows(part, design);
  refuse_unaddressable(part, "units", design);
  return design;
}

Topology nvl72_topology(Setting cluster) { return build_fabric(cluster, read_nvl72(cluster)); }

}  // namespace berth
