// The accounts of a run kept anew: node by node and job by job, piece by piece, from nothing but
// what sinks are told. Every thousandth of a GPU is somewhere at every nanosecond.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "simulator/accounts.hpp"
#include "simulator/failures/active_tests.hpp"
#include "simulator/records.hpp"
#include "topology/fleet.hpp"

namespace berth::test {

class AccountTwin final : public Sink {
 public:
  // `fleet` outlives it.
  AccountTwin(const Fleet& fleet, SimTime warm_up, std::uint32_t virtualization_ppm,
              std::optional<ActiveTests> tests = {});

  void on(SimTime now, const Record& record) override;
  void finish(SimTime now) override;

  // What differs; empty when nothing does.
  [[nodiscard]] std::string difference(const GpuTime& accounts) const;

 private:
  struct Node {
    std::uint64_t gpu_milli = 0;
    std::uint64_t held = 0;
    std::uint32_t parts = 0;    // of jobs
    std::uint32_t keepers = 0;  // that have its block for themselves
    NodeState state = NodeState::production;
  };
  void told(SimTime now, const Started& record);
  void told(SimTime now, const SpeedChanged& record);
  void told(SimTime now, const Preempted& record);
  void told(SimTime now, const Evicted& record);
  void told(SimTime now, const Displaced& record);
  void told(SimTime now, const Ended& record);
  void told(SimTime now, const LeftRunning& record);
  void told(SimTime now, const NodeMoved& record);
  void told(SimTime now, const FreeInPieces& record);
  void told(SimTime now, const Corrupted& record);

  void open(SimTime now);
  void pass(SimTime now);
  // Of a node that is idle from `from` to `to`, slot by slot.
  [[nodiscard]] Duration tested(std::uint32_t node, SimTime from, SimTime to) const;
  struct Progress {
    Duration worked{};
    Duration held_up{};
  };
  // What a running job had done at `at`, as far as is known now.
  [[nodiscard]] Progress progress(const LiveJob& live, const Pace* pace, SimTime at) const;
  struct Right {  // the first part of a job's work, at the size that it has
    Duration work{};
    std::uint32_t tasks = 0;
  };
  void begins_again(const LiveJob& live, Duration keeps);
  void resized(const LiveJob& live, std::uint32_t tasks);
  void grows(const LiveJob& live);
  void hold(const Placement& placement, const Shape& shape, int sign);
  // `keeps`: of the work of this start; `lost`: what becomes of the rest.
  void stops(SimTime now, const LiveJob& live, const Placement& placement, const Pace* pace,
             Duration keeps, Loss rest);
  Duration stood(const LiveJob& live, const Pace* pace, SimTime from, SimTime until);
  void forfeit(const LiveJob& live, Loss to, Duration most);
  Int128& lost(Loss cause) { return time_.lost[static_cast<std::size_t>(cause)]; }

  const Fleet& fleet_;
  std::uint32_t virtualization_ppm_;
  bool in_pieces_ = false;
  std::set<std::uint32_t> in_pieces_on_;
  SimTime from_;
  bool opened_ = false;
  SimTime now_{};
  std::vector<Node> nodes_;
  std::map<std::uint64_t, std::vector<std::pair<SimTime, Pace>>> paces_;  // until when; by sequence
  std::map<std::uint64_t, Int128> kept_;                                  // by sequence
  std::map<std::uint64_t, Right> right_;  // of jobs whose later work is wrong; by sequence
  std::optional<ActiveTests> tests_;
  GpuTime time_;
};

}  // namespace berth::test
