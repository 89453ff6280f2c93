// sbatch --switches=COUNT@TIME: a job that was given more leaf switches than it asked for is held
// until it has waited for so long; a better set is not searched for.
#pragma once

#include <optional>

#include "scheduler/placers/level_option.hpp"
#include "scheduler/request.hpp"
#include "scheduler/view.hpp"

namespace berth {

class SwitchWait {
 public:
  // Reads `max_switch_wait`, beyond which nobody is held (Slurm's; 300 s if not written).
  static SwitchWait read(Setting part);

  // Until when the request would rather wait than have more leaves; nothing where it does not care
  // (any longer).
  [[nodiscard]] std::optional<SimTime> until(const Request& request, SimTime now) const;
  [[nodiscard]] bool holds(const Request& request, SimTime now, std::uint32_t leaves) const {
    return until(request, now) && leaves > request.terms->switches->count;
  }

 private:
  Duration most_ = std::chrono::seconds(300);
};

// Domains of the level with a part. REQUIRES: parts are in ascending order of node.
std::uint32_t leaves_of(const Placement& placement, const Fleet& fleet, const LevelOption& leaf);

}  // namespace berth
