#include "topology/builders/construction.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace berth {
namespace {

// Two blocks of GUIDs as the vendor gives them; each device's are as far apart as its ports need.
constexpr std::uint64_t first_switch = 0x2c5eab0300000000;
constexpr std::uint64_t first_hca = 0xe09d730300000000;
constexpr std::uint64_t per_switch = 0x40;
constexpr std::uint64_t per_hca = 0x8;

}  // namespace

Construction::Construction(std::vector<std::string> levels)
    : levels_(levels), fleet_(std::move(levels)) {}

bool Construction::has(std::string_view level) const {
  return std::find(levels_.begin(), levels_.end(), level) != levels_.end();
}

void Construction::enter(std::string_view level, std::string name) {
  if (has(level)) {
    fleet_.enter(std::move(name));
  }
}

void Construction::leave(std::string_view level) {
  if (has(level)) {
    fleet_.leave();
  }
}

NodeId Construction::add_node(const std::string& name, const NodeKind& kind) {
  fleet_.add_node(name, kind);
  return NodeId(nodes_++);
}

DeviceId Construction::add_switch(std::string description, std::uint32_t ports,
                                  std::uint32_t model) {
  const Guid guid{first_switch + per_switch * ++switches_};
  seats_.emplace_back();
  return fabric_.add({DeviceKind::switch_, true, static_cast<std::uint8_t>(ports), mellanox, model,
                      guid, guid, std::move(description), technology_});
}

DeviceId Construction::add_hca(std::string_view node_name, std::uint32_t rail,
                               std::uint32_t model) {
  const Guid guid{first_hca + per_hca * ++hcas_};
  seats_.emplace_back(Seat{NodeId(nodes_ - 1), static_cast<std::uint8_t>(rail)});
  return fabric_.add({DeviceKind::hca, false, 1, mellanox, model, guid, guid,
                      fmt::format("{} HCA-{}", node_name, rail + 1), technology_});
}

Topology Construction::finish(FrontEnd front_end) {
  Topology topology;
  topology.fleet = fleet_.build();
  topology.fabric = fabric_.build();
  topology.seats = Seats(nodes_, std::move(seats_));
  topology.plant.fates = std::move(fates_);
  topology.network = derive_network(topology.fleet, topology.fabric, topology.seats, front_end);
  return topology;
}

}  // namespace berth
