#include "topology/builders.hpp"

#include <array>
#include <utility>

#include "topology/marks.hpp"

namespace berth {
namespace {

struct Builder {
  std::string_view name;
  Topology (*build)(Setting);
};

constexpr std::array builders{
    Builder{"uniform", uniform_topology},       Builder{"leveled", leveled_topology},
    Builder{"mixed", mixed_topology},           Builder{"superpod", superpod_topology},
    Builder{"fat_tree", fat_tree_topology},     Builder{"nvl72", nvl72_topology},
    Builder{"leaf_spine", leaf_spine_topology}, Builder{"fleet", fleet_topology},
};

}  // namespace

std::vector<std::string_view> fleet_kinds() {
  std::vector<std::string_view> names;
  for (const auto& builder : builders) {
    names.push_back(builder.name);
  }
  return names;
}

Topology build_topology(Setting cluster) {
  Topology topology = builders[cluster.kind_among(fleet_kinds())].build(cluster);
  topology.fleet = with_marks(std::move(topology.fleet), cluster);
  return topology;
}

}  // namespace berth
