// Passes over a queue in which many hold a promise.
#include <algorithm>
#include <iterator>
#include <vector>

#include "scheduler/scheduler.hpp"

namespace berth {

// Everybody holds a promise. Tried are those who came, those whose promise falls due and those
// whose promise may change, in the order of the queue.
void Scheduler::promised_pass(const Pass& pass) {
  const Backfill& backfill = *policy_.backfill;
  std::vector<JobId> jobs = backfill.due(pass.now);
  std::copy_if(newcomers_.begin(), newcomers_.end(), std::back_inserter(jobs),
               [this](JobId job) { return waiting_[job.index()] != 0; });
  const auto sure = positions_of(jobs);
  settled_ = true;
  if (!whole_ && !backfill.reviews()) {
    for (std::size_t i = 0; i < sure.size() && !moved_; ++i) {
      consider_or_hold(sure[i], pass);
    }
    return;
  }
  auto next = sure.begin();
  for (auto at = queue_.first(); at != queue_.end() && !moved_;
       at = moved_ ? at : queue_.next(at)) {
    const bool is_sure = next != sure.end() && *next == at;
    next += is_sure ? 1 : 0;
    if (whole_ || is_sure || backfill.concerns(queue_[at].job)) {
      consider_or_hold(at, pass);
    }
  }
}

// Who fits beside what was promised so far in the cycle starts, everybody else is promised a place.
void Scheduler::cycle(const Pass& pass) {
  Backfill& backfill = *policy_.backfill;
  backfill.begin_cycle(pass.now);
  for (auto at = queue_.first(); at != queue_.end() && backfill.tests_more() && !moved_;
       at = moved_ ? at : queue_.next(at)) {
    consider_or_hold(at, pass);
  }
}

// Where these jobs wait, in the order of the queue, each once.
std::vector<WaitingQueue::Position> Scheduler::positions_of(const std::vector<JobId>& jobs) const {
  std::vector<WaitingQueue::Position> positions;
  for (const JobId job : jobs) {
    const Request& request = requests_[job.index()];
    positions.push_back(queue_.find(request, policy_.order->key(request)));
  }
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions;
}

}  // namespace berth
