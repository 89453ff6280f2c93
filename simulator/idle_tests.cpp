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
    accounts_.tested_idle(gpu_time(idle.gpu_milli, tests_.tested(wave, from, now)));
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
  if (is.idle() != to.idle()) {
    const std::uint32_t wave = ActiveTests::wave_of(node);
    settle(now, wave);
    const std::uint64_t milli = std::uint64_t{fleet_.kind(node).gpus} * gpu_milli_all;
    waves_.at(wave).gpu_milli += to.idle() ? milli : 0 - milli;
  }
  is = to;
}

void IdleTests::took(SimTime now, const Placement& placement) {
  for (const Part& part : placement) {
    const Node& is = nodes_[part.node.index()];
    change(now, part.node, {is.held + 1, is.in_production});
  }
}

void IdleTests::gave_back(SimTime now, const Placement& placement) {
  for (const Part& part : placement) {
    const Node& is = nodes_[part.node.index()];
    change(now, part.node, {is.held - 1, is.in_production});
  }
}

void IdleTests::moved(SimTime now, NodeId node, NodeState to) {
  change(now, node, {nodes_[node.index()].held, to == NodeState::production});
}

}  // namespace berth
