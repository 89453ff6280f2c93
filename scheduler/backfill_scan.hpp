// What one scan for jobs that may overtake has learnt: what is free, what is spare beside the
// promises, and which kinds of jobs were tried in vain. Only valid within one pass, where both only
// shrink.
#pragma once

#include <cstdint>
#include <vector>

#include "scheduler/backfill.hpp"
#include "scheduler/waiting_queue.hpp"

namespace berth {

class BackfillScan {
 public:
  // `equal_fare_alike`: jobs of one shape are offered the same nodes.
  BackfillScan(const WaitingQueue& queue, SimTime now, bool equal_fare_alike)
      : queue_(queue), now_(now), equal_fare_alike_(equal_fare_alike) {}

  // So much is free and spare now, at the begin of the scan and after each start. Who was refused
  // for the sake of a promise may be offered other nodes now.
  void update(std::uint64_t free_gpus, const Gap& gap);
  // The job was tried and has to wait.
  void failed(const WaitingQueue::Entry& entry, Reason reason);

  // False when trying the job would be in vain.
  [[nodiscard]] bool may_start(const WaitingQueue::Entry& entry) const;
  // The same for blocks of the queue: never less than may_start says.
  [[nodiscard]] const WaitingQueue::Wanted& wanted() const { return wanted_; }

 private:
  enum class State : std::uint8_t { open, refused, no_room };

  const WaitingQueue& queue_;
  SimTime now_;
  bool equal_fare_alike_;
  std::vector<State> kinds_;
  std::uint64_t free_gpus_ = 0;
  Gap gap_;
  WaitingQueue::Wanted wanted_;
};

}  // namespace berth
