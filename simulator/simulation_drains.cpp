// Nodes that close for newcomers, and open again.
#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "simulator/simulation.hpp"

namespace berth {

// Twice its number when it closes, one more when it opens.
void Simulation::drain(Drain drain) {
  check(drain.from < drain.until, "a drain takes some time");
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
    if (opens ? cluster_.reopen(node) : cluster_.close(node)) {
      scheduler_.turned(node, opens);
      turned.push_back(node);
    }
  }
  if (!turned.empty()) {
    tell(Turned{turned, opens, drain.by});
  }
  plan_due_ = true;
  upgrades_turn_ = upgrades_turn_ || (opens && !upgrades_.empty());
}

}  // namespace berth
