#include "topology/builders/clos.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/check.hpp"
#include "topology/builders/racks.hpp"

namespace berth {
namespace {

PortNumber port(std::uint32_t number) { return static_cast<PortNumber>(number); }

std::string numbered(const std::string& prefix, std::string_view noun, std::uint32_t index,
                     std::uint32_t of) {
  return fmt::format("{}{}{:0{}}", prefix, noun, index + 1, std::to_string(of).size());
}

// Puts one design up; keeps the switches until all cables are drawn.
class Clos {
 public:
  Clos(const ClosDesign& design, const std::string& prefix, Construction& site)
      : design_(design), prefix_(prefix), site_(site), racks_(design, prefix) {}

  void build(const std::vector<std::string>& node_names) {
    site_.enter("fabric", prefix_ + "fabric");
    for (std::uint32_t superpod = 0; superpod < design_.superpods(); ++superpod) {
      site_.enter("superpod", numbered(prefix_, "superpod", superpod, design_.superpods()));
      const std::uint32_t first = superpod * design_.groups_per_superpod;
      const std::uint32_t past = std::min(first + design_.groups_per_superpod, design_.groups);
      for (std::uint32_t group = first; group < past; ++group) {
        build_group(group, node_names);
      }
      site_.leave("superpod");
    }
    site_.leave("fabric");
    build_spines();
    if (design_.cores) {
      build_cores();
    }
    racks_.finish(site_);
  }

 private:
  DeviceId add_switch(std::string name) {
    return site_.add_switch(std::move(name), design_.radix,
                            switch_model(design_.technology, design_.model.link.speed));
  }

  std::string leaf_name(std::uint32_t group, std::uint32_t leaf) const {
    std::string name = numbered(prefix_ + "leaf-", design_.leaf_infix, group, design_.groups);
    return design_.leaves_per_group == 1 ? name : fmt::format("{}-r{}", name, leaf + 1);
  }

  void build_group(std::uint32_t group, const std::vector<std::string>& node_names) {
    for (std::uint32_t leaf = 0; leaf < design_.leaves_per_group; ++leaf) {
      leaves_.push_back(add_switch(leaf_name(group, leaf)));
    }
    site_.enter("leaf", numbered(prefix_, design_.group_name, group, design_.groups));
    const std::uint32_t first = group * design_.nodes_per_group;
    const std::uint32_t past = std::min(first + design_.nodes_per_group, design_.nodes);
    for (std::uint32_t node = first; node < past; node += design_.nodes_per_rack) {
      build_rack({node, std::min(node + design_.nodes_per_rack, past)}, group, node_names);
    }
    site_.leave("leaf");
    racks_.add_leaves({leaves_.end() - design_.leaves_per_group, leaves_.end()});
  }

  // `nodes` are numbers within this fabric.
  void build_rack(NodeRange nodes, std::uint32_t group, const std::vector<std::string>& names) {
    const std::string name = racks_.next_name();
    site_.enter("rack", name);
    const std::uint32_t first = site_.nodes();
    for (std::uint32_t node = nodes.first; node < nodes.past; ++node) {
      if (!design_.nvlink_joins_racks || node == nodes.first) {
        site_.enter("nvlink", design_.nvlink_joins_racks ? name + "-nvlink" : names[node]);
      }
      build_node(names[node], group, node - group * design_.nodes_per_group);
      if (!design_.nvlink_joins_racks || node + 1 == nodes.past) {
        site_.leave("nvlink");
      }
    }
    site_.leave("rack");
    racks_.add_rack(name, {first, site_.nodes()});
  }

  // The HCAs of the node in that slot of its group: dealt over the leaves in equal shares.
  void build_node(const std::string& name, std::uint32_t group, std::uint32_t slot) {
    site_.add_node(name, design_.model.kind);
    const std::uint32_t share = design_.model.nics / design_.leaves_per_group;
    for (std::uint32_t hca = 0; hca < design_.model.nics; ++hca) {
      const DeviceId device = site_.add_hca(name, hca, hca_model(design_.model.link.speed));
      const DeviceId leaf = leaves_[group * design_.leaves_per_group + hca / share];
      site_.connect({device, 1}, {leaf, port(1 + slot * share + hca % share)}, design_.model.link);
    }
  }

  std::string spine_name(std::uint32_t set, std::uint32_t spine) const {
    const std::string prefix =
        design_.spine_sets() == 1
            ? prefix_ + "spine-"
            : numbered(prefix_ + "spine-", design_.wiring == Wiring::rail ? "rail" : "sp", set,
                       design_.spine_sets()) +
                  "-";
    return numbered(prefix, "", spine, design_.spines);
  }

