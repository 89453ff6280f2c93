// GPU time, exactly: thousandths of a GPU times nanoseconds, so that shares of a GPU add up.
#pragma once

#include <cstdint>

#include "core/int128.hpp"
#include "core/time.hpp"

namespace berth {

inline constexpr std::int64_t parts_per_million = 1'000'000;
inline constexpr std::int64_t gpu_nanosecond = 1000;  // a whole GPU for a nanosecond

inline Int128 gpu_time(std::uint64_t gpu_milli, Duration length) {
  return Int128{gpu_milli} * length.count();
}

// As nanoseconds of one GPU. Whole ones are divided first: they are rounded once, not twice.
inline double gpu_nanoseconds(Int128 gpu_time) {
  return gpu_time % gpu_nanosecond == 0
             ? static_cast<double>(gpu_time / gpu_nanosecond)
             : static_cast<double>(gpu_time) / static_cast<double>(gpu_nanosecond);
}

}  // namespace berth
