#include "scheduler/backfill_scan.hpp"

namespace berth {

void BackfillScan::update(std::uint64_t free_gpus, const Gap& gap) {
  free_gpus_ = free_gpus;
  gap_ = gap;
  const auto& kinds = queue_.kinds();
  kinds_.resize(kinds.size(), State::open);
  wanted_ = {};
  wanted_.brief_most = gap.until == never ? Duration::max() : gap.until - now_;
  for (std::uint32_t kind = 0; kind < kinds.size(); ++kind) {
    State& state = kinds_[kind];
    state = state == State::refused ? State::open : state;
    const std::uint64_t gpus = kinds[kind].shape.total_gpus();
    if (state == State::no_room || gpus > free_gpus) {
      continue;
    }
    wanted_.brief |= WaitingQueue::bit(kind);
    wanted_.any |= gpus <= gap.spare_gpus ? WaitingQueue::bit(kind) : 0;
  }
}

void BackfillScan::failed(const WaitingQueue::Entry& entry, Reason reason) {
  if (reason == Reason::resources) {
    kinds_[entry.kind] = State::no_room;
  } else if (equal_fare_alike_) {
    kinds_[entry.kind] = State::refused;
  } else {
    return;
  }
  // Where kinds share bits, a block may be looked at in vain; single jobs are still told apart.
  if (queue_.kinds().size() <= WaitingQueue::kind_bits) {
    wanted_.any &= ~WaitingQueue::bit(entry.kind);
    wanted_.brief &=
        reason == Reason::resources ? ~WaitingQueue::bit(entry.kind) : ~WaitingQueue::Kinds{0};
  }
}

bool BackfillScan::may_start(const WaitingQueue::Entry& entry) const {
  const State state = kinds_[entry.kind];
  if (state == State::no_room || entry.gpus > free_gpus_) {
    return false;
  }
  return after(now_, entry.estimate) <= gap_.until ||
         (entry.gpus <= gap_.spare_gpus && state == State::open);
}

}  // namespace berth
