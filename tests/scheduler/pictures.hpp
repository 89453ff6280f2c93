// Occupancy as pictures: "aab. #### ...." is three nodes of four GPUs, of which job a holds two of
// the first and b one, and the second is out of service. What is placed is drawn as +.
#pragma once

#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "cluster/occupancy.hpp"
#include "scheduler/placer.hpp"
#include "tests/cluster/fleets.hpp"

namespace berth::testing {

inline std::vector<std::string> rows_of(const std::string& picture) {
  std::istringstream words(picture);
  std::vector<std::string> rows;
  for (std::string row; words >> row;) {
    rows.push_back(row);
  }
  return rows;
}

inline Fleet fleet_in(const std::string& picture) {
  std::vector<NodeKind> kinds;
  for (const std::string& row : rows_of(picture)) {
    kinds.push_back(gpu_node(static_cast<std::uint32_t>(row.size())));
  }
  return fleet_of(kinds);
}

inline void take_drawn(Occupancy& index, const std::string& picture) {
  const auto rows = rows_of(picture);
  for (std::uint32_t node = 0; node < rows.size(); ++node) {
    const std::string& row = rows[node];
    for (std::uint32_t gpu = 0; gpu < row.size(); ++gpu) {
      if (row[gpu] != '.' && row[gpu] != '#') {
        index.take({1, 1, 0, 0}, {{NodeId(node), 1, GpuMask{1} << gpu}});
      }
    }
    if (row.front() == '#') {
      index.set_available(NodeId(node), false);
    }
  }
}

inline Request request_of(const Shape& shape, std::uint64_t sequence = 1) {
  Request request;
  request.sequence = sequence;
  request.shape = shape;
  return request;
}

inline std::string drawn(const std::string& picture, const Placement& placement) {
  auto rows = rows_of(picture);
  for (const Part& part : placement) {
    std::string& row = rows[part.node.index()];
    for (std::uint32_t gpu = 0; gpu < row.size(); ++gpu) {
      row[gpu] = (part.gpus >> gpu & 1U) != 0 ? '+' : row[gpu];
    }
  }
  std::string all;
  for (const std::string& row : rows) {
    all += all.empty() ? row : " " + row;
  }
  return all;
}

// The picture with the placement in it, or "waits".
inline std::string placed(const std::unique_ptr<const Placer>& placer, const Shape& shape,
                          const std::string& picture) {
  const Fleet fleet = fleet_in(picture);
  Occupancy index(fleet);
  take_drawn(index, picture);
  const auto placement = placer->place(request_of(shape), {index, SimTime{}, RunKey{}});
  return placement ? drawn(picture, *placement) : "waits";
}

// So many tasks of so many GPUs.
inline Shape tasks(std::uint32_t count, std::uint32_t gpus) { return {count, gpus, 0, 0}; }

}  // namespace berth::testing
