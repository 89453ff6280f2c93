#include "topology/routing/subnet.hpp"

#include <algorithm>

namespace berth {

std::uint64_t table_key(Guid guid) {
  std::uint64_t key = 0;
  for (std::uint64_t rest = guid.value, i = 0; i < 8; ++i, rest >>= 8) {
    key = key << 8 | (rest & 0xFF);
  }
  return key;
}

Subnet::Subnet(const Fabric& fabric, const std::vector<DeviceId>& switches) : devices_(switches) {
  const auto key = [&fabric](DeviceId id) { return table_key(fabric.device(id).guid); };
  std::sort(devices_.begin(), devices_.end(),
            [&key](DeviceId a, DeviceId b) { return key(a) < key(b); });
  std::vector<std::uint32_t> place(fabric.devices(), none);
  for (std::uint32_t s = 0; s < devices_.size(); ++s) {
    place[devices_[s].index()] = s;
    guids_.push_back(fabric.device(devices_[s]).guid);
    lids_.push_back(fabric.switch_lid(devices_[s]));
  }
  list_ends(fabric, place);
  list_ports(fabric, place);
}

void Subnet::list_ends(const Fabric& fabric, const std::vector<std::uint32_t>& place) {
  for (const EndPort& end : fabric.end_ports()) {
    if (fabric.is_switch(end.device)) {
      continue;
    }
    const PortRef peer = fabric.peer({end.device, end.port}).value();
    if (const std::uint32_t on = place[peer.device.index()]; on != none) {
      ends_.push_back({end.device, end.guid, fabric.device(end.device).kind == DeviceKind::hca,
                       end.lmc, end.lid, on, peer.port});
    }
  }
  std::stable_sort(ends_.begin(), ends_.end(), [&fabric](const End& a, const End& b) {
    return table_key(fabric.device(a.device).guid) < table_key(fabric.device(b.device).guid);
  });
}

void Subnet::list_ports(const Fabric& fabric, const std::vector<std::uint32_t>& place) {
  std::vector<std::vector<std::uint32_t>> end_at(devices_.size());  // by switch and port
  for (std::uint32_t i = 0; i < ends_.size(); ++i) {
    auto& at = end_at[ends_[i].on];
    at.resize(256, none);
    at[ends_[i].by] = i;
  }
  for (std::uint32_t s = 0; s < devices_.size(); ++s) {
    first_port_.push_back(static_cast<std::uint32_t>(ports_.size()));
    for (const Fabric::Link& link : fabric.links(devices_[s])) {
      if (link.to.device == devices_[s]) {
        continue;
      }
      Port port{link.port, link.to.port, place[link.to.device.index()], none};
      if (port.to_switch == none) {
        port.to_end = end_at[s][link.port];
      }
      ports_.push_back(port);
    }
  }
  first_port_.push_back(static_cast<std::uint32_t>(ports_.size()));
}

std::vector<std::vector<DeviceId>> planes(const Fabric& fabric) {
  std::vector<std::vector<DeviceId>> found;
  std::vector<bool> seen(fabric.devices());
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    if (seen[i] || !fabric.is_switch(DeviceId(i))) {
      continue;
    }
    seen[i] = true;
    std::vector<DeviceId> plane{DeviceId(i)};
    for (std::size_t next = 0; next < plane.size(); ++next) {
      for (const Fabric::Link& link : fabric.links(plane[next])) {
        if (fabric.is_switch(link.to.device) && !seen[link.to.device.index()]) {
          seen[link.to.device.index()] = true;
          plane.push_back(link.to.device);
        }
      }
    }
    std::sort(plane.begin(), plane.end());
    found.push_back(std::move(plane));
  }
  return found;
}

std::vector<std::uint32_t> ranks_from(const Subnet& subnet,
                                      const std::vector<std::uint32_t>& sources) {
  std::vector<std::uint32_t> ranks(subnet.switches(), Subnet::none);
  std::vector<std::uint32_t> wave = sources;
  for (const std::uint32_t source : sources) {
    ranks[source] = 0;
  }
  for (std::size_t next = 0; next < wave.size(); ++next) {
    for (const Subnet::Port& port : subnet.ports(wave[next])) {
      if (port.to_switch != Subnet::none && ranks[port.to_switch] == Subnet::none) {
        ranks[port.to_switch] = ranks[wave[next]] + 1;
        wave.push_back(port.to_switch);
      }
    }
  }
  return ranks;
}

}  // namespace berth
