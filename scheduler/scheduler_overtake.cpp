// Who may overtake the first job that waits.
#include <algorithm>
#include <utility>
#include <vector>

#include "scheduler/scheduler.hpp"

namespace berth {

// Lets the jobs behind `head` try, in the order of the scan. Who may not overtake before the scan
// may not later in it either, for what is free and what is spare only shrink; unless somebody might
// yield, or be admitted to nodes of its own.
void Scheduler::overtake(const Head& head, const Pass& pass) {
  const JobOrder* order = policy_.backfill->scan_order();
  BackfillScan scan(queue_, pass.now, placer_->equal_shapes_fare_alike());
  scan.update(pass.draft.occupancy().free_gpus(), policy_.backfill->gap());
  const auto key = [&](WaitingQueue::Position at) {
    return order != nullptr ? order->key(requests_[queue_[at].job.index()]) : 0;
  };
  const auto after = [&](WaitingQueue::Position at) {
    return whole_ ? queue_.next(at) : queue_.next(at, scan.wanted());
  };
  std::vector<std::pair<std::int64_t, WaitingQueue::Position>> later;
  for (const auto at : head.behind) {
    later.emplace_back(key(at), at);
  }
  for (auto at = apart_ ? queue_.end() : after(head.position); at != queue_.end() && !moved_;
       at = moved_ ? at : after(at)) {
    if (order == nullptr) {
      try_to_overtake(at, scan, pass);
    } else if (whole_ || scan.may_start(queue_[at])) {
      later.emplace_back(key(at), at);
    }
  }
  std::sort(later.begin(), later.end());
  for (std::size_t i = 0; i < later.size() && !moved_; ++i) {
    try_to_overtake(later[i].second, scan, pass);
  }
}

void Scheduler::try_to_overtake(WaitingQueue::Position position, BackfillScan& scan,
                                const Pass& pass) {
  const WaitingQueue::Entry& entry = queue_[position];
  if (!whole_ && !scan.may_start(entry)) {
    return;
  }
  if (const auto waits = consider(position, pass)) {
    scan.failed(entry, *waits);
  } else {
    scan.update(pass.draft.occupancy().free_gpus(), policy_.backfill->gap());
  }
}

bool Scheduler::may_overtake(const WaitingQueue::Entry& entry, const Pass& pass) const {
  return entry.gpus <= pass.draft.occupancy().free_gpus() &&
         policy_.backfill->gap().admits(after(pass.now, entry.estimate), entry.gpus);
}

}  // namespace berth
