// The availability profile of conservative backfill: what is free when, beside running jobs and
// promised slots. A slot names its GPUs, so a promise stays good whatever is placed around it.
//
// Where nodes are interchangeable (one GPU each, nothing else asked, any room will do) it only
// counts: whoever starts when enough are free keeps what it picks, so no promise needs names,
// until somebody asks for a share of a GPU or is kept to some of the nodes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "cluster/occupancy.hpp"
#include "core/time.hpp"
#include "scheduler/node_times.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/reach.hpp"
#include "scheduler/request.hpp"
#include "scheduler/steps.hpp"

namespace berth {

// What is promised: these GPUs, from `start` up to `end`. No GPUs are named when they are counted.
struct Slot {
  SimTime start{};
  SimTime end{};
  Placement placement;
};

class Profile {
 public:
  enum class Naming : std::uint8_t { as_needed, always };
  // `reach` outlives it; without one a request may have what is available in the view.
  Profile(const Fleet& fleet, const Placer& placer, Naming naming = Naming::as_needed,
          const Reach* reach = nullptr);

  // True when GPUs are counted, not named.
  [[nodiscard]] bool counts() const { return counts_; }

  // Forgets what lies before `now`. REQUIRES: now never goes back.
  void advance(SimTime now);
  // The earliest slot from now on in which the request fits for its whole estimate, as the placer
  // places it among what stays free throughout, on nodes that it may have then; nothing when it
  // never fits on those. REQUIRES: where GPUs are counted it may use all nodes, and asks for no
  // share.
  std::optional<Slot> earliest(const Request& request, const View& view) {
    return earliest(request, view, now_, never);
  }
  // The same among those that start at `from` or later, but before `before`, if there is one.
  std::optional<Slot> earliest(const Request& request, const View& view, SimTime from,
                               SimTime before);
  // The slot from `start` on. REQUIRES: there is room then, for the whole estimate.
  Slot at(SimTime start, const Request& request, const View& view);
  void take(const Shape& shape, const Slot& slot);
  // Gives the slot back from `from` on. REQUIRES: it was taken and covers `from`.
  void give_back(const Shape& shape, const Slot& slot, SimTime from);

  // Keeps the nodes of the slot for it, whole and whatever runs there; no placement is found on
  // them. REQUIRES: GPUs are named.
  void reserve(const Slot& slot);
  void release(const Slot& slot);  // REQUIRES: it is reserved

  // What jobs of this shape need at least in each moment of a slot.
  [[nodiscard]] Need need(const Shape& shape) const;
  [[nodiscard]] SimTime now() const { return now_; }

 private:
  std::optional<Slot> place(const Request& request, const View& view, SimTime from, SimTime past);
  std::optional<Slot> place_at(const Request& request, const View& view, SimTime start);
  [[nodiscard]] SimTime next_end(SimTime from) const;
  [[nodiscard]] SimTime next_start(SimTime from) const;
  [[nodiscard]] bool may_have(NodeId node, ScopeId scope, const View& view) const {
    return reach_ != nullptr ? reach_->has(scope, node) : view.free.available(node);
  }
  void forget_end(SimTime end);

  const Placer& placer_;
  const Reach* reach_;
  bool counts_;
  SimTime now_{};
  Steps free_gpus_;                        // when they are counted
  Occupancy scratch_;                      // what is free throughout a window, for the placer
  NodeTimes times_;                        // when they are named
  std::map<SimTime, std::uint32_t> ends_;  // of slots that were taken; then, too
  std::vector<NodeTimes::Free> window_;    // scratch
};

}  // namespace berth
