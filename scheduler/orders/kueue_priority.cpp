// The order of Kueue's cycle without fair sharing: jobs that stay within the nominal quota of their
// cluster queue first, then the highest priority, then who came first. What is within quota is as
// of the last start, and for the first flavor that could hold the job.
#include <cstdint>
#include <limits>
#include <optional>

#include "scheduler/admissions/kueue.hpp"
#include "scheduler/order.hpp"

namespace berth {
namespace {

class KueuePriority final : public JobOrder {
 public:
  [[nodiscard]] std::string_view needs() const override { return "kueue"; }
  void begin_run(const RunContext& context) override { queues_ = &kueue_of(context.admission); }

  [[nodiscard]] std::int64_t key(const Request& request) const override {
    const auto charge = queues_->first_choice(request);
    const bool within = quota_ && charge.queue < quota_->nodes() &&
                        quota_->within(charge.queue, charge.flavor, charge.amounts);
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    return (within ? 0 : std::int64_t{1} << 33) + (most - request.priority);
  }
  bool refresh(SimTime /*now*/) override {
    const bool changed = !quota_ || !quota_->same_uses(queues_->quota());
    if (changed) {
      quota_ = queues_->quota();
    }
    return changed;
  }
  [[nodiscard]] bool moves_with_starts() const override { return true; }

 private:
  const KueueQueues* queues_ = nullptr;
  std::optional<Quota> quota_;  // as of the last refresh: keys are compared with one another
};

}  // namespace

std::unique_ptr<JobOrder> kueue_priority() { return std::make_unique<KueuePriority>(); }

}  // namespace berth
