// The life of a node, as GPU clouds run it: racked by a technician, burnt in, wiped and tested
// before anybody gets it; drained or taken away when it fails; mended by a reboot, on its bench or
// by the vendor; and through the same gates again before it is back. A table says which state
// follows which and why; `berth list lifecycle` prints it, with --dot as a graph.
//
// States and their order are CoreWeave's (docs.coreweave.com, node life cycle; facts of 2025), with
// the reboot of its "solved by reboot", and Kubernetes' and Slurm's words for what they show of
// each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace berth {

enum class NodeState : std::uint8_t {
  ordered,     // bought, and not there yet
  onboard,     // a technician racks it, cables it and sets it up
  seatrial,    // burn-in: all GPUs at full load
  zap,         // disks, memory and firmware are wiped
  test,        // verified, alone and with its neighbours
  available,   // clean and tested, waits for a tenant (where nodes are leased)
  provision,   // set up for its tenant
  production,  // jobs run on it
  spare,       // fit for production, but kept back until another node fails
  lent,        // kept back, and jobs that make room at once run on it
  draining,    // jobs run on, nobody starts: it failed mildly, or somebody wants it
  reboot,      // power-cycled or reset, where that is said to help
  triage,      // out; somebody finds out what is wrong
  debug,       // mended on site
  rma,         // sent to its vendor
};
inline constexpr std::size_t node_states = 15;

// Its name ("seatrial"), what happens in it, and what the two schedulers show of it: "Ready",
// "Ready,SchedulingDisabled" or "NotReady", and Slurm's state.
std::string_view to_string(NodeState state);
std::string_view meaning(NodeState state);
std::string_view kubernetes_word(NodeState state);
std::string_view slurm_word(NodeState state);

// True where jobs may start.
constexpr bool is_open(NodeState state) {
  return state == NodeState::production || state == NodeState::lent;
}
// True where jobs may run on: where they may start, and while it drains.
constexpr bool serves(NodeState state) { return is_open(state) || state == NodeState::draining; }

struct Transition {
  NodeState from;
  NodeState to;
  std::string_view when;
};
// All of them, in the order of their states.
std::span<const Transition> life_cycle();
bool follows(NodeState from, NodeState to);

// The table as a graph in the language of Graphviz.
std::string life_cycle_dot();

}  // namespace berth
