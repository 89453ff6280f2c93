// The order of Kueue's cycle without fair sharing: jobs that stay within the nominal quota of their
// cluster queue first, then the highest priority, then who came first. What is within quota is as
// of the last start, and for the first flavor that could hold the job. Of a StrictFIFO queue only
// its head is in a cycle: nobody there comes before a job of its queue that has a higher priority
// or came earlier, whatever fits into the quota.
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

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
    const auto stuck = stuck_.find(charge.queue);
    const bool behind = stuck != stuck_.end() && stuck->second < rank_of(request);
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    return (within(charge) && !behind ? 0 : std::int64_t{1} << 33) + (most - request.priority);
  }
  bool refresh(SimTime /*now*/) override {
    const bool quota_changed = !quota_ || !quota_->same_uses(queues_->quota());
    if (quota_changed) {
      quota_ = queues_->quota();
    }
    auto before = std::move(stuck_);
    stuck_.clear();
    for (const auto& [queue, waiting] : waiting_) {
      find_stuck(queue, waiting);
    }
    return quota_changed || stuck_ != before;
  }
  [[nodiscard]] bool moves_with_starts() const override { return true; }

  void submitted(const Request& request, SimTime /*now*/) override { joins(request); }
  void started(const Request& request, const Placement& /*placement*/, SimTime /*now*/) override {
    leaves(request);
  }
  void stopped(const Request& request, Stop how, SimTime /*now*/) override {
    if (how == Stop::requeued || how == Stop::suspended) {
      joins(request);
    } else {
      leaves(request);
    }
  }

 private:
  // In a cluster queue: who has the lowest comes first.
  using Rank = std::tuple<std::int64_t, SimTime, std::uint64_t>;
  using Waiting = std::map<Rank, KueueQueues::Charge>;

  static Rank rank_of(const Request& request) {
    return {-std::int64_t{request.priority}, request.submit, request.sequence};
  }
  [[nodiscard]] bool within(const KueueQueues::Charge& charge) const {
    return quota_ && charge.queue < quota_->nodes() &&
           quota_->within(charge.queue, charge.flavor, charge.amounts);
  }
  void joins(const Request& request) {
    const auto charge = queues_->first_choice(request);
    if (queues_->strict(charge.queue)) {
      waiting_[charge.queue].emplace(rank_of(request), charge);
    }
  }
  void leaves(const Request& request) {
    if (const auto queue = waiting_.find(queues_->queue_of(request)); queue != waiting_.end()) {
      queue->second.erase(rank_of(request));
    }
  }
  void find_stuck(std::uint32_t queue, const Waiting& waiting) {
    for (const auto& [rank, charge] : waiting) {
      if (!within(charge)) {
        stuck_[queue] = rank;
        return;
      }
    }
  }

  const KueueQueues* queues_ = nullptr;
  std::optional<Quota> quota_;  // as of the last refresh: keys are compared with one another
  std::map<std::uint32_t, Waiting> waiting_;  // in StrictFIFO queues
  // The first job of such a queue that is not within its quota, as of the last refresh.
  std::map<std::uint32_t, Rank> stuck_;
};

}  // namespace

std::unique_ptr<JobOrder> kueue_priority() { return std::make_unique<KueuePriority>(); }

}  // namespace berth
