#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/check.hpp"
#include "core/error.hpp"
#include "topology/fabric.hpp"

namespace berth {
namespace {

bool before(const EndPort& a, const EndPort& b) {
  return PortRef{a.device, a.port} < PortRef{b.device, b.port};
}

// Gives the lowest free LIDs to those of one subnet that have none.
void number_subnet(std::vector<EndPort*>& end_ports) {
  std::vector<bool> taken(std::size_t{lid_most} + 1);
  for (const EndPort* one : end_ports) {
    for (std::uint32_t i = 0; one->lid != 0 && i < (1U << one->lmc); ++i) {
      taken[std::min<std::size_t>(one->lid + i, lid_most)] = true;
    }
  }
  std::size_t next = 1;
  for (EndPort* one : end_ports) {
    if (one->lid != 0) {
      continue;
    }
    while (next <= lid_most && taken[next]) {
      ++next;
    }
    if (next > lid_most) {
      throw InputError({},
                       fmt::format("a subnet has more than {} switches and HCA ports, the most "
                                   "that InfiniBand can address",
                                   lid_most),
                       "split it into several fabrics");
    }
    one->lid = static_cast<std::uint16_t>(next++);
  }
}

}  // namespace

DeviceId FabricBuilder::add(Device device) {
  fabric_.devices_.push_back(std::move(device));
  return DeviceId(fabric_.devices() - 1);
}

CableId FabricBuilder::connect(PortRef a, PortRef b, LinkRate rate) {
  check(a != b, "a cable has two ends");
  fabric_.cables_.push_back({std::min(a, b), std::max(a, b), rate});
  return CableId(fabric_.cables() - 1);
}

void FabricBuilder::set_end_port(PortRef port, Guid guid, std::uint16_t lid, std::uint8_t lmc) {
  said_.push_back({port.device, port.port, lmc, lid, guid});
}

Fabric FabricBuilder::build() {
  fabric_.index_links();
  fabric_.index_guids();
  std::stable_sort(said_.begin(), said_.end(), before);
  fabric_.list_end_ports(said_);
  const auto parts = subnets(fabric_);
  for (const auto& part : parts) {
    std::vector<EndPort*> of_part;
    for (const DeviceId device : part) {
      for (std::uint32_t i = fabric_.first_end_port_[device.index()];
           i < fabric_.first_end_port_[device.index() + 1]; ++i) {
        of_part.push_back(&fabric_.end_ports_[i]);
      }
    }
    number_subnet(of_part);
  }
  return std::move(fabric_);
}

void Fabric::index_links() {
  first_link_.assign(devices_.size() + 1, 0);
  const auto each_end = [this](auto&& act) {
    for (std::uint32_t i = 0; i < cables(); ++i) {
      act(cables_[i].a, cables_[i].b, CableId(i));
      act(cables_[i].b, cables_[i].a, CableId(i));
    }
  };
  each_end([this](PortRef from, PortRef /*to*/, CableId /*id*/) {
    check(from.device.index() < devices_.size(), "a cable ends at a device of its fabric");
    check(from.port >= 1 && from.port <= devices_[from.device.index()].ports,
          "a cable ends in a port that its device has");
    ++first_link_[from.device.index() + 1];
  });
  std::partial_sum(first_link_.begin(), first_link_.end(), first_link_.begin());
  links_.resize(cables_.size() * 2);
  std::vector<std::uint32_t> next(first_link_.begin(), first_link_.end() - 1);
  each_end([this, &next](PortRef from, PortRef to, CableId id) {
    links_[next[from.device.index()]++] = {from.port, to, id};
  });
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    const auto first = links_.begin() + first_link_[i];
    const auto last = links_.begin() + first_link_[i + 1];
    std::sort(first, last, [](const Link& a, const Link& b) { return a.port < b.port; });
    check(std::adjacent_find(first, last,
                             [](const Link& a, const Link& b) { return a.port == b.port; }) == last,
          "a port holds one cable");
  }
}

void Fabric::index_guids() {
  by_guid_.resize(devices_.size());
  std::iota(by_guid_.begin(), by_guid_.end(), 0U);
  const auto guid = [this](std::uint32_t index) { return devices_[index].guid; };
  std::sort(by_guid_.begin(), by_guid_.end(),
            [&guid](std::uint32_t a, std::uint32_t b) { return guid(a) < guid(b); });
  check(std::adjacent_find(by_guid_.begin(), by_guid_.end(),
                           [&guid](std::uint32_t a, std::uint32_t b) {
                             return guid(a) == guid(b);
                           }) == by_guid_.end(),
        "every device has a GUID of its own");
}

void Fabric::list_end_ports(const std::vector<EndPort>& said) {
  auto next_said = said.begin();
  const auto list = [&](DeviceId device, PortNumber port) {
    while (next_said != said.end() &&
           PortRef{next_said->device, next_said->port} < PortRef{device, port}) {
      ++next_said;
    }
    if (next_said != said.end() && next_said->device == device && next_said->port == port) {
      end_ports_.push_back(*next_said);
    } else {
      end_ports_.push_back({device, port, 0, 0, Guid{devices_[device.index()].guid.value + port}});
    }
  };
  for (std::uint32_t i = 0; i < devices(); ++i) {
    const DeviceId id(i);
    first_end_port_.push_back(static_cast<std::uint32_t>(end_ports_.size()));
    if (is_switch(id)) {
      list(id, 0);
      continue;
    }
    for (const Link& link : links(id)) {
      list(id, link.port);
    }
  }
  first_end_port_.push_back(static_cast<std::uint32_t>(end_ports_.size()));
}

std::vector<std::vector<DeviceId>> subnets(const Fabric& fabric) {
  std::vector<std::vector<DeviceId>> parts;
  std::vector<bool> seen(fabric.devices());
  for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
    if (seen[i]) {
      continue;
    }
    seen[i] = true;
    std::vector<DeviceId> part{DeviceId(i)};
    for (std::size_t next = 0; next < part.size(); ++next) {
      for (const Fabric::Link& link : fabric.links(part[next])) {
        if (!seen[link.to.device.index()]) {
          seen[link.to.device.index()] = true;
          part.push_back(link.to.device);
        }
      }
    }
    std::sort(part.begin(), part.end());
    parts.push_back(std::move(part));
  }
  return parts;
}

Fabric part_of(const Fabric& fabric, const std::vector<DeviceId>& devices) {
  constexpr std::uint32_t absent = UINT32_MAX;
  std::vector<std::uint32_t> place(fabric.devices(), absent);
  FabricBuilder builder;
  for (const DeviceId id : devices) {
    place[id.index()] = builder.add(fabric.device(id)).index();
    for (const EndPort& one : fabric.end_ports(id)) {
      builder.set_end_port({DeviceId(place[id.index()]), one.port}, one.guid, one.lid, one.lmc);
    }
  }
  for (std::uint32_t i = 0; i < fabric.cables(); ++i) {
    const Cable& cable = fabric.cable(CableId(i));
    const std::uint32_t a = place[cable.a.device.index()];
    const std::uint32_t b = place[cable.b.device.index()];
    if (a != absent && b != absent) {
      builder.connect({DeviceId(a), cable.a.port}, {DeviceId(b), cable.b.port}, cable.rate);
    }
  }
  return builder.build();
}

}  // namespace berth
