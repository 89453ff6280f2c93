#include "topology/builders.hpp"

#include <array>

namespace berth {
namespace {

struct Builder {
  std::string_view name;
  Fleet (*build)(Setting);
};

constexpr std::array builders{
    Builder{"uniform", uniform_fleet},
    Builder{"leveled", leveled_fleet},
    Builder{"mixed", mixed_fleet},
};

}  // namespace

std::vector<std::string_view> fleet_kinds() {
  std::vector<std::string_view> names;
  for (const auto& builder : builders) {
    names.push_back(builder.name);
  }
  return names;
}

Fleet build_fleet(Setting cluster) {
  return builders[cluster.kind_among(fleet_kinds())].build(cluster);
}

}  // namespace berth
