#include "scheduler/preemptions/room_trial.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace berth {

void RoomTrial::remove(const Victim& victim) {
  view_.draft.stop(victim.job);
  taken(victim.job);
  taken_.push_back(victim);
}

void RoomTrial::give_last_back() {
  view_.draft.undo_stop();
  given_back(taken_.back().job);
  taken_.pop_back();
}

void RoomTrial::give_all_back() {
  while (!taken_.empty()) {
    give_last_back();
  }
}

bool RoomTrial::has_room() {
  if (!admitted()) {
    return false;
  }
  auto found = placer_.place(
      request_, {view_.draft.occupancy(view_.scope), view_.now, view_.run, view_.scope});
  if (found) {
    placement_ = std::move(found);
    return true;
  }
  return false;
}

bool RoomTrial::take(const Victim& victim) {
  remove(victim);
  return has_room();
}

// Stops are undone from the last one only: those behind the one in question are stopped again.
void RoomTrial::give_back_what_is_not_needed() {
  for (std::size_t i = taken_.size() - 1; i-- > 0;) {
    const std::vector<Victim> from_here(taken_.begin() + static_cast<std::ptrdiff_t>(i),
                                        taken_.end());
    const auto redo = [&](auto first) {
      while (taken_.size() > i) {
        give_last_back();
      }
      std::for_each(first, from_here.end(), [this](const Victim& one) { remove(one); });
    };
    redo(from_here.begin() + 1);
    if (!has_room()) {
      redo(from_here.begin());
    }
  }
}

Eviction RoomTrial::eviction() {
  check(placement_.has_value(), "room was found");
  Eviction eviction{taken_, std::move(placement_)};
  give_all_back();
  return eviction;
}

}  // namespace berth
