// Simulated time: integer nanoseconds since the start of the run. A point (SimTime) and a length
// (Duration) are different types; our clock has no now(), so nothing can read the wall clock by
// mistake. Sums are exact and equality means something.
#pragma once

#include <chrono>
#include <cstdint>

namespace berth {

struct SimClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<SimClock>;
  static constexpr bool is_steady = true;
};

using Duration = SimClock::duration;
using SimTime = SimClock::time_point;

// Later than everything that happens; never the time of an event.
inline constexpr SimTime never = SimTime::max();

// A run never lasts longer than this (about 146 years), so that time + duration cannot overflow.
inline constexpr Duration longest_duration{std::int64_t{1} << 62};

// `time` + `length`, but always before `never`: what lasts longer than any run ends after it.
constexpr SimTime after(SimTime time, Duration length) {
  const SimTime last = never - Duration(1);
  return length > last - time ? last : time + length;
}

}  // namespace berth
