#include <fmt/format.h>

#include "topology/builders.hpp"
#include "topology/builders/fabrics.hpp"

namespace berth {

// Ethernet of two tiers: the NICs of a node on one leaf or dealt over a pair, so that a dead leaf
// takes half of their bandwidth and no node. No rails.
ClosDesign read_leaf_spine(Setting part) {
  ClosDesign design;
  design.technology = Technology::ethernet;
  read_model(part, {"h100", "a100", "h200", "b200"}, design);
  design.radix = read_radix(part);
  design.leaves_per_group = read_count(part, "leaves_per_node", 1, 1, 2);
  const auto leaves = static_cast<std::uint32_t>(part.at("leaves").count(1, design.radix));
  if (leaves % design.leaves_per_group != 0) {
    part.at("leaves").fail("pairs of leaves need an even number");
  }
  design.groups = design.groups_per_superpod = leaves / design.leaves_per_group;
  design.model.nics = read_count(part, "nics_per_node", design.model.nics, 1, design.radix);
  if (design.model.nics % design.leaves_per_group != 0) {
    fail_at_key(part, "nics_per_node", "an odd number cannot be dealt over two leaves");
  }
  const Split ports =
      split(design.radix, part.number_or("oversubscription", 1, 1, design.radix - 1), 1);
  design.leaf_down = ports.down;
  design.nodes_per_group = ports.down / (design.model.nics / design.leaves_per_group);
  if (design.nodes_per_group == 0) {
    fail_at_key(part, "nics_per_node",
                fmt::format("a leaf has only {} ports for nodes", ports.down), "a larger radix");
  }
  design.spine_cables = parallel_cables(leaves, ports.up, design.radix);
  design.spines = ports.up / design.spine_cables;
  design.leaf_infix = design.leaves_per_group == 1 ? "" : "pair";
  design.leaves_in_racks = true;
  read_nodes(part, design);
  read_rows(part, design);
  return design;
}

Topology leaf_spine_topology(Setting cluster) {
  return build_fabric(cluster, read_leaf_spine(cluster));
}

}  // namespace berth
