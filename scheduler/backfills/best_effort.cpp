// Kueue's BestEffortFIFO, and what a queue of pods does: who has no room is passed by, and nothing
// is promised to anybody. Large jobs may wait for as long as small ones keep coming.
#include "scheduler/backfill.hpp"

namespace berth {
namespace {

class BestEffort final : public Backfill {
 public:
  [[nodiscard]] Holds holds() const override { return Holds::head; }
  // It would be in vain: less is free than it asks for.
  [[nodiscard]] Reason untried() const override { return Reason::resources; }
};

}  // namespace

std::unique_ptr<Backfill> best_effort() { return std::make_unique<BestEffort>(); }

}  // namespace berth
