#include "topology/hardware.hpp"

#include <algorithm>
#include <array>

#include "core/check.hpp"

namespace berth {
namespace {

constexpr std::int64_t gb = 1'000'000'000;
constexpr std::int64_t gib = std::int64_t{1} << 30;
constexpr LinkRate hdr{4, Speed::hdr};
constexpr LinkRate ndr{4, Speed::ndr};

// Rack classes: 10 to 15 kW in halls of old, 41 kW for four HGX H100 (4 x 10.2 kW), 132 kW for an
// NVL72 (NVIDIA gives 120 to 132). NVLink, one direction: fourth generation 450 GB/s, fifth 900
// (NVIDIA). Assumptions, from memory of the data sheets and not looked up: cores and memory of all,
// NVLink of A100 (300 GB/s), the draw of A100 and B200. `cluster:` can say otherwise.
std::vector<NodeModel> all_models() {
  return {
      // 2 x EPYC 7742; 6.5 kW at most (measured in Acme: 6.55).
      {"a100", {8, 128'000, 2048 * gib, "A100", 300 * gb, 6'500}, 8, hdr, 12'000, false},
      // 2 x Xeon 8480C; 10.2 kW at most.
      {"h100", {8, 112'000, 2048 * gib, "H100", 450 * gb, 10'200}, 8, ndr, 41'000, false},
      {"h200", {8, 112'000, 2048 * gib, "H200", 450 * gb, 10'200}, 8, ndr, 41'000, false},
      // 2 x Xeon 8570; 14.3 kW at most, so two in a rack of 41 kW (assumption: air-cooled).
      {"b200", {8, 112'000, 2048 * gib, "B200", 900 * gb, 14'300}, 8, ndr, 41'000, false},
      // One compute tray: 2 Grace of 72 cores and 480 GB. Its draw is an 18th of the rack's 132 kW:
      // the tray itself (5.4 to 6.5 kW) and its share of NVLink switch trays and power shelves.
      {"gb200", {4, 144'000, 960 * gb, "GB200", 900 * gb, 7'333}, 4, ndr, 132'000, true},
  };
}

// PCI device ids as they appear in ibnetdiscover. 0xd2f2 is that of the recorded fabrics; the
// others are from memory and decide nothing.
struct Generation {
  std::int64_t gbps;
  Speed speed;
  std::uint32_t infiniband_switch;
  std::uint32_t ethernet_switch;
  std::uint32_t hca;
};
constexpr std::array generations{
    Generation{100, Speed::edr, 0xcf08, 0xcb84, 0x1019},  // Switch-IB 2, Spectrum, ConnectX-5
    Generation{200, Speed::hdr, 0xd2f0, 0xcf70, 0x101b},  // Quantum, Spectrum-3, ConnectX-6
    Generation{400, Speed::ndr, 0xd2f2, 0xcf80, 0x1021},  // Quantum-2, Spectrum-4, ConnectX-7
    Generation{800, Speed::xdr, 0xd2f4, 0xcf80, 0x1023},  // Quantum-3, Spectrum-4, ConnectX-8
};

const Generation& generation_of(Speed speed) {
  const auto found = std::ranges::find(generations, speed, &Generation::speed);
  check(found != generations.end(), "builders use rates that are sold");
  return *found;
}

}  // namespace

const std::vector<NodeModel>& node_models() {
  static const std::vector<NodeModel> models = all_models();
  return models;
}

std::vector<std::string_view> node_model_names() {
  std::vector<std::string_view> names;
  for (const NodeModel& model : node_models()) {
    names.push_back(model.name);
  }
  return names;
}

std::uint32_t nodes_per_rack(std::int64_t node_watts, std::int64_t rack_watts) {
  return static_cast<std::uint32_t>(rack_watts / node_watts);
}

const std::vector<std::int64_t>& port_gbps() {
  static const std::vector<std::int64_t> all{100, 200, 400, 800};
  return all;
}

LinkRate link_of(std::int64_t gbps) {
  const auto found = std::ranges::find(generations, gbps, &Generation::gbps);
  check(found != generations.end(), "builders use rates that are sold");
  return {4, found->speed};
}

std::uint32_t switch_model(Technology technology, Speed speed) {
  const Generation& generation = generation_of(speed);
  return technology == Technology::infiniband ? generation.infiniband_switch
                                              : generation.ethernet_switch;
}

std::uint32_t hca_model(Speed speed) { return generation_of(speed).hca; }

}  // namespace berth
