#include "app/fabric_shapes.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/digest.hpp"

namespace berth {
namespace {

constexpr std::uint32_t none = UINT32_MAX;

// One fabric among the others.
struct Piece {
  std::vector<DeviceId> devices;
  std::vector<NodeId> nodes;  // with an HCA in it, in order
};

std::vector<NodeId> nodes_of(const Topology& topology, const std::vector<DeviceId>& devices) {
  std::vector<NodeId> nodes;
  for (const DeviceId device : devices) {
    if (const auto seat = topology.seats.of(device)) {
      nodes.push_back(seat->node);
    }
  }
  std::ranges::sort(nodes);
  const auto repeated = std::ranges::unique(nodes);
  nodes.erase(repeated.begin(), repeated.end());
  return nodes;
}

bool has_switch(const Fabric& fabric, const std::vector<DeviceId>& devices) {
  return std::ranges::any_of(devices, [&](DeviceId device) { return fabric.is_switch(device); });
}

std::vector<Piece> pieces_of(const Topology& topology) {
  std::vector<Piece> pieces;
  for (auto& devices : subnets(topology.fabric)) {
    if (has_switch(topology.fabric, devices)) {
      auto nodes = nodes_of(topology, devices);
      pieces.push_back({std::move(devices), std::move(nodes)});
    }
  }
  return pieces;
}

// Two pieces that sign alike differ in names, GUIDs and LIDs only.
class Signatures {
 public:
  explicit Signatures(const Topology& topology)
      : topology_(topology),
        device_(topology.fabric.devices(), none),
        node_(topology.fleet.nodes(), none) {}

  std::string of(const Piece& piece) {
    for (std::uint32_t i = 0; i < piece.devices.size(); ++i) {
      device_[piece.devices[i].index()] = i;
    }
    for (std::uint32_t i = 0; i < piece.nodes.size(); ++i) {
      node_[piece.nodes[i].index()] = i;
    }
    words_.clear();
    for (const NodeId node : piece.nodes) {
      add_node(node, piece.nodes.front());
    }
    for (const DeviceId device : piece.devices) {
      add_device(device);
    }
    Digest digest;
    digest.add(reinterpret_cast<const char*>(words_.data()), words_.size() * sizeof(words_[0]));
    return digest.hex();
  }

 private:
  void add_node(NodeId node, NodeId first) {
    const Fleet& fleet = topology_.fleet;
    words_.push_back(static_cast<std::uint32_t>(&fleet.kind(node) - fleet.kinds().data()));
    for (std::uint32_t i = 0; i < fleet.levels(); ++i) {
      words_.push_back(fleet.domain_of(node, LevelId(i)).index() -
                       fleet.domain_of(first, LevelId(i)).index());
    }
  }
  void add_device(DeviceId id) {
    const Fabric& fabric = topology_.fabric;
    const auto seat = topology_.seats.of(id);
    words_.push_back(static_cast<std::uint32_t>(fabric.device(id).kind));
    words_.push_back(static_cast<std::uint32_t>(fabric.device(id).technology));
    words_.push_back(seat ? node_[seat->node.index()] : none);
    words_.push_back(seat ? seat->rail : none);
    for (const Fabric::Link& link : fabric.links(id)) {
      const LinkRate rate = fabric.cable(link.cable).rate;
      words_.push_back(link.port);
      words_.push_back(device_[link.to.device.index()]);
      words_.push_back(link.to.port);
      words_.push_back(rate.width * 256U + static_cast<std::uint32_t>(rate.speed));
    }
    words_.push_back(none);  // ports are no longer followed by a port
  }

