// Jobs that run longer than was expected of them: a network slows them, and what was expected knew
// nothing of it. When the time is up they are expected to need an eighth longer than they took so
// far, a minute at least, and so on: few corrections, each in proportion.
#pragma once

#include <algorithm>
#include <chrono>

#include "core/time.hpp"

namespace berth {

// The new expected end of a job that runs since `start` and should have ended by `now`.
inline SimTime expected_again(SimTime start, SimTime now) {
  return after(now, std::max<Duration>(std::chrono::minutes(1), (now - start) / 8));
}

}  // namespace berth
