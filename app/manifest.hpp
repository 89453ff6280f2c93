// manifest.json: all that is needed to run the same again, and what it cost on this machine.
#pragma once

#include <cstdint>
#include <string>

#include "app/scenario.hpp"

namespace berth {

struct RunCost {
  double wall_s = 0;
  std::uint64_t events = 0;
};

// `policy` is the name of the one that ran; "" for all of them.
std::string manifest_json(const Scenario& scenario, const std::string& policy, const RunCost& cost);

}  // namespace berth
