// Preemptive scheduling as simulators of deep-learning clusters do it (Tiresias, NSDI'19; Muri,
// SIGCOMM'22): at each arrival and each end all jobs are placed anew in the order of the policy,
// and whoever falls out of it gives back its GPUs and waits. Which progress it keeps, its
// checkpoints say.
#include "scheduler/preemption.hpp"

namespace berth {
namespace {

class Afresh final : public Preemption {
 public:
  [[nodiscard]] std::optional<Eviction> make_room(const Request& /*request*/,
                                                  const PreemptionView& /*view*/) const override {
    return std::nullopt;  // never asked
  }
  [[nodiscard]] bool afresh() const override { return true; }
};

}  // namespace

std::unique_ptr<Preemption> afresh(Setting /*setting*/) { return std::make_unique<Afresh>(); }

}  // namespace berth
