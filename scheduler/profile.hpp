// The availability profile of conservative backfill: time cut into slices, each with what is free
// in it on every node. Running jobs and promised slots are taken from the slices they cover; a slot
// names its GPUs, so a promise stays good whatever is placed around it.
//
// Where nodes are interchangeable (one GPU each, nothing else asked, any room will do) it only
// counts: whoever starts when enough are free keeps what it picks, so no promise needs names,
// until a share is asked for: shares of one size fit where those of another do not.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "cluster/occupancy.hpp"
#include "core/time.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/request.hpp"

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
  // REQUIRES: every node is available throughout; nodes that go out come with failures.
  Profile(const Fleet& fleet, const Placer& placer, Naming naming = Naming::as_needed);

  // True when GPUs are counted, not named.
  [[nodiscard]] bool counts() const { return counts_; }

  // Forgets what lies before `now`. REQUIRES: now never goes back.
  void advance(SimTime now);
  // The earliest slot from now on in which the request fits for its whole estimate, as the placer
  // places it among what stays free throughout. REQUIRES: the empty fleet has room for it; it asks
  // for no share where GPUs are counted.
  Slot earliest(const Request& request, RunKey run);
  // The slot from `start` on. REQUIRES: there is room then, for the whole estimate.
  Slot at(SimTime start, const Request& request, RunKey run);
  void take(const Shape& shape, const Slot& slot);
  // Gives the slot back from `from` on. REQUIRES: it was taken and covers `from`.
  void give_back(const Shape& shape, const Slot& slot, SimTime from);

  [[nodiscard]] std::size_t slices() const { return slices_.size(); }

 private:
  struct Free {  // on one node
    GpuMask gpus = 0;
    std::int64_t cpu_milli = 0;
    std::int64_t memory = 0;
    bool operator==(const Free&) const = default;
  };
  using Shared = std::map<std::uint32_t, GpuShares>;  // of the nodes where there are any
  struct Slice {  // from `begin` to the next slice; the last has no end
    SimTime begin{};
    std::uint64_t free_gpus = 0;
    std::vector<Free> nodes;
    Shared shared;
  };

  std::size_t cut(SimTime at);    // the index of the slice that begins at `at`
  void merge(std::size_t index);  // with the one before, when they are equal
  void change(const Shape& shape, const Slot& slot, SimTime from, bool take);
  static void change(Slice& slice, const Shape& shape, const Part& part, bool take);
  std::optional<Placement> try_window(std::size_t first, const Request& request, RunKey run,
                                      std::size_t& retry);
  void narrow(const Slice& slice);  // window_ to what is free in the slice too

  const Placer& placer_;
  bool counts_;
  std::vector<Slice> slices_;
  std::vector<Free> window_;  // scratch: free throughout a window
  Shared window_shared_;
  Occupancy scratch_;  // the same as an index, for the placer
};

}  // namespace berth
