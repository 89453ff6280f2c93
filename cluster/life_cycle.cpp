#include "cluster/life_cycle.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace berth {
namespace {

struct StateLine {
  NodeState state;
  std::string_view name;
  std::string_view meaning;
  std::string_view kubernetes;
  std::string_view slurm;
};

constexpr std::string_view away = "NotReady";
constexpr std::string_view ready = "Ready";
constexpr std::string_view cordoned = "Ready,SchedulingDisabled";

// In the order of the enum.
constexpr std::array<StateLine, node_states> states{{
    {NodeState::ordered, "ordered", "bought, and not there yet", away, "future"},
    {NodeState::onboard, "onboard", "racked, cabled and set up", away, "future"},
    {NodeState::seatrial, "seatrial", "burnt in: all GPUs at full load", away, "down"},
    {NodeState::zap, "zap", "disks, memory and firmware are wiped", away, "down"},
    {NodeState::test, "test", "verified, alone and with its neighbours", cordoned, "maint"},
    {NodeState::available, "available", "clean and tested, waits for a tenant", cordoned,
     "reserved"},
    {NodeState::provision, "provision", "set up for its tenant", away, "down"},
    {NodeState::production, "production", "jobs run on it", ready, "idle, mixed or allocated"},
    {NodeState::spare, "spare", "kept back until another node fails", cordoned, "reserved"},
    {NodeState::lent, "lent", "kept back, and jobs that make room run on it", ready,
     "idle, mixed or allocated"},
    {NodeState::draining, "draining", "jobs run on, nobody starts", cordoned, "draining"},
    {NodeState::reboot, "reboot", "power-cycled or reset", away, "reboot"},
    {NodeState::triage, "triage", "somebody finds out what is wrong", away, "down"},
    {NodeState::debug, "debug", "mended on site", away, "down"},
    {NodeState::rma, "rma", "sent to its vendor", away, "down"},
}};

constexpr std::array transitions{
    Transition{NodeState::ordered, NodeState::onboard, "delivered"},
    Transition{NodeState::onboard, NodeState::seatrial, "set up"},
    Transition{NodeState::seatrial, NodeState::zap, "held out under load"},
    Transition{NodeState::seatrial, NodeState::triage, "failed under load"},
    Transition{NodeState::zap, NodeState::test, "wiped"},
    Transition{NodeState::zap, NodeState::triage, "could not be wiped"},
    Transition{NodeState::test, NodeState::production, "passed"},
    Transition{NodeState::test, NodeState::available, "passed, and is nobody's"},
    Transition{NodeState::test, NodeState::provision, "passed, and its tenant waits for it"},
    Transition{NodeState::test, NodeState::zap, "not wiped since its last tenant"},
    Transition{NodeState::test, NodeState::spare, "passed, and another stands in for it"},
    Transition{NodeState::test, NodeState::lent, "passed, and another stands in for it"},
    Transition{NodeState::test, NodeState::triage, "failed the test"},
    Transition{NodeState::available, NodeState::ordered, "is still to be delivered"},
    Transition{NodeState::available, NodeState::provision, "leased"},
    Transition{NodeState::available, NodeState::spare, "kept back for those that fail"},
    Transition{NodeState::available, NodeState::reboot, "fault that a reboot may solve"},
    Transition{NodeState::available, NodeState::triage, "fault that needs somebody"},
    Transition{NodeState::provision, NodeState::production, "handed over"},
    Transition{NodeState::provision, NodeState::zap, "its lease is over"},
    Transition{NodeState::provision, NodeState::triage, "could not be set up"},
    Transition{NodeState::production, NodeState::available, "nodes are leased from now on"},
    Transition{NodeState::production, NodeState::spare, "kept back"},
    Transition{NodeState::production, NodeState::lent, "kept back, and lent"},
    Transition{NodeState::production, NodeState::draining, "mild fault, or cordoned"},
    Transition{NodeState::production, NodeState::reboot, "fault that a reboot may solve"},
    Transition{NodeState::production, NodeState::triage, "fault that needs somebody"},
    Transition{NodeState::spare, NodeState::provision, "set up for one that failed"},
    Transition{NodeState::spare, NodeState::production, "stands in for a node that failed"},
    Transition{NodeState::spare, NodeState::reboot, "fault that a reboot may solve"},
    Transition{NodeState::spare, NodeState::triage, "fault that needs somebody"},
    Transition{NodeState::lent, NodeState::spare, "called in for a node that failed"},
    Transition{NodeState::lent, NodeState::draining, "mild fault"},
    Transition{NodeState::lent, NodeState::reboot, "fault that a reboot may solve"},
    Transition{NodeState::lent, NodeState::triage, "fault that needs somebody"},
    Transition{NodeState::draining, NodeState::production, "uncordoned"},
    Transition{NodeState::draining, NodeState::reboot, "empty, or failed for good"},
    Transition{NodeState::draining, NodeState::triage, "empty, or failed for good"},
    Transition{NodeState::draining, NodeState::zap, "released by its tenant"},
    Transition{NodeState::reboot, NodeState::test, "is up again"},
    Transition{NodeState::reboot, NodeState::triage, "did not come up"},
    Transition{NodeState::triage, NodeState::debug, "can be mended here"},
    Transition{NodeState::triage, NodeState::rma, "has to go to its vendor"},
    Transition{NodeState::triage, NodeState::test, "nothing was found"},
    Transition{NodeState::debug, NodeState::onboard, "mended"},
    Transition{NodeState::rma, NodeState::onboard, "came back"},
};

const StateLine& line_of(NodeState state) { return states.at(static_cast<std::size_t>(state)); }

}  // namespace

std::string_view to_string(NodeState state) { return line_of(state).name; }
std::string_view meaning(NodeState state) { return line_of(state).meaning; }
std::string_view kubernetes_word(NodeState state) { return line_of(state).kubernetes; }
std::string_view slurm_word(NodeState state) { return line_of(state).slurm; }

std::span<const Transition> life_cycle() { return transitions; }

bool follows(NodeState from, NodeState to) {
  return std::ranges::any_of(
      transitions, [&](const Transition& one) { return one.from == from && one.to == to; });
}

std::string life_cycle_dot() {
  std::string text = "digraph lifecycle {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n";
  for (const StateLine& one : states) {
    text += fmt::format("  {} [label=\"{}\\n{}\"{}];\n", one.name, one.name, one.meaning,
                        serves(one.state) ? ", style=\"rounded,bold\"" : "");
  }
  for (const Transition& one : transitions) {
    text += fmt::format("  {} -> {} [label=\"{}\"];\n", to_string(one.from), to_string(one.to),
                        one.when);
  }
  return text + "}\n";
}

}  // namespace berth
