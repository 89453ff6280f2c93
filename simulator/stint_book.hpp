// What jobs did since their last start, before the window of the accounts and inside it, whatever
// their speeds were.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>

#include "simulator/accounts.hpp"
#include "simulator/records.hpp"

namespace berth {

class StintBook {
 public:
  explicit StintBook(const Accounts& accounts) : accounts_(accounts) {}  // outlives it

  void on(SimTime now, const SpeedChanged& record);
  // Of a job that stops now, or is cut off: whatever comes after starting up is kept, unless the
  // caller knows better. `pace` is null where it ran at full speed throughout.
  Worked worked(const LiveJob& live, const Pace* pace, SimTime now);

 private:
  struct Progress {
    Duration worked{};
    Duration held_up{};  // by slow nodes
  };
  static Progress progress(const Pace& pace, SimTime at) {
    return {pace.worked(at), pace.held_up(at)};
  }
  Progress before_window(const LiveJob& live, const Pace& pace);
  // Inside the window, of a pace that stands.
  [[nodiscard]] Duration stood(const Pace& pace, SimTime now) const {
    return std::max(now - std::max(pace.since(), accounts_.from()), Duration{});
  }

  const Accounts& accounts_;
  // By sequence, of jobs that ran into the window and then changed their speed: what they had done.
  std::map<std::uint64_t, Progress> worked_before_;
  // By sequence, of jobs that run: how long they stood still to write checkpoints.
  std::map<std::uint64_t, Duration> wrote_;
};

}  // namespace berth
