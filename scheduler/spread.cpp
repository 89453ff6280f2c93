#include "scheduler/spread.hpp"

#include <cmath>
#include <cstddef>

#include "core/maths.hpp"

namespace berth {

std::int64_t crowd(std::span<const Spread> spreads, std::span<const std::int64_t> pods,
                   std::span<const std::uint32_t> domains) {
  double sum = 0;
  for (std::size_t i = 0; i < spreads.size(); ++i) {
    sum += static_cast<double>(pods[i]) * exact_log(static_cast<double>(domains[i]) + 2) +
           static_cast<double>(spreads[i].max_skew - 1);
  }
  return std::llround(sum);
}

std::int64_t spread_score(std::int64_t crowd, std::int64_t least, std::int64_t most) {
  return most == 0 ? 100 : 100 * (most + least - crowd) / most;
}

}  // namespace berth
