// What a topology draws. From the nodes' largest draws to the meter at the gate:
//
//   all in = (nodes x diversity + GPUs x auxiliary) x PUE
//
// with a diversity of 0.9 (never all at their largest at once), 0.15 kW of network and storage for
// each GPU, and a power usage effectiveness of 1.2. With 10.2 kW for 8 GPUs that is 1.56 kW a GPU,
// between the 1.44 (360 MW) and 1.68 (420 MW) that follow from what was published of a fleet of
// 250,000 GPUs.
#pragma once

#include <cstdint>

#include "topology/fleet.hpp"

namespace berth {

struct Power {
  std::int64_t nodes_watts = 0;      // all nodes at their largest draw
  std::int64_t auxiliary_watts = 0;  // network and storage
  std::int64_t all_in_watts = 0;     // as drawn at the gate, cooling included
};

Power power_of(const Fleet& fleet);

}  // namespace berth
