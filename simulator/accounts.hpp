// GPU time as exact integer sums: what the fleet could have given, what was held, what became work
// that was kept, and what was lost by cause. Kept twice, by the clock and by the jobs, so that the
// promise "productive + lost = capacity" is checked and not merely defined.
//
// The window runs from the first submission, or the end of the warm-up if that is later, to the end
// of the run. A job that runs across its edge counts with the part inside.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/int128.hpp"
#include "core/time.hpp"

namespace berth {

// Why GPU time did not become work that was kept.
enum class Loss : std::uint8_t {
  idle,       // in service, but nobody held it
  timed_out,  // worked by a job that was stopped at its limit
  network,    // held by jobs that waited for others, beyond what they wait where placed best
};

inline constexpr std::array<std::string_view, 3> loss_names{"idle", "timed_out", "network"};

// All in GPU-nanoseconds.
struct GpuTime {
  Int128 capacity = 0;
  Int128 available = 0;   // in service
  Int128 allocated = 0;   // held by jobs
  Int128 productive = 0;  // spent on work that was kept; a job still running keeps it so far
  std::array<Int128, loss_names.size()> lost{};

  [[nodiscard]] Int128 lost_to(Loss cause) const { return lost[static_cast<std::size_t>(cause)]; }
};

class Accounts {
 public:
  Accounts(std::uint64_t gpus, SimTime warm_up) : gpus_(gpus), warm_up_(warm_up) {}

  // A job was submitted; the first one opens the window.
  void submitted(SimTime now) {
    if (from_ == never) [[unlikely]] {
      open(now);
    }
  }
  void started(SimTime now, std::uint64_t gpus);
  // A job that held `gpus` since `start` gave them back, or is cut off by the horizon; inside the
  // window the network made it late by `behind`. Both return its GPU time inside the window.
  Int128 kept(SimTime start, SimTime now, std::uint64_t gpus, Duration behind = {});
  Int128 lost(Loss cause, SimTime start, SimTime now, std::uint64_t gpus, Duration behind = {});

  // The window begins; `never` before the first submission.
  [[nodiscard]] SimTime from() const { return from_; }

  // REQUIRES: every job that started has stopped.
  GpuTime finish(SimTime now);

 private:
  void open(SimTime now);
  void advance(SimTime now);
  struct Stopped {
    Int128 held = 0;
    Int128 worked = 0;
  };
  Stopped stopped(SimTime start, SimTime now, std::uint64_t gpus, Duration behind);

  std::uint64_t gpus_;
  SimTime warm_up_;
  SimTime from_ = never;  // the window begins; nothing counts before
  SimTime last_{};        // the clock has been counted up to here
  std::uint64_t busy_ = 0;
  GpuTime time_;
};

}  // namespace berth
