#include "simulator/idle_tests.hpp"

#include <algorithm>

#include "cluster/gpu_shares.hpp"

namespace berth {

IdleTests::IdleTests(const Fleet& fleet, const ActiveTests& tests, Accounts& accounts)
    : fleet_(fleet), tests_(tests), accounts_(accounts), nodes_(fleet.nodes()) {
  for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
    waves_.at(ActiveTests::wave_of(NodeId(node))).gpu_milli +=
        std::uint64_t{fleet.kind(NodeId(node)).gpus} * gpu_milli_all;
  }
}

void IdleTests::settle(SimTime now, std::uint32_t wave) {
  Wave& idle = waves_.at(wave);
  if (const SimTime from = std::max(idle.since, accounts_.counts_from());
      now > from && idle.gpu_milli > 0) {
    const Duration tested = tests_.tested(wave, from, now);
    accounts_.tested_idle(gpu_time(idle.gpu_milli - idle.in_pieces, tested));
    accounts_.tested_idle(gpu_time(idle.in_pieces, tested), true);
  }
  idle.since = now;
}

void IdleTests::settle(SimTime now) {
  for (std::uint32_t wave = 0; wave < ActiveTests::waves; ++wave) {
    settle(now, wave);
  }
}

void IdleTests::change(SimTime now, NodeId node, const Node& to) {
  Node& is = nodes_[node.index()];
  const bool pieces = is.idle() && is.in_pieces;
  const bool pieces_now = to.idle() && to.in_pieces;
  if (is.idle() != to.idle() || pieces != pieces_now) {
    const std::uint32_t wave = ActiveTests::wave_of(node);
    settle(now, wave);
    const std::uint64_t milli = std::uint64_t{fleet_.kind(node).gpus} * gpu_milli_all;
    Wave& idle = waves_.at(wave);
    idle.gpu_milli += (to.idle() ? milli : 0) - (is.idle() ? milli : 0);
    idle.in_pieces += (pieces_now ? milli : 0) - (pieces ? milli : 0);
  }
  is = to;
}

void IdleTests::in_pieces(SimTime now, const std::vector<NodeId>& nodes) {
  const auto mark = [&](NodeId node, bool in_pieces) {
    Node to = nodes_[node.index()];
    to.in_pieces = in_pieces;
    change(now, node, to);
  };
  for (const NodeId node : in_pieces_) {
    if (!std::ranges::binary_search(nodes, node)) {
      mark(node, false);
    }
  }
  std::ranges::for_each(nodes, [&](NodeId node) { mark(node, true); });
  in_pieces_ = nodes;
}

void IdleTests::took(SimTime now, const Placement& placement) {
  for (const Part& part : placement) {
    const Node& is = nodes_[part.node.index()];
    change(now, part.node, {is.held + 1, is.in_production, is.in_pieces});
  }
}

void IdleTests::gave_back(SimTime now, const Placement& placement) {
  for (const Part& part : placement) {
    const Node& is = nodes_[part.node.index()];
    change(now, part.node, {is.held - 1, is.in_production, is.in_pieces});
  }
}

void IdleTests::moved(SimTime now, NodeId node, NodeState to) {
  const Node& is = nodes_[node.index()];
  change(now, node, {is.held, to == NodeState::production, is.in_pieces});
}

}  // namespace berth
