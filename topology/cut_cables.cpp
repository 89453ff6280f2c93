#include "topology/cut_cables.hpp"

#include <utility>

namespace berth {

Network CutCables::without(const std::vector<CableId>& cables) const {
  const Fleet& fleet = topology_.fleet;
  const Fabric& fabric = topology_.fabric;
  const Network& before = topology_.network;
  NetworkParts parts;
  for (std::uint32_t i = 0; i < fleet.domains(); ++i) {
    parts.uplinks.push_back(before.uplink(DomainId(i)));
  }
  for (std::uint32_t i = 0; i < fleet.nodes(); ++i) {
    parts.injections.push_back(before.injection(NodeId(i)));
  }
  for (std::uint32_t i = 0; i < fleet.levels(); ++i) {
    parts.hops.push_back(before.hops(LevelId(i)));
  }
  parts.nvlink_level = before.nvlink_level();
  for (const CableId id : cables) {
    const Cable& cable = fabric.cable(id);
    const std::int64_t bandwidth = bytes_per_second(cable.rate);
    const auto cut = [&](DeviceId end, DeviceId other) {
      const auto seat = topology_.seats.of(end);
      if (seat && fabric.device(other).kind != DeviceKind::hca) {
        parts.injections[seat->node.index()] -= bandwidth;
      }
    };
    cut(cable.a.device, cable.b.device);
    cut(cable.b.device, cable.a.device);
    each_domain_left(fleet, homes_, cable, [&](DomainId domain, DeviceId /*end*/) {
      parts.uplinks[domain.index()] -= bandwidth;
    });
  }
  return Network(std::move(parts));
}

}  // namespace berth
