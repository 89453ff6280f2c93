// The nodes that can be bought, by the name that `gpu:` takes, and the switches and HCAs between
// them: what is inside, what it draws, and how many fit a rack. Each number has its source in
// hardware.cpp.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "topology/fabric.hpp"
#include "topology/fleet.hpp"

namespace berth {

struct NodeModel {
  std::string_view name;  // "h100"
  NodeKind kind;
  std::uint32_t nics = 0;  // HCAs of the compute fabric, one port each
  LinkRate link;           // of each
  std::int64_t rack_watts = 0;
  bool liquid_cooled = false;
};

const std::vector<NodeModel>& node_models();
std::vector<std::string_view> node_model_names();

// Nodes of that draw in a rack of that power; 0: not one.
std::uint32_t nodes_per_rack(std::int64_t node_watts, std::int64_t rack_watts);

// Gigabits per second that ports are sold with (100, 200, 400, 800), and the rate of each.
const std::vector<std::int64_t>& port_gbps();
LinkRate link_of(std::int64_t gbps);  // REQUIRES: one of them

// "devid" of the switches and HCAs that speak a rate; all are of one vendor.
inline constexpr std::uint32_t mellanox = 0x2c9;
std::uint32_t switch_model(Technology technology, Speed speed);
std::uint32_t hca_model(Speed speed);

// The rack of GB200 NVL72 (NVIDIA, DGX GB200 documentation).
inline constexpr std::uint32_t nvl72_compute_trays = 18;
inline constexpr std::uint32_t nvl72_nvlink_switch_trays = 9;
inline constexpr std::uint32_t nvl72_racks_per_unit = 8;

}  // namespace berth
