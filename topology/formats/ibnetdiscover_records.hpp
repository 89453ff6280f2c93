// An ibnetdiscover file as it is written, record by record, before anything is compared: which
// device is at the other end of a line is known when all have been read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "topology/fabric.hpp"
#include "topology/formats/ibnetdiscover_fields.hpp"

namespace berth {

struct IbPortLine {
  std::size_t line = 0;
  std::size_t column = 0;    // of the peer's id
  std::uint32_t device = 0;  // of IbRecords::devices
  PortNumber port = 0;
  PortNumber peer_port = 0;
  std::string_view peer;
  std::optional<Guid> guid;       // of an HCA's or a router's own port
  std::optional<Guid> peer_guid;  // written where the peer is an HCA or a router
  IbLid lid;
  std::uint16_t peer_lid = 0;
  std::optional<LinkRate> rate;  // of a line with a remark
};

struct IbRecord {
  std::size_t line = 0;    // of the header
  std::size_t column = 0;  // of the id
  std::string_view id;
  Device device;
  Guid port_0;  // of a switch, and its LID
  IbLid lid;
};

struct IbRecords {
  std::vector<IbRecord> devices;  // in the order of the file
  std::vector<IbPortLine> ports;  // likewise, so that those of one device are consecutive
};

// What it returns points into `text`.
IbRecords read_ib_records(std::string_view text, const std::string& path);

}  // namespace berth
