// What is free on each node when: for every node its times and what is free from each on, changed
// only where a job takes or gives back. In sum over the nodes it knows some lower bounds of what a
// request needs, as steps over time: where they do not have it, no node need be looked at.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/occupancy.hpp"
#include "core/time.hpp"
#include "scheduler/steps.hpp"

namespace berth {

// What a request needs at least, whenever it runs: so much of this. Enough where GPUs are counted.
struct Need {
  const Steps* room;
  std::int64_t least;
};

class NodeTimes {
 public:
  struct Free {  // on one node
    GpuMask gpus = 0;
    std::int64_t cpu_milli = 0;
    std::int64_t memory = 0;
    GpuShares shares{};
    bool operator==(const Free&) const = default;
    void narrow(const Free& other);  // to what is free there, too
  };

  // All that `empty` has is free throughout.
  explicit NodeTimes(const Occupancy& empty);

  // Forgets what lies before `now`. REQUIRES: now never goes back.
  void advance(SimTime now);
  // Takes the placement from `from` up to `to`, or gives it back. REQUIRES: it is free, or taken.
  // The nodes around it that it has for itself (Shape::alone) are closed meanwhile.
  // Or closes its nodes, whatever is taken of them, or opens them again. REQUIRES: they were
  // closed.
  enum class Change { take, give_back, close, open };
  void change(Change change, const Shape& shape, const Placement& placement, SimTime from,
              SimTime to);

  // What is free on each node all the time from `from` up to `to`. REQUIRES: from < to.
  void free_throughout(SimTime from, SimTime to, std::vector<Free>& free) const;
  [[nodiscard]] Need need(const Shape& shape) const;

  [[nodiscard]] std::size_t steps() const { return sums_.front().room.size(); }

 private:
  struct Piece {  // of the times of a node, up to the next; the last has no end
    SimTime begin{};
    Free free;
    std::uint32_t closed = 0;  // so many times

    [[nodiscard]] Free open() const { return closed > 0 ? Free{} : free; }
    [[nodiscard]] bool like(const Piece& other) const {
      return free == other.free && closed == other.closed;
    }
    void change(Change change, const Shape& shape, const Part& part);
  };
  using Times = std::vector<Piece>;
  // A sum over the nodes: tasks of so many GPUs that have room, thousandths of GPUs, millicores, or
  // bytes.
  struct Sum {
    enum class Of { tasks, gpu_milli, cpu_milli, memory };
    Of of;
    std::uint32_t gpus;
    Steps room;
    [[nodiscard]] std::int64_t part(const Free& free) const;
    [[nodiscard]] std::int64_t wanted(const Shape& shape) const;  // 0: not told by this sum
  };
  // By how much the sums change in one stretch of time; parts of a gang mostly change alike.
  struct Pending {
    SimTime from{};
    SimTime to{};
    std::vector<std::int64_t> change;  // by sum
  };

  static std::size_t cut(Times& times, SimTime at);
  static void join(Times& times, std::size_t piece);
  void change(Change change, const Shape& shape, const Part& part, SimTime from, SimTime to);
  void note(SimTime from, SimTime to, const Free& before, const Free& after);
  void add_pending();

  const Fleet* fleet_;
  std::vector<Times> nodes_;
  std::vector<Sum> sums_;
  Pending pending_;
  SimTime now_{};
};

}  // namespace berth
