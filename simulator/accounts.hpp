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

#include "cluster/life_cycle.hpp"
#include "core/int128.hpp"
#include "core/time.hpp"
#include "simulator/gpu_time.hpp"
#include "simulator/live_job.hpp"

namespace berth {

// Why GPU time did not become work that was kept.
enum class Loss : std::uint8_t {
  idle,       // in service and free, and of use to whoever waited first, if anybody did
  timed_out,  // worked by a job that was stopped at its limit
  network,    // held by jobs that waited for others, beyond what they wait where placed best
  redone,     // worked after the last checkpoint before a stop, and worked again
  restart,    // spent by jobs that start again before they work
  preempted,  // worked by jobs that were cancelled for others
  // --- where something fails, or jobs save what they did
  fragmentation,   // in service and free, in pieces that the first job that waited could not use
  virtualization,  // part of the work that was kept: what a virtual machine takes of it
  checkpoint,      // held by jobs that wait for a checkpoint to be written
  detection,       // held by jobs after a failure, before it is noticed
  failed,          // worked by jobs that were given up after failures
  spare,           // of nodes that are kept back
  draining,        // free on nodes where nobody starts any more
  down,            // of nodes that are out: reboot, triage, debug, rma
  provisioning,    // of nodes that are set up, anew or for a tenant: onboard, provision
  cleaning,        // ... that are wiped: zap
  testing,         // ... that are tried: seatrial, test; and of those in service while idle
  unsold,          // of nodes that are fit, where nodes are leased and nobody leases them
  corrupted,       // worked by jobs on or after nodes whose faults made it wrong
  straggler,       // held by jobs that wait for slow nodes among their own
  idle_allocated,  // of nodes, or blocks, that jobs have for themselves: what they did not ask for
  undelivered,     // of nodes that were ordered and are not there yet
  user_ended,      // worked by jobs that failed by themselves, or that their users cancelled
};

inline constexpr std::array<std::string_view, 23> loss_names{
    "idle",          "timed_out",      "network",        "redone",      "restart",   "preempted",
    "fragmentation", "virtualization", "checkpoint",     "detection",   "failed",    "spare",
    "draining",      "down",           "provisioning",   "cleaning",    "testing",   "unsold",
    "corrupted",     "straggler",      "idle_allocated", "undelivered", "user_ended"};

// What becomes of the free GPUs of a node in this state; of one in production they are idle.
Loss loss_of(NodeState state);

// All in thousandths of GPUs times nanoseconds; see gpu_time.hpp.
struct GpuTime {
  Int128 capacity = 0;
  Int128 available = 0;    // in service
  Int128 allocated = 0;    // held by jobs
  Int128 productive = 0;   // spent on work that was kept; a job still running keeps it so far
  Int128 tested_idle = 0;  // of what is lost to testing: of nodes in service
  Int128 kept_empty = 0;   // of what is lost to idle_allocated: free, and kept from all others
  std::array<Int128, loss_names.size()> lost{};

  [[nodiscard]] Int128 lost_to(Loss cause) const { return lost[static_cast<std::size_t>(cause)]; }
};

// What a job did from a start to its stop, at full speed.
struct Worked {
  Spent before;     // of it, before the window
  Spent all;        // of it, in all
  Duration kept{};  // of its work, the first part that is kept; the rest is lost
  Loss otherwise = Loss::redone;
  Duration right = longest_duration;  // of its work, the first part that is right
  Duration held_up{};                 // by slow nodes, inside the window
  SimTime hung = never;               // from then on it did nothing, until a failure was noticed
  Duration wrote{};  // inside the window it stood still for so long to write checkpoints
  std::uint64_t idle_milli = 0;  // of what it holds, it does not work on so much

  [[nodiscard]] Duration length() const { return all.startup + all.work + all.checkpoint; }
};

class Accounts {
 public:
  // GPUs are counted in thousandths, here and below.
  // `virtualization_ppm`: millionths of all work that a virtual machine takes.
  Accounts(std::uint64_t gpu_milli, SimTime warm_up, std::uint32_t virtualization_ppm = 0)
      : gpu_milli_(gpu_milli), virtualization_ppm_(virtualization_ppm), from_(warm_up) {}

  // A job was submitted; the first one opens the window. Where nobody comes all time counts.
  void submitted(SimTime now) {
    if (!opened_) [[unlikely]] {
      open(now);
    }
  }
  void started(SimTime now, std::uint64_t gpu_milli);
  struct Counted {  // inside the window
    Int128 held = 0;
    Int128 kept = 0;
    Int128 network = 0;
  };
  // A job that held `gpu_milli` since `start` gave them back, or is cut off by the horizon. What it
  // was held beyond what it worked, the network took. REQUIRES: it works on no more than it holds.
  Counted stopped(SimTime start, SimTime now, std::uint64_t gpu_milli, const Worked& worked);
  // From now on free GPUs are of no use to the first job that waits, or (idle) are again.
  void free_is(SimTime now, Loss idle_or_fragmentation) {
    advance(now);
    free_is_ = idle_or_fragmentation;
  }
  // The same for so many of the free GPUs, where that goes by their nodes.
  void in_pieces(SimTime now, std::uint64_t gpu_milli) {
    advance(now);
    in_pieces_ = gpu_milli;
  }
  // Free GPUs go out of service, or to another kind of it: from idle to a loss, or back
  // (negative). REQUIRES: no more come back than went.
  void withdraw(SimTime now, Loss to, std::int64_t gpu_milli);
  // So much of the time that GPUs were free and in service, they were under test. REQUIRES: they
  // were all called the same (free_is), or were or were not in pieces.
  void tested_idle(Int128 time, bool in_pieces = false) {
    lost(in_pieces ? Loss::fragmentation : free_is_) -= time;
    lost(Loss::testing) += time;
    time_.tested_idle += time;
  }
  // GPU time that was counted as kept is lost after all.
  void forfeit(Loss cause, Int128 kept);

  // The window begins; `never` before the first submission.
  [[nodiscard]] SimTime from() const { return opened_ ? from_ : never; }

  // The same, but where nobody has come so far: the window that will be if nobody does.
  [[nodiscard]] SimTime counts_from() const { return from_; }

  // REQUIRES: every job that started has stopped.
  GpuTime finish(SimTime now);

 private:
  void open(SimTime now);
  void advance(SimTime now);
  Int128& lost(Loss cause) { return time_.lost[static_cast<std::size_t>(cause)]; }

  std::uint64_t gpu_milli_;
  std::uint32_t virtualization_ppm_;
  Loss free_is_ = Loss::idle;
  std::uint64_t in_pieces_ = 0;  // of the free ones
  SimTime from_;                 // the window begins; nothing counts before
  bool opened_ = false;          // by somebody who came
  SimTime last_{};               // the clock has been counted up to here
  std::uint64_t busy_ = 0;
  struct Out {  // free GPUs that are not in service
    std::uint64_t gpu_milli = 0;
    SimTime since{};
  };
  void count(Loss cause, SimTime now);
  std::array<Out, loss_names.size()> out_{};
  std::uint64_t out_in_all_ = 0;
  GpuTime time_;
};

}  // namespace berth
