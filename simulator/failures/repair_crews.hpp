// The hands that mend nodes: so many crews at a time, by the hour of the week. What a repair needs
// hands for (triage, debug, racking) waits in one line: at each instant the first c of those in it
// are worked on, in the order in which they came, where c crews are on shift. When a shift ends
// with fewer crews the last of those in work pause, and go on as soon as there are hands again.
// How long the work takes was drawn with the failure; the waiting comes on top.
//
// A run begins on a Monday at midnight.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace berth {

struct Shift {
  std::uint32_t crews = 1;
  std::uint32_t first_day = 0;  // Monday
  std::uint32_t past_day = 7;   // the days of the week from first_day on, this one not
  Duration from{};              // of each of these days
  Duration until{};             // at most 24 h; later than `from`
};

// Crews on shift, by the time of the week.
class CrewPlan {
 public:
  // REQUIRES: at least one crew at some time.
  explicit CrewPlan(const std::vector<Shift>& shifts);

  [[nodiscard]] std::uint32_t on_shift(SimTime at) const { return step(at)->crews; }
  // When there are more or fewer than at `at` for the first time; `never` where there always are
  // as many.
  [[nodiscard]] SimTime changes(SimTime at) const;

 private:
  struct Step {
    Duration from{};  // in the week
    std::uint32_t crews = 0;
  };
  [[nodiscard]] std::vector<Step>::const_iterator step(SimTime at) const;

  std::vector<Step> steps_;  // neighbours differ, unless there is but one; the first at 0
};

class RepairCrews {
 public:
  explicit RepairCrews(CrewPlan plan) : plan_(std::move(plan)) {}

  struct Done {
    NodeId node;
    Duration waited{};  // that nobody worked on it
  };
  // A node joins the line. REQUIRES: work > 0, the node is not in it; now as below.
  void ask(SimTime now, NodeId node, Duration work);
  // The line as it is now; who is done since the last call, in the order of the line. REQUIRES: no
  // earlier than the last call, and no later than next() was.
  std::vector<Done> advance(SimTime now);
  // When somebody is done or the number of crews changes; nothing when nobody is in the line.
  // REQUIRES: as of the last call.
  [[nodiscard]] std::optional<SimTime> next() const;

 private:
  struct Task {
    NodeId node;
    Duration left{};
    Duration work{};
    SimTime asked{};
  };
  // Of the line, who is worked on.
  [[nodiscard]] std::size_t at_work() const;

  CrewPlan plan_;
  std::deque<Task> line_;
  SimTime now_{};
};

}  // namespace berth
