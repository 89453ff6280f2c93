// A start of a job gone through step by step: it starts up, works to its next checkpoint, writes
// it, works on. The naive twin of LiveJob::spent() and saved().
#pragma once

#include <algorithm>

#include "core/time.hpp"
#include "workloads/terms.hpp"

namespace berth::test {

struct Replay {
  Duration startup{};
  Duration work{};
  Duration checkpoint{};
  Duration saved{};  // of all its work
};

// `before` is what earlier starts kept, `length` what it did at full speed.
inline Replay replay(const Terms* terms, Duration startup, Duration before, Duration length) {
  const Duration every = terms != nullptr ? terms->checkpoint_every : Duration{};
  const Duration cost = terms != nullptr ? terms->checkpoint_cost : Duration{};
  Replay done;
  done.startup = std::min(startup, length);
  Duration left = length - done.startup;
  Duration at = before;
  done.saved = every > Duration{} ? before - before % every : Duration{};
  while (left > Duration{}) {
    const Duration stretch =
        every > Duration{} && cost > Duration{} ? std::min(left, every - at % every) : left;
    at += stretch;
    left -= stretch;
    const Duration writes = std::min(left, cost);
    done.checkpoint += writes;
    left -= writes;
    if (every > Duration{} && writes == cost) {
      done.saved = at - at % every;
    }
  }
  done.work = at - before;
  return done;
}

// How long it takes at full speed to do all of `work`.
inline Duration takes(const Terms* terms, Duration startup, Duration before, Duration work) {
  Duration all = startup + (work - before);
  if (terms != nullptr && terms->checkpoint_cost > Duration{}) {
    const Duration every = terms->checkpoint_every;
    for (Duration at = before - before % every + every; at < work; at += every) {
      all += terms->checkpoint_cost;
    }
  }
  return all;
}

}  // namespace berth::test
