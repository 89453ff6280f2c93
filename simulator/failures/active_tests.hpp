// Active tests of nodes, as GPU clouds run them to find what nobody notices: all GPUs at full load
// for 20 minutes, about once an hour, on idle nodes only and behind everybody else: whoever starts
// takes the node at once (CoreWeave's HPC verification; facts of 2025). So a node that is never
// idle is never tested.
//
// Each node has a timetable of its own: of its k-th period the first `lasts` are its slot, and
// the slots of the fleet come in 60 waves, node by node, so that it is not tested all at once. In
// its slot a node that is in production and holds no job is under test. A test that had the whole
// slot finds a fault that was there when it began, or misses it.
//
// The timetable is a formula: how long an idle node was under test between two instants is known
// without looking at any test in between.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace berth {

struct ActiveTests {
  static constexpr std::uint32_t waves = 60;

  Duration every = std::chrono::hours(1);
  Duration lasts = std::chrono::minutes(20);  // 0 < lasts <= every
  double recall = 0.9;                        // of the faults that a whole test could find

  [[nodiscard]] static std::uint32_t wave_of(NodeId node) { return node.index() % waves; }

  // Of a node of this wave that is idle throughout. REQUIRES: from <= to.
  [[nodiscard]] Duration tested(std::uint32_t wave, SimTime from, SimTime to) const {
    return up_to(wave, to) - up_to(wave, from);
  }
  // The first slot that begins at `from` or later.
  [[nodiscard]] SimTime next_slot(std::uint32_t wave, SimTime from) const {
    const Duration into = since_a_slot(wave, from) % every;
    return from + (into == Duration{} ? into : every - into);
  }
  // How many whole tests miss a fault, for a number drawn evenly from (0, 1).
  [[nodiscard]] std::uint32_t misses(double luck) const;

 private:
  // Since the slot that began last before time 0, or at it.
  [[nodiscard]] Duration since_a_slot(std::uint32_t wave, SimTime at) const {
    return at.time_since_epoch() + every - every / waves * wave;
  }
  // Slots, and parts of one, since then.
  [[nodiscard]] Duration up_to(std::uint32_t wave, SimTime at) const {
    const Duration since = since_a_slot(wave, at);
    return lasts * (since / every) + std::min(since % every, lasts);
  }
};

}  // namespace berth
