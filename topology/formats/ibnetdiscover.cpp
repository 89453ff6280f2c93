// Puts the records of a file together: every cable is in it twice, once for each end, and the two
// must agree. A file that breaks off between two records is seen by the ends that are missing.
#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "topology/formats.hpp"
#include "topology/formats/ibnetdiscover_records.hpp"
#include "topology/formats/text_line.hpp"

namespace berth {
namespace {

// Of a cable in a file without remarks.
constexpr LinkRate rate_in_ibsim{4, Speed::sdr};

class Assembly {
 public:
  Assembly(IbRecords records, const std::string& path)
      : records_(std::move(records)), path_(path) {}

  Fabric build() {
    order_ids();
    refuse_equal_guids();
    place_ports();
    find_peers();
    Fabric fabric = connect();
    refuse_equal_lids(fabric);
    return fabric;
  }

 private:
  [[noreturn]] void fail(std::size_t line, std::size_t column, const std::string& what,
                         const std::string& remedy) const {
    throw InputError(where_of(path_, line, column), what, remedy);
  }
  [[noreturn]] void fail(const IbPortLine& port, const std::string& what,
                         const std::string& remedy) const {
    fail(port.line, port.column, what, remedy);
  }

  // --- devices -------------------------------------------------------------------------------

  void order_ids() {
    for (std::uint32_t i = 0; i < records_.devices.size(); ++i) {
      by_id_.push_back({key_of(id(i)), i});
    }
    std::sort(by_id_.begin(), by_id_.end(), [this](const KeyAndDevice& a, const KeyAndDevice& b) {
      return std::tuple(a.key, id(a.device), a.device) < std::tuple(b.key, id(b.device), b.device);
    });
    const auto twice = std::adjacent_find(by_id_.begin(), by_id_.end(),
                                          [this](const KeyAndDevice& a, const KeyAndDevice& b) {
                                            return a.key == b.key && id(a.device) == id(b.device);
                                          });
    if (twice != by_id_.end()) {
      const IbRecord& first = records_.devices[twice->device];
      const IbRecord& second = records_.devices[std::next(twice)->device];
      fail(
          second.line, second.column,
          fmt::format("'{}' is a second time in the file, first in line {}", second.id, first.line),
          "keep one of the two");
    }
  }

  // Ids of one fabric begin alike, so that comparing them is slow.
  static std::uint64_t key_of(std::string_view id) {
    std::uint64_t key = 0xCBF29CE484222325;  // FNV-1a
    for (const char byte : id) {
      key = (key ^ static_cast<unsigned char>(byte)) * 0x100000001B3;
    }
    return key;
  }

  [[nodiscard]] std::string_view id(std::uint32_t device) const {
    return records_.devices[device].id;
  }

  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view wanted) const {
    const std::uint64_t key = key_of(wanted);
    auto found =
        std::lower_bound(by_id_.begin(), by_id_.end(), key,
                         [](const KeyAndDevice& one, std::uint64_t to) { return one.key < to; });
    for (; found != by_id_.end() && found->key == key; ++found) {
      if (id(found->device) == wanted) {
        return found->device;
      }
    }
    return std::nullopt;
  }

  // Of devices among each other, and of end ports: an HCA may give its own to its only port.
  void refuse_equal_guids() const {
    std::vector<std::pair<Guid, std::size_t>> guids;  // and line
    for (const IbRecord& record : records_.devices) {
      guids.emplace_back(record.device.guid, record.line);
    }
    refuse_equal(guids, "GUID");
    guids.clear();
    for (const IbRecord& record : records_.devices) {
      if (record.device.kind == DeviceKind::switch_) {
        guids.emplace_back(record.port_0, record.line);
      }
    }
    for (const IbPortLine& port : records_.ports) {
      if (records_.devices[port.device].device.kind != DeviceKind::switch_) {
        guids.emplace_back(guid_of(port), port.line);
      }
    }
    refuse_equal(guids, "port GUID");
  }

