// Why a placer finds no room for a job, and what would have to shrink, be asked for less strictly,
// or come back for it to find some. Every remedy was tried: with it alone the placer does find
// room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/place_ask.hpp"

namespace berth {

struct Explanation {
  // How many nodes each filter keeps away, the first that does: "out of service", the names of
  // `berth list filters`, "gpus", "cpu" or "memory" instead of resources. None with no node.
  std::vector<std::pair<std::string, std::uint32_t>> kept_away;
  std::uint32_t with_room = 0;  // nodes with room for a task

  std::uint32_t tasks_now = 0;       // the most tasks that it finds room for now
  std::vector<std::string> without;  // options that it would fit without: "--switches"
  // Nodes out of service that would have to be back, of one domain where that is enough; none of
  // them could be spared. Empty: their return would not help, or is not needed.
  std::vector<NodeId> back;
};

// REQUIRES: the placer finds no room for it.
Explanation explain(const Placer& placer, const PlaceAsk& ask, const Occupancy& free);
// Tasks of the job that the nodes of a domain have room for, wherever they are in it.
std::uint64_t room_in(const PlaceAsk& ask, const Occupancy& view, NodeRange nodes);

}  // namespace berth
