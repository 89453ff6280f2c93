#include <algorithm>

#include <fmt/format.h>

#include "topology/builders.hpp"
#include "topology/builders/fabrics.hpp"

namespace berth {
namespace {

// Down to one up, for the leaves and (with three tiers) the spines; one number is for all.
std::vector<double> read_oversubscription(Setting part, std::size_t tiers_below_top) {
  const auto written = part.find("oversubscription");
  if (!written || !written->is_list()) {
    return std::vector<double>(tiers_below_top,
                               part.number_or("oversubscription", 1, 1, radix_most - 1));
  }
  std::vector<double> ratios;
  for (const Setting& item : written->items()) {
    ratios.push_back(item.number(1, radix_most - 1));
  }
  if (ratios.size() != tiers_below_top) {
    written->fail(fmt::format("{} ratios are given for {} tiers that have one above", ratios.size(),
                              tiers_below_top),
                  "one for each tier but the top, leaves first");
  }
  return ratios;
}

Split split_or_fail(Setting part, const ClosDesign& design, double over) {
  const Split ports = split(design.radix, over, design.spine_cables);
  if (ports.up == 0 || ports.down < design.spine_cables) {
    fail_at_key(
        part, "cables_per_pair",
        fmt::format("a switch of {} ports cannot have {} cables to each switch above at {}:1",
                    design.radix, design.spine_cables, over));
  }
  return ports;
}

void place_nodes(Setting part, ClosDesign& design) {
  design.nodes_per_group = design.leaf_down / design.model.nics;
  if (design.nodes_per_group == 0) {
    fail_at_key(part, "hcas_per_node",
                fmt::format("a leaf has {} ports for nodes, a node {} HCAs", design.leaf_down,
                            design.model.nics),
                "fewer HCAs, or a larger radix");
  }
}

void raise_spines(Setting part, double over, ClosDesign& design) {
  const Split ports = split_or_fail(part, design, over);
  design.groups_per_superpod = ports.down / design.spine_cables;
  design.spine_down = design.groups_per_superpod * design.spine_cables;
  const std::uint32_t pods_most = design.radix / design.spine_cables;
  const std::uint32_t pods = read_count(part, "pods", pods_most, 2, pods_most);
  design.groups = pods * design.groups_per_superpod;
  const auto planes = core_planes(pods, design.spines, design.spine_cables, design.radix);
  design.cores = CorePlan{*planes, ports.up / design.spine_cables, design.spine_cables};
}

}  // namespace

// A folded Clos of switches with `radix` ports: k-ary where nothing is oversubscribed. All HCAs of
// a node are on one leaf.
ClosDesign read_fat_tree(Setting part) {
  ClosDesign design;
  read_model(part, {"h100", "a100", "h200", "b200"}, design);
  design.radix = read_radix(part);
  const std::uint32_t tiers = read_count(part, "tiers", 2, 2, 3);
  const auto over = read_oversubscription(part, tiers - 1);
  design.spine_cables = read_count(part, "cables_per_pair", 1, 1, design.radix / 2);
  design.model.nics = read_count(part, "hcas_per_node", design.model.nics, 1, design.radix);
  const Split ports = split_or_fail(part, design, over[0]);
  design.leaf_down = ports.down;
  design.spines = ports.up / design.spine_cables;
  place_nodes(part, design);
  if (tiers == 3) {
    raise_spines(part, over[1], design);
  } else {
    const std::uint32_t leaves_most = design.radix / design.spine_cables;
    design.groups = read_count(part, "leaves", leaves_most, 1, leaves_most);
    design.groups_per_superpod = design.groups;
  }
  design.leaves_in_racks = true;
  read_nodes(part, design);
  read_rows(part, design);
  refuse_unaddressable(part, tiers == 3 ? "pods" : "leaves", design);
  return design;
}

Topology fat_tree_topology(Setting cluster) {
  return build_fabric(cluster, read_fat_tree(cluster));
}

}  // namespace berth
