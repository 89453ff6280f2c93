#include "topology/fabric.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "core/check.hpp"
#include "core/error.hpp"

namespace berth {
namespace {

struct SpeedFacts {
  std::string_view name;
  std::int64_t megabits;  // of data on one lane, per second, after the line code
};
constexpr std::array speeds{
    SpeedFacts{"SDR", 2'000},    SpeedFacts{"DDR", 4'000},   SpeedFacts{"QDR", 8'000},
    SpeedFacts{"FDR10", 10'000}, SpeedFacts{"FDR", 13'640},  SpeedFacts{"EDR", 25'000},
    SpeedFacts{"HDR", 50'000},   SpeedFacts{"NDR", 100'000}, SpeedFacts{"XDR", 200'000},
};

}  // namespace

std::string_view speed_name(Speed speed) { return speeds[static_cast<std::size_t>(speed)].name; }

std::optional<Speed> speed_named(std::string_view name) {
  for (std::size_t i = 0; i < speeds.size(); ++i) {
    if (speeds[i].name == name) {
      return static_cast<Speed>(i);
    }
  }
  return std::nullopt;
}

std::int64_t bytes_per_second(LinkRate rate) {
  return speeds[static_cast<std::size_t>(rate.speed)].megabits * rate.width * 1'000'000 / 8;
}

Technology Fabric::technology() const {
  const bool ethernet = !devices_.empty() && std::ranges::all_of(devices_, [](const Device& one) {
    return one.technology == Technology::ethernet;
  });
  return ethernet ? Technology::ethernet : Technology::infiniband;
}

std::optional<DeviceId> Fabric::find(Guid guid) const {
  const auto found = std::lower_bound(
      by_guid_.begin(), by_guid_.end(), guid,
      [this](std::uint32_t index, Guid wanted) { return devices_[index].guid < wanted; });
  if (found == by_guid_.end() || devices_[*found].guid != guid) {
    return std::nullopt;
  }
  return DeviceId(*found);
}

std::vector<DeviceId> Fabric::described(std::string_view description) const {
  std::vector<DeviceId> found;
  for (std::uint32_t i = 0; i < devices(); ++i) {
    if (devices_[i].description == description) {
      found.emplace_back(i);
    }
  }
  return found;
}

std::optional<CableId> Fabric::cable_at(PortRef port) const {
  const auto cabled = links(port.device);
  const auto found =
      std::lower_bound(cabled.begin(), cabled.end(), port.port,
                       [](const Link& link, PortNumber wanted) { return link.port < wanted; });
  if (found == cabled.end() || found->port != port.port) {
    return std::nullopt;
  }
  return found->cable;
}

std::optional<PortRef> Fabric::peer(PortRef port) const {
  const auto id = cable_at(port);
  if (!id) {
    return std::nullopt;
  }
  const Cable& one = cable(*id);
  return one.a == port ? one.b : one.a;
}

std::span<const EndPort> Fabric::end_ports(DeviceId id) const {
  return {end_ports_.data() + first_end_port_[id.index()],
          end_ports_.data() + first_end_port_[id.index() + 1]};
}

}  // namespace berth