  const Topology& topology_;
  std::vector<std::uint32_t> device_;  // its number within the piece
  std::vector<std::uint32_t> node_;
  std::vector<std::uint32_t> words_;
};

// The levels that tell the nodes apart.
std::vector<LevelId> levels_among(const Fleet& fleet, const std::vector<NodeId>& nodes) {
  std::vector<LevelId> levels;
  for (std::uint32_t i = 0; i < fleet.levels(); ++i) {
    const DomainId first = fleet.domain_of(nodes.front(), LevelId(i));
    if (fleet.domain_of(nodes.back(), LevelId(i)) != first) {
      levels.push_back(LevelId(i));
    }
  }
  return levels;
}

Fleet fleet_of(const Fleet& fleet, const std::vector<NodeId>& nodes) {
  const auto levels = levels_among(fleet, nodes);
  std::vector<std::string> names;
  for (const LevelId level : levels) {
    names.push_back(fleet.level_name(level));
  }
  FleetBuilder builder(std::move(names));
  std::vector<DomainId> open;
  for (const NodeId node : nodes) {
    std::size_t same = 0;
    while (same < open.size() && open[same] == fleet.domain_of(node, levels[same])) {
      ++same;
    }
    for (; open.size() > same; open.pop_back()) {
      builder.leave();
    }
    for (; open.size() < levels.size();) {
      open.push_back(fleet.domain_of(node, levels[open.size()]));
      builder.enter(fleet.name(open.back()));
    }
    builder.add_node(fleet.name(node), fleet.kind(node));
  }
  for (; !open.empty(); open.pop_back()) {
    builder.leave();
  }
  return builder.build();
}

Seats seats_of(const Topology& topology, const Piece& piece) {
  std::vector<std::optional<Seat>> seats;
  for (const DeviceId device : piece.devices) {
    auto seat = topology.seats.of(device);
    if (seat) {
      const auto at = std::ranges::lower_bound(piece.nodes, seat->node);
      seat->node = NodeId(static_cast<std::uint32_t>(at - piece.nodes.begin()));
    }
    seats.push_back(seat);
  }
  return {static_cast<std::uint32_t>(piece.nodes.size()), std::move(seats)};
}

// Holds the nodes of a piece and no others.
bool is_filled(const Fleet& fleet, const Piece& piece, LevelId level) {
  const DomainId domain = fleet.domain_of(piece.nodes.front(), level);
  return fleet.nodes_in(domain).size() == piece.nodes.size() &&
         fleet.domain_of(piece.nodes.back(), level) == domain;
}

// The level whose domain the nodes of a piece are: "fabric", or the innermost.
std::optional<LevelId> level_of(const Fleet& fleet, const Piece& piece) {
  if (piece.nodes.empty()) {
    return std::nullopt;
  }
  const auto fabric = fleet.find_level("fabric");
  if (fabric && is_filled(fleet, piece, *fabric)) {
    return fabric;
  }
  for (std::uint32_t i = fleet.levels(); i > 0; --i) {
    if (is_filled(fleet, piece, LevelId(i - 1))) {
      return LevelId(i - 1);
    }
  }
  return std::nullopt;
}

FabricShape shape_of(const Topology& topology, const Piece& piece) {
  FabricShape shape;
  shape.first.fabric = part_of(topology.fabric, piece.devices);
  shape.first.seats = seats_of(topology, piece);
  for (const DeviceId device : piece.devices) {
    shape.hcas += topology.seats.of(device) ? 1U : 0U;
  }
  if (!piece.nodes.empty()) {
    shape.first.fleet = fleet_of(topology.fleet, piece.nodes);
  }
  if (const auto level = level_of(topology.fleet, piece)) {
    shape.level = topology.fleet.level_name(*level);
  }
  return shape;
}

std::string name_of(const Topology& topology, const Piece& piece) {
  const auto level = level_of(topology.fleet, piece);
  return level ? topology.fleet.name(topology.fleet.domain_of(piece.nodes.front(), *level))
               : topology.fabric.device(piece.devices.front()).description;
}

}  // namespace

std::vector<FabricShape> fabric_shapes(const Topology& topology) {
  std::vector<FabricShape> shapes;
  std::map<std::string, std::size_t> known;
  Signatures signatures(topology);
  for (const Piece& piece : pieces_of(topology)) {
    const auto [at, is_new] = known.emplace(signatures.of(piece), shapes.size());
    if (is_new) {
      shapes.push_back(shape_of(topology, piece));
    }
    shapes[at->second].names.push_back(name_of(topology, piece));
  }
  return shapes;
}

std::uint32_t loose_hcas(const Topology& topology) {
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < topology.fabric.devices(); ++i) {
    const DeviceId device(i);
    count += topology.seats.of(device) && topology.fabric.links(device).empty() ? 1U : 0U;
  }
  return count;
}

}  // namespace berth
