// Something breaks, at a time and on nodes that no policy can change: who runs there, if anybody,
// is another matter. All that follows from it is drawn with it, how long until it is noticed, what
// is done to the nodes and how long each step takes, so that two policies meet the same failures.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/life_cycle.hpp"
#include "core/time.hpp"
#include "simulator/pace.hpp"
#include "topology/fleet.hpp"

namespace berth {

enum class Severity : std::uint8_t {
  high,  // whoever runs there stops working at once, and is evicted when it is noticed
  low,   // once noticed, nobody starts there any more; the nodes go when they are empty
};

// What it does to whoever runs there until it is found. Those that do not stop him are of one node.
enum class Effect : std::uint8_t {
  stops,
  corrupts,  // he works on, but what he does from then on is wrong
  slows,     // he works on more slowly, and all his gang with him
  narrows,   // a link of the node is down until it is mended, and the node stays (links.cpp)
};

// One of the links of a node to the fabric: a NIC with its cable.
struct NodeLink {
  NodeId node;
  std::uint32_t link = 0;
  auto operator<=>(const NodeLink&) const = default;
};

// A node is in this state for so long.
struct Stage {
  NodeState state = NodeState::triage;
  Duration lasts{};
  bool by_hand = false;  // a crew works on it for so long, where nodes wait for crews
  bool operator==(const Stage&) const = default;
};

// The same fault again, so long after the node came back from its repair.
struct Relapse {
  Duration after{};
  Duration noticed_after{};
  std::vector<Stage> course;
};

struct Failure {
  SimTime at{};
  std::vector<NodeRange> nodes;  // in order, not touching; at least one node
  std::uint32_t cause = 0;       // of those that the processes of the run name, in their order
  Severity severity = Severity::high;
  Duration noticed_after{};
  // What the nodes go through until they are back in production; empty: they stay there, and only
  // the job that holds `gpu` of the one node is hit.
  std::vector<Stage> course;
  std::uint32_t gpu = 0;  // below the GPUs of the node, or 0
  // Load brings it on: it happens only where jobs hold so many thousandths of GPUs of the one node.
  std::uint32_t needs_held_milli = 0;

  // REQUIRES: who corrupts is of high severity.
  Effect effect = Effect::stops;
  RunSpeed slowed_to{};    // of who slows, or narrows where no fabric says how much
  std::uint32_t link = 0;  // of who narrows, and how long it is down
  Duration mended_after{};
  // Nothing notices it but a test of the node while it is idle (active_tests.hpp), and how many of
  // them miss it goes by `luck`, from (0, 1). Of those that do not stop anybody.
  bool until_tested = false;
  double luck = 0.5;

  // Of one that is foreseen (prediction.hpp): the warning of it, and the failure itself. A warning
  // is mild, noticed at once, and threatens a failure of its one node then; a false alarm none.
  bool warns = false;
  bool clears = false;  // the warning: jobs leave the node when their next checkpoint is written
  SimTime threatens = never;
  bool planned = false;  // the warning: somebody means it, and no spare stands in
  bool foretold = false;

  // It was not mended: so it comes again, one after the other.
  std::vector<Relapse> relapses{};
  // Only of this node, which fails more often than others: one in its place does not.
  bool of_lemon = false;

  // A power feed, a leaf, a site: who is out already stays out as long as it lasts.
  bool of_domain = false;

  [[nodiscard]] bool of_software() const { return course.empty(); }
};

}  // namespace berth
