// The accounts of a run kept anew: node by node and job by job, piece by piece, from nothing but
// what sinks are told. Every thousandth of a GPU is somewhere at every nanosecond.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "simulator/accounts.hpp"
#include "simulator/records.hpp"
#include "topology/fleet.hpp"

namespace berth::test {

class AccountTwin final : public Sink {
 public:
  AccountTwin(const Fleet& fleet, SimTime warm_up,
              std::uint32_t virtualization_ppm);  // `fleet` outlives it

  void on(SimTime now, const Record& record) override;
  void finish(SimTime now) override;

  // What differs; empty when nothing does.
  [[nodiscard]] std::string difference(const GpuTime& accounts) const;

 private:
  struct Node {
    std::uint64_t gpu_milli = 0;
    std::uint64_t held = 0;
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

  void open(SimTime now);
  void pass(SimTime now);
  void hold(const Placement& placement, const Shape& shape, int sign);
  // `keeps`: of the work of this start; `lost`: what becomes of the rest.
  void stops(SimTime now, const LiveJob& live, const Placement& placement, const Pace* pace,
             Duration keeps, Loss rest);
  Duration stood(const LiveJob& live, const Pace* pace, SimTime from, SimTime until);
  void forfeit(const LiveJob& live, Loss to, Duration most);
  Int128& lost(Loss cause) { return time_.lost[static_cast<std::size_t>(cause)]; }

  std::uint32_t virtualization_ppm_;
  bool in_pieces_ = false;
  SimTime from_;
  bool opened_ = false;
  SimTime now_{};
  std::vector<Node> nodes_;
  std::map<std::uint64_t, std::vector<std::pair<SimTime, Pace>>> paces_;  // until when; by sequence
  std::map<std::uint64_t, Int128> kept_;                                  // by sequence
  GpuTime time_;
};

}  // namespace berth::test