  void refuse_equal(std::vector<std::pair<Guid, std::size_t>>& guids, std::string_view name) const {
    std::sort(guids.begin(), guids.end());
    const auto twice =
        std::adjacent_find(guids.begin(), guids.end(),
                           [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twice != guids.end()) {
      fail(std::next(twice)->second, 0,
           fmt::format("{} {:#x} is also that of line {}", name, twice->first.value, twice->second),
           "every device and port has a GUID of its own");
    }
  }

  // --- ports ---------------------------------------------------------------------------------

  static constexpr std::uint32_t nothing = UINT32_MAX;

  [[nodiscard]] std::uint32_t& line_at(std::uint32_t device, PortNumber port) {
    return line_at_[first_port_[device] + port - 1];
  }

  void place_ports() {
    for (const IbRecord& record : records_.devices) {
      first_port_.push_back(line_at_.size());
      line_at_.resize(line_at_.size() + record.device.ports, nothing);
    }
    for (std::uint32_t i = 0; i < records_.ports.size(); ++i) {
      const IbPortLine& port = records_.ports[i];
      std::uint32_t& place = line_at(port.device, port.port);
      if (place != nothing) {
        fail(port.line, 1,
             fmt::format("port {} is already taken in line {}", port.port,
                         records_.ports[place].line),
             "a port holds one cable");
      }
      place = i;
    }
  }

  void find_peers() {
    peers_.reserve(records_.ports.size());
    for (std::uint32_t i = 0; i < records_.ports.size(); ++i) {
      peers_.push_back(find_peer(records_.ports[i]));
    }
    for (std::uint32_t i = 0; i < records_.ports.size(); ++i) {
      agree(records_.ports[i], records_.ports[peers_[i]]);
    }
  }

  // The line of the other end.
  std::uint32_t find_peer(const IbPortLine& port) {
    const auto peer = find(port.peer);
    if (!peer) {
      fail(port, fmt::format("'{}' is not in the file", port.peer),
           "the file may be truncated, or an end of the cable was removed");
    }
    const IbRecord& to = records_.devices[*peer];
    if (port.peer_port > to.device.ports) {
      fail(port, fmt::format("'{}' has no port {}", port.peer, port.peer_port),
           fmt::format("1 to {}, says line {}", to.device.ports, to.line));
    }
    const std::uint32_t back = line_at(*peer, port.peer_port);
    if (back == nothing) {
      fail(port,
           fmt::format("the other end of the cable is missing: '{}' (line {}) says nothing of its "
                       "port {}",
                       port.peer, to.line, port.peer_port),
           "every cable is in the file twice, once for each end; add the other or remove this one");
    }
    const IbPortLine& other = records_.ports[back];
    if (other.peer != id(port.device) || other.peer_port != port.port) {
      fail(port,
           fmt::format("the two ends of the cable disagree: line {} has port {} of '{}' going to "
                       "port {} of '{}'",
                       other.line, other.port, port.peer, other.peer_port, other.peer),
           "correct one of the two lines");
    }
    if (&other == &port) {
      fail(port, "a cable from a port to itself", "a cable has two ends");
    }
    return back;
  }

  // What `port` says of its peer against what the peer says of itself.
  void agree(const IbPortLine& port, const IbPortLine& peer) const {
    const IbRecord& to = records_.devices[peer.device];
    if (port.rate != peer.rate && port.rate && peer.rate) {
      fail(port,
           fmt::format("a {}x{} cable that is {}x{} at its other end (line {})", port.rate->width,
                       speed_name(port.rate->speed), peer.rate->width, speed_name(peer.rate->speed),
                       peer.line),
           "correct one of the two lines");
    }
    const Guid guid = to.device.kind == DeviceKind::switch_ ? to.port_0 : guid_of(peer);
    if (port.peer_guid && *port.peer_guid != guid) {
      fail(port,
           fmt::format("port GUID {:#x}, but the port of '{}' has {:#x} (line {})",
                       port.peer_guid->value, port.peer, guid.value, peer.line),
           "correct one of the two lines");
    }
    const bool is_switch = to.device.kind == DeviceKind::switch_;
    const std::uint16_t lid = is_switch ? to.lid.lid : peer.lid.lid;
    if (port.rate && port.peer_lid != lid) {
      fail(port,
           fmt::format("lid {} for '{}', which has lid {} (line {})", port.peer_lid, port.peer, lid,
                       is_switch ? to.line : peer.line),
           "correct one of the two lines");
    }
  }

  [[nodiscard]] Guid guid_of(const IbPortLine& port) const {
    return port.guid.value_or(Guid{records_.devices[port.device].device.guid.value + port.port});
  }

  // --- the fabric ----------------------------------------------------------------------------

  Fabric connect() {
    FabricBuilder builder;
    for (const IbRecord& record : records_.devices) {
      const DeviceId id = builder.add(record.device);
      if (record.device.kind == DeviceKind::switch_) {
        builder.set_end_port({id, 0}, record.port_0, record.lid.lid, record.lid.lmc);
      }
    }
    // Cables in order of their first ends, whatever the order of lines.
    for (const std::uint32_t line : line_at_) {
      if (line == nothing) {
        continue;
      }
      const IbPortLine& port = records_.ports[line];
      const IbPortLine& peer = records_.ports[peers_[line]];
      const PortRef a{DeviceId(port.device), port.port};
      const PortRef b{DeviceId(peer.device), peer.port};
      if (a < b) {
        builder.connect(a, b, port.rate.value_or(rate_in_ibsim));
      }
      if (records_.devices[port.device].device.kind != DeviceKind::switch_) {
        builder.set_end_port(a, guid_of(port), port.lid.lid, port.lid.lmc);
      }
    }
    return builder.build();
  }

  // A LID is a place in the forwarding tables of its subnet; 2^lmc consecutive ones with an LMC.
  void refuse_equal_lids(const Fabric& fabric) {
    for (const auto& subnet : subnets(fabric)) {
      std::vector<std::pair<std::uint32_t, const EndPort*>> lids;
      for (const DeviceId device : subnet) {
        for (const EndPort& one : fabric.end_ports(device)) {
          lids.emplace_back(one.lid, &one);
        }
      }
      std::sort(lids.begin(), lids.end(), [](const auto& a, const auto& b) {
        return std::pair(a.first, a.second->device) < std::pair(b.first, b.second->device);
      });
      for (std::size_t i = 1; i < lids.size(); ++i) {
        const EndPort& before = *lids[i - 1].second;
        if (before.lid + (1U << before.lmc) > lids[i].first) {
          fail(line_of(*lids[i].second), 0,
               fmt::format("lid {} is already that of line {}", lids[i].first, line_of(before)),
               "each LID of a subnet is one port's; write 0 to have it chosen");
        }
      }
    }
  }

  [[nodiscard]] std::size_t line_of(const EndPort& one) {
    return one.port == 0 ? records_.devices[one.device.index()].line
                         : records_.ports[line_at(one.device.index(), one.port)].line;
  }

  IbRecords records_;
  const std::string& path_;
  struct KeyAndDevice {
    std::uint64_t key = 0;
    std::uint32_t device = 0;
  };
  std::vector<KeyAndDevice> by_id_;      // in order of key
  std::vector<std::size_t> first_port_;  // by device
  std::vector<std::uint32_t> line_at_;   // by device and port: of records_.ports
  std::vector<std::uint32_t> peers_;     // by port line: the line of the other end
};

}  // namespace

Fabric read_ibnetdiscover(std::string_view text, const std::string& path) {
  return Assembly(read_ib_records(text, path), path).build();
}

}  // namespace berth
