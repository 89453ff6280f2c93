// Nodes that close for newcomers, and open again.
#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "simulator/simulation.hpp"

namespace berth {

// Twice its number when it closes, one more when it opens.
void Simulation::drain(Drain drain) {
  check(drain.from < drain.until, "a drain takes some time");
  closed_.resize(cluster_.fleet().nodes());
  const Turn closes{2 * static_cast<std::uint32_t>(drains_.size())};
  queue_.schedule(drain.from, rank(closes), closes);
  if (drain.until != berth::never) {
    const Turn opens{closes.number + 1};
    queue_.schedule(drain.until, rank(opens), opens);
  }
  drains_.push_back(std::move(drain));
}

// A node that several close opens when the last of them opens it.
void Simulation::handle(const Turn& turn) {
  const Drain& drain = drains_[turn.number / 2];
  const bool opens = turn.number % 2 == 1;
  std::vector<NodeId> turned;
  for (const NodeId node : drain.nodes) {
    std::uint32_t& closed = closed_[node.index()];
    closed += opens ? -1U : 1U;
    if (closed == (opens ? 0U : 1U)) {
      cluster_.set_open(node, opens);
      scheduler_.turned(node, opens);
      turned.push_back(node);
    }
  }
  if (!turned.empty()) {
    tell(Turned{turned, opens, drain.by});
  }
  plan_due_ = true;
}

}  // namespace berth
