// What active tests of idle nodes take of the time that GPUs are free. Kept by wave of the tests,
// not by node: what an hour costs does not grow with the fleet, only what starts and stops does.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "cluster/placement.hpp"
#include "simulator/accounts.hpp"
#include "simulator/failures/active_tests.hpp"
#include "topology/fleet.hpp"

namespace berth {

class IdleTests {
 public:
  // Both outlive it.
  IdleTests(const Fleet& fleet, const ActiveTests& tests, Accounts& accounts);

  void took(SimTime now, const Placement& placement);
  void gave_back(SimTime now, const Placement& placement);
  void moved(SimTime now, NodeId node, NodeState to);
  // All that was under test up to now counts, as it has to before free GPUs are called otherwise.
  void settle(SimTime now);
  // What is free on these nodes is in pieces from now on, and nothing else.
  void in_pieces(SimTime now, const std::vector<NodeId>& nodes);

 private:
  struct Node {
    std::uint32_t held = 0;  // parts of jobs that are on it
    bool in_production = true;
    bool in_pieces = false;
    [[nodiscard]] bool idle() const { return held == 0 && in_production; }
  };
  struct Wave {
    std::uint64_t gpu_milli = 0;  // of its idle nodes
    std::uint64_t in_pieces = 0;  // of that
    SimTime since{};
  };
  void settle(SimTime now, std::uint32_t wave);
  void change(SimTime now, NodeId node, const Node& to);

  const Fleet& fleet_;
  ActiveTests tests_;
  Accounts& accounts_;
  std::vector<Node> nodes_;
  std::vector<NodeId> in_pieces_;
  std::array<Wave, ActiveTests::waves> waves_{};
};

}  // namespace berth
