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

// The same where checkpoints are written beside the work: each has an instant at which it is whole.
inline Replay replay_async(const Terms& terms, Duration startup, Duration before, Duration length,
                           Duration from) {
  const Duration every = terms.checkpoint_every;
  Replay done;
  done.startup = std::min(startup, length);
  Duration clock = startup;
  Duration at = before;
  done.saved = before - (before - from) % every;
  while (clock < length) {
    const Duration stretch = std::min(every - (at - from) % every, length - clock);
    at += stretch;
    clock += stretch;
    const Duration costs = std::min(terms.checkpoint_cost, length - clock);
    done.checkpoint += costs;
    clock += costs;
    const bool taken = (at - from) % every == Duration{} && costs == terms.checkpoint_cost;
    if (taken && clock + terms.checkpoint_async <= length) {
      done.saved = at;
    }
  }
  done.work = at - before;
  return done;
}

// `before` is what earlier starts kept, of which checkpoints are counted from `from` on; `length`
// what it did at full speed.
inline Replay replay(const Terms* terms, Duration startup, Duration before, Duration length,
                     Duration from = {}) {
  const Duration every = terms != nullptr ? terms->checkpoint_every : Duration{};
  const Duration cost = terms != nullptr ? terms->checkpoint_cost : Duration{};
  if (terms != nullptr && terms->checkpoint_async > Duration{}) {
    return replay_async(*terms, startup, before, length, from);
  }
  Replay done;
  done.startup = std::min(startup, length);
  Duration left = length - done.startup;
  Duration at = before;
  done.saved = every > Duration{} ? before - (before - from) % every : Duration{};
  while (left > Duration{}) {
    const Duration stretch = every > Duration{} && cost > Duration{}
                                 ? std::min(left, every - (at - from) % every)
                                 : left;
    at += stretch;
    left -= stretch;
    const Duration writes = std::min(left, cost);
    done.checkpoint += writes;
    left -= writes;
    if (every > Duration{} && writes == cost) {
      done.saved = at - (at - from) % every;
    }
  }
  done.work = at - before;
  return done;
}

// How long it takes at full speed to do all of `work`.
inline Duration takes(const Terms* terms, Duration startup, Duration before, Duration work,
                      Duration from = {}) {
  Duration all = startup + (work - before);
  if (terms != nullptr && terms->checkpoint_cost > Duration{}) {
    const Duration every = terms->checkpoint_every;
    for (Duration at = before - (before - from) % every + every; at < work; at += every) {
      all += terms->checkpoint_cost;
    }
  }
  return all;
}

}  // namespace berth::test
