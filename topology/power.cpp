#include "topology/power.hpp"

namespace berth {
namespace {

constexpr std::int64_t diversity_percent = 90;
constexpr std::int64_t auxiliary_watts_per_gpu = 150;
constexpr std::int64_t pue_percent = 120;

}  // namespace

Power power_of(const Fleet& fleet) {
  Power power;
  for (std::size_t kind = 0; kind < fleet.kinds().size(); ++kind) {
    power.nodes_watts += fleet.kinds()[kind].watts * fleet.nodes_of_kind(kind);
  }
  power.auxiliary_watts = static_cast<std::int64_t>(fleet.gpus()) * auxiliary_watts_per_gpu;
  power.all_in_watts =
      (power.nodes_watts * diversity_percent / 100 + power.auxiliary_watts) * pue_percent / 100;
  return power;
}

}  // namespace berth
