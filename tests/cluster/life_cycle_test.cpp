#include "cluster/life_cycle.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace berth;

namespace {

// The states that can be reached from this one, and itself.
std::set<NodeState> reachable(NodeState from) {
  std::set<NodeState> reached{from};
  for (std::size_t before = 0; before < reached.size();) {
    before = reached.size();
    for (const Transition& one : life_cycle()) {
      if (reached.contains(one.from)) {
        reached.insert(one.to);
      }
    }
  }
  return reached;
}

std::size_t dead_ends() {
  std::size_t ends = 0;
  for (std::size_t state = 0; state < node_states; ++state) {
    ends += reachable(static_cast<NodeState>(state)).size() == node_states ? 0U : 1U;
  }
  return ends;
}

}  // namespace

TEST_CASE("whatever state a node is in, every state can be reached") { CHECK(dead_ends() == 0); }

TEST_CASE("a node that was mended goes through burn-in, wiping and test before anybody gets it") {
  CHECK(follows(NodeState::rma, NodeState::onboard));
  CHECK(follows(NodeState::debug, NodeState::onboard));
  CHECK(follows(NodeState::onboard, NodeState::seatrial));
  CHECK(follows(NodeState::seatrial, NodeState::zap));
  CHECK(follows(NodeState::zap, NodeState::test));
  CHECK(follows(NodeState::test, NodeState::production));
  CHECK_FALSE(follows(NodeState::zap, NodeState::production));
  CHECK_FALSE(follows(NodeState::rma, NodeState::production));
}

TEST_CASE("jobs run in production and while a node drains, as both schedulers show it") {
  CHECK(serves(NodeState::production));
  CHECK(serves(NodeState::draining));
  CHECK_FALSE(serves(NodeState::test));
  CHECK(kubernetes_word(NodeState::draining) == "Ready,SchedulingDisabled");
  CHECK(slurm_word(NodeState::draining) == "draining");
  CHECK(kubernetes_word(NodeState::triage) == "NotReady");
  CHECK(slurm_word(NodeState::rma) == "down");
}

TEST_CASE("the life cycle is drawn with every state and every way") {
  const std::string graph = life_cycle_dot();
  CHECK(graph.starts_with("digraph lifecycle {"));
  CHECK(graph.find("  triage -> rma [label=\"has to go to its vendor\"];") != std::string::npos);
  CHECK(graph.find("production [label=\"production\\njobs run on it\", style=\"rounded,bold\"]") !=
        std::string::npos);
}