  void build_spines() {
    for (std::uint32_t set = 0; set < design_.spine_sets(); ++set) {
      for (std::uint32_t spine = 0; spine < design_.spines; ++spine) {
        spines_.push_back(add_switch(spine_name(set, spine)));
      }
    }
    racks_.add_network(spines_);
    for (std::uint32_t leaf = 0; leaf < leaves_.size(); ++leaf) {
      join_leaf(leaf);
    }
  }

  void join_leaf(std::uint32_t leaf) {
    const std::uint32_t per_group = design_.leaves_per_group;
    const std::uint32_t per_superpod = design_.groups_per_superpod * per_group;
    const std::uint32_t superpod = leaf / per_superpod;
    const std::uint32_t within = leaf % per_superpod;
    const bool by_rail = design_.wiring == Wiring::rail;
    const std::uint32_t set = by_rail ? superpod * per_group + within % per_group : superpod;
    const std::uint32_t row = by_rail ? within / per_group : within;
    for (std::uint32_t spine = 0; spine < design_.spines; ++spine) {
      for (std::uint32_t i = 0; i < design_.spine_cables; ++i) {
        site_.connect(
            {leaves_[leaf], port(design_.leaf_down + 1 + spine * design_.spine_cables + i)},
            {spines_[set * design_.spines + spine], port(1 + row * design_.spine_cables + i)},
            design_.model.link);
      }
    }
  }

  void build_cores() {
    const CorePlan& plan = *design_.cores;
    std::vector<DeviceId> cores;
    for (std::uint32_t i = 0; i < plan.cores(); ++i) {
      cores.push_back(add_switch(numbered(prefix_, "core-", i, plan.cores())));
    }
    racks_.add_network(cores);
    const std::uint32_t in_plane = design_.spines / plan.planes;  // spines of one set
    for (std::uint32_t i = 0; i < spines_.size(); ++i) {
      const std::uint32_t set = i / design_.spines;
      const std::uint32_t spine = i % design_.spines;
      const std::uint32_t row = set * in_plane + spine / plan.planes;
      for (std::uint32_t up = 0; up < plan.per_plane * plan.cables; ++up) {
        const std::uint32_t core = spine % plan.planes * plan.per_plane + up / plan.cables;
        site_.connect({spines_[i], port(design_.spine_down + 1 + up)},
                      {cores[core], port(1 + row * plan.cables + up % plan.cables)},
                      design_.model.link);
      }
    }
  }

  const ClosDesign& design_;
  const std::string& prefix_;
  Construction& site_;
  Racks racks_;
  std::vector<DeviceId> leaves_;  // by group, then rail
  std::vector<DeviceId> spines_;  // by set
};

}  // namespace

std::uint32_t ClosDesign::switches() const {
  return leaves() + spine_sets() * spines + (cores ? cores->cores() : 0);
}

std::uint32_t parallel_cables(std::uint32_t leaves, std::uint32_t uplinks, std::uint32_t ports) {
  for (std::uint32_t cables = uplinks; cables > 0; --cables) {
    if (uplinks % cables == 0 && cables * leaves <= ports) {
      return cables;
    }
  }
  return 0;
}

std::optional<std::uint32_t> core_planes(std::uint32_t sets, std::uint32_t spines,
                                         std::uint32_t cables, std::uint32_t radix) {
  for (std::uint32_t planes = 1; planes <= spines; ++planes) {
    if (spines % planes == 0 && sets * (spines / planes) * cables <= radix) {
      return planes;
    }
  }
  return std::nullopt;
}

std::optional<CorePlan> plan_cores(std::uint32_t sets, std::uint32_t spines, std::uint32_t uplinks,
                                   std::uint32_t radix) {
  std::optional<CorePlan> best;
  for (std::uint32_t cables = 1; cables <= uplinks; ++cables) {
    const auto planes = core_planes(sets, spines, cables, radix);
    if (uplinks % cables != 0 || !planes) {
      continue;
    }
    const CorePlan plan{*planes, uplinks / cables, cables};
    if (!best || plan.cores() < best->cores()) {
      best = plan;
    }
  }
  return best;
}

void build_clos(const ClosDesign& design, const std::string& prefix,
                const std::vector<std::string>& node_names, Construction& site) {
  check(node_names.size() == design.nodes, "every node has a name");
  check(design.model.nics % design.leaves_per_group == 0, "leaves take equal shares of a node");
  site.wire_with(design.technology);
  Clos(design, prefix, site).build(node_names);
}

}  // namespace berth
