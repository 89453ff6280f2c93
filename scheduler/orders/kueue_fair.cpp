// Kueue's fair sharing of admission: the queue that uses the least above its nominal quota, for its
// weight, comes first (cohort by cohort, from the outermost); within equals the highest priority,
// then who came first. Shares are as of the last start.
#include <algorithm>
#include <cstdint>
#include <limits>

#include "scheduler/admissions/kueue.hpp"
#include "scheduler/order.hpp"

namespace berth {
namespace {

class KueueFair final : public JobOrder {
 public:
  [[nodiscard]] std::string_view needs() const override { return "kueue"; }
  // The queues themselves may begin their run after this.
  void begin_run(const RunContext& context) override { queues_ = &kueue_of(context.admission); }
  // A queue that is new since the last refresh has used nothing.
  [[nodiscard]] std::int64_t key(const Request& request) const override {
    const std::uint32_t queue = queues_->queue_of(request);
    const std::int64_t place = queue < places_.size() ? places_[queue] : 0;
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    return place * (std::int64_t{1} << 33) + (most - request.priority);
  }
  bool refresh(SimTime /*now*/) override {
    auto places = queues_->quota().places();
    const bool changed = places != places_;
    places_ = std::move(places);
    return changed;
  }
  [[nodiscard]] bool moves_with_starts() const override { return true; }

 private:
  const KueueQueues* queues_ = nullptr;
  std::vector<std::uint32_t> places_;  // by queue
};

}  // namespace

std::unique_ptr<JobOrder> kueue_fair() { return std::make_unique<KueueFair>(); }

}  // namespace berth
