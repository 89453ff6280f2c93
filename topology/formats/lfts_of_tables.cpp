// Forwarding tables as a dump, and a dump as the tables of a fabric that has to fit.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/error.hpp"
#include "topology/formats.hpp"
#include "topology/routing/subnet.hpp"

namespace berth {
namespace {

// By LID: whose it is, in the subnet of a switch.
std::vector<const EndPort*> owners_of_lids(const Fabric& fabric, DeviceId of_subnet) {
  std::vector<const EndPort*> owners;
  const auto parts = subnets(fabric);
  const auto part = std::find_if(parts.begin(), parts.end(), [of_subnet](const auto& devices) {
    return std::binary_search(devices.begin(), devices.end(), of_subnet);
  });
  for (const DeviceId device : *part) {
    for (const EndPort& one : fabric.end_ports(device)) {
      const std::size_t past = std::size_t{one.lid} + (1U << one.lmc);
      owners.resize(std::max(owners.size(), past));
      std::fill(owners.begin() + one.lid, owners.begin() + static_cast<std::ptrdiff_t>(past), &one);
    }
  }
  return owners;
}

LftDump::Switch table_of(const Fabric& fabric, const ForwardingTables& tables, DeviceId from,
                         const std::vector<const EndPort*>& owners) {
  const Device& device = fabric.device(from);
  LftDump::Switch table{fabric.switch_lid(from), tables.top(), device.guid, device.description, {}};
  for (std::size_t lid = 1; lid <= tables.top(); ++lid) {
    const PortNumber port = tables.port(from, static_cast<std::uint16_t>(lid));
    if (port == ForwardingTables::no_path) {
      continue;
    }
    LftDump::Entry& entry = table.entries.emplace_back();
    entry.lid = static_cast<std::uint16_t>(lid);
    entry.port = port;
    if (const EndPort* const owner = lid < owners.size() ? owners[lid] : nullptr) {
      entry.kind = fabric.device(owner->device).kind;
      entry.port_guid = owner->guid;
      entry.description = fabric.device(owner->device).description;
    }
  }
  return table;
}

class Fitting {
 public:
  Fitting(const LftDump& dump, const Fabric& fabric, const std::string& path)
      : dump_(dump), fabric_(fabric), path_(path) {}

  ForwardingTables tables() {
    std::vector<DeviceId> ids;
    for (const LftDump::Switch& table : dump_.switches) {
      ids.push_back(find(table));
    }
    if (ids.empty()) {
      fail("holds no table", "a dump as opensm writes it is expected");
    }
    owners_ = owners_of_lids(fabric_, ids.front());
    std::uint16_t top = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      fit_switch(dump_.switches[i], ids[i]);
      top = std::max(top, dump_.switches[i].top);
    }
    std::vector<DeviceId> in_order = ids;
    std::sort(in_order.begin(), in_order.end());
    if (std::adjacent_find(in_order.begin(), in_order.end()) != in_order.end()) {
      fail("a switch has two tables", "keep one of the two");
    }
    refuse_omissions(in_order);
    ForwardingTables tables(fabric_, std::move(in_order), top);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      for (const LftDump::Entry& entry : dump_.switches[i].entries) {
        fit_entry(dump_.switches[i], ids[i], entry);
        tables.set(ids[i], entry.lid, entry.port);
      }
    }
    return tables;
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const {
    throw InputError({path_}, what, remedy);
  }
  [[noreturn]] void fail(const LftDump::Switch& table, const std::string& what) const {
    fail(fmt::format("switch {:#x} ('{}'): {}", table.guid.value, table.description, what),
         "the tables and the fabric are of different times, or of different fabrics");
  }

  [[nodiscard]] DeviceId find(const LftDump::Switch& table) const {
    const auto id = fabric_.find(table.guid);
    if (!id) {
      fail(table, "the fabric has no such switch");
    }
    if (!fabric_.is_switch(*id)) {
      fail(table, "the fabric has this GUID, but it is not a switch's");
    }
    return *id;
  }

  // The owner of a LID in the subnet, or null.
  [[nodiscard]] const EndPort* owner(std::uint16_t lid) const {
    return lid < owners_.size() ? owners_[lid] : nullptr;
  }

  void fit_switch(const LftDump::Switch& table, DeviceId id) const {
    if (table.lid != fabric_.switch_lid(id)) {
      fail(table, fmt::format("it has lid {} in the dump and lid {} in the fabric", table.lid,
                              fabric_.switch_lid(id)));
    }
    const EndPort* const one = owner(table.lid);
    if (one == nullptr || one->device != id) {
      fail(table, "no cables lead from it to the first switch of the dump");
    }
  }

  void refuse_omissions(const std::vector<DeviceId>& in_order) const {
    for (const EndPort* const one : owners_) {
      if (one != nullptr && one->port == 0 &&
          !std::binary_search(in_order.begin(), in_order.end(), one->device)) {
        const Device& device = fabric_.device(one->device);
        fail(fmt::format("there is no table for switch {:#x} ('{}')", device.guid.value,
                         device.description),
             "dump the tables of all switches of the subnet");
      }
    }
  }

  void fit_entry(const LftDump::Switch& table, DeviceId from, const LftDump::Entry& entry) const {
    const EndPort* const to = owner(entry.lid);
    if (to == nullptr) {
      fail(table, fmt::format("nothing in its subnet has lid {}", entry.lid));
    }
    if (entry.kind && *entry.kind != fabric_.device(to->device).kind) {
      fail(table, fmt::format("lid {} is not of the same kind of device in the dump and in the "
                              "fabric",
                              entry.lid));
    }
    if (entry.kind && entry.port_guid != to->guid) {
      fail(table, fmt::format("lid {} is that of port GUID {:#x} in the dump and of {:#x} in the "
                              "fabric",
                              entry.lid, entry.port_guid.value, to->guid.value));
    }
    if (entry.port > fabric_.device(from).ports) {
      fail(table, fmt::format("it has no port {} (lid {})", entry.port, entry.lid));
    }
    if (entry.port == 0 && to->device != from) {
      fail(table,
           fmt::format("lid {} leads to port 0, the switch itself, but is another's", entry.lid));
    }
  }

  const LftDump& dump_;
  const Fabric& fabric_;
  const std::string& path_;
  std::vector<const EndPort*> owners_;
};

}  // namespace

LftDump lfts_of(const Fabric& fabric, const ForwardingTables& tables) {
  LftDump dump;
  std::vector<DeviceId> order = tables.switches();
  std::sort(order.begin(), order.end(), [&fabric](DeviceId a, DeviceId b) {
    return table_key(fabric.device(a).guid) < table_key(fabric.device(b).guid);
  });
  if (order.empty()) {
    return dump;
  }
  const auto owners = owners_of_lids(fabric, order.front());
  for (const DeviceId from : order) {
    dump.switches.push_back(table_of(fabric, tables, from, owners));
  }
  return dump;
}

ForwardingTables tables_of(const LftDump& dump, const Fabric& fabric, const std::string& path) {
  return Fitting(dump, fabric, path).tables();
}

}  // namespace berth
