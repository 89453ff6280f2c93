// What each preemption cost and what for: work that was destroyed, and how many of the GPUs that
// were freed the job that asked for them took when it next started. A preemption is settled then,
// or at the end of the run when it never did.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "core/int128.hpp"
#include "simulator/records.hpp"

namespace berth {

struct PreemptionLine {
  SimTime at;  // it stopped
  std::uint64_t number = 0;
  std::uint32_t source = 0;
  SimTime submit{};
  std::uint64_t by_number = 0;
  std::uint32_t by_source = 0;
  Yield how = Yield::requeue;
  Duration grace{};  // it was told so long before
  Duration ran{};    // since its last start
  std::uint64_t gpus = 0;
  Int128 destroyed = 0;         // GPU time of work that is done again, or was in vain
  std::optional<SimTime> used;  // the other started
  std::uint64_t used_gpus = 0;  // of those that it gave up, so many the other took then
};

class PreemptionBook {
 public:
  void on(SimTime now, const Warned& record);
  void on(SimTime now, const Preempted& record);
  void on(SimTime now, const Started& record);
  void on(SimTime now, const Ended& record);

  // Those that are settled and were not yet taken, in the order in which they stopped; each once.
  std::vector<PreemptionLine> take_settled();
  // Nothing follows: all are settled.
  void finish();

  // Jobs that were told to yield and ended by themselves in their grace.
  [[nodiscard]] std::uint64_t ended_in_time() const { return ended_in_time_; }

 private:
  struct Open {
    PreemptionLine line;
    std::uint64_t by = 0;  // its sequence
    Placement freed;
    bool settled = false;
  };

  std::deque<Open> open_;
  std::uint64_t taken_ = 0;                                      // so many were in front of open_
  std::map<std::uint64_t, std::vector<std::uint64_t>> waiting_;  // numbers of lines, by sequence of
                                                                 // who waits
  std::map<std::uint64_t, SimTime> warned_;                      // by sequence
  std::uint64_t ended_in_time_ = 0;
};

// GPUs of `one` that are in `other`.
std::uint64_t gpus_in_common(const Placement& one, const Placement& other);

}  // namespace berth
