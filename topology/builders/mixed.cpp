#include "topology/builders.hpp"
#include "topology/builders/parts.hpp"

namespace berth {

// Parts may differ in size and in what is in a node; the levels have the same names throughout.
Topology mixed_topology(Setting cluster) {
  std::vector<FleetPart> parts;
  for (const Setting& item : cluster.at("parts").items()) {
    parts.push_back(read_part(item, item.find("levels").has_value()));
    if (parts.back().levels != parts.front().levels) {
      item.fail("its levels differ from those of the first part",
                "name the same levels in every part");
    }
  }
  if (parts.empty()) {
    cluster.at("parts").fail("no part is given");
  }
  return bare(build_parts(cluster, parts));
}

}  // namespace berth
