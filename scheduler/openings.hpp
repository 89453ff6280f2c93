// Where a promise may move up. Who waits holds the earliest slot there was when he was last tried;
// since then an earlier one can only have come about where something was given back. Each kind of
// request knows those stretches of time: in them its need is met throughout, and something was
// given back that not everybody of the kind has been tried on. Who does not fit into one, by his
// start and his estimate, need not be tried.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "cluster/shape.hpp"
#include "core/time.hpp"
#include "scheduler/profile.hpp"

namespace berth {

class Openings {
 public:
  // The profile outlives the openings. `equal_fare_alike`: jobs of one shape are offered the same
  // nodes, so that who is longer fails where a shorter one does.
  Openings(Profile& profile, bool equal_fare_alike)
      : profile_(profile), equal_fare_alike_(equal_fare_alike) {}

  // The kind of all requests of this shape and scope.
  std::uint32_t kind_of(const Shape& shape, ScopeId scope);
  // So many more of a kind wait, or fewer.
  void joined(std::uint32_t kind) { ++kinds_[kind].waiting; }
  void left(std::uint32_t kind);

  // Something was given back in the profile from `from` up to `to`, so that who starts later may
  // move up.
  void given_back(SimTime from, SimTime to);
  // Everybody who waits is about to be tried, in some order.
  void begin_round();
  // Nobody's slot could be earlier than it is.
  void clear();

  // True when a job of the kind with this slot might start earlier.
  [[nodiscard]] bool concern(std::uint32_t kind, const Slot& slot) const;

  // The earliest slot that starts before `slot` does, if there is one. REQUIRES: `slot` is not
  // taken in the profile.
  std::optional<Slot> earlier(const Request& request, const View& view, std::uint32_t kind,
                              const Slot& slot);

 private:
  // Enough is free for the kind all the time; within, something was given back from `from` to `to`.
  // What was taken since may have made it shorter.
  struct Opening {
    SimTime begin{};
    SimTime end{};
    SimTime from{};
    SimTime to{};
    std::uint64_t round = 0;  // something was given back in it, or after it
    // Who takes so long or longer finds no slot that starts before `tried`.
    Duration length = Duration::max();
    SimTime tried{};

    [[nodiscard]] bool concerns(const Slot& slot) const;
    [[nodiscard]] std::optional<Opening> within(SimTime first, SimTime past) const;
  };
  struct Kind {
    Need need;
    std::uint64_t waiting = 0;
    std::vector<Opening> openings;  // by time
    SimTime last_end{};             // of the openings, or later
    Duration longest{};             // of the openings, or longer
  };

  void given_back(Kind& kind, SimTime from, SimTime to);
  static void add(Kind& kind, Opening opening);

  Profile& profile_;
  bool equal_fare_alike_;
  std::vector<Kind> kinds_;
  std::map<std::pair<Shape, ScopeId>, std::uint32_t> number_of_;
  std::uint64_t round_ = 0;
};

}  // namespace berth
