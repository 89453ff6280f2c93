#include "scheduler/waiting_queue.hpp"

#include <algorithm>
#include <tuple>

#include "core/check.hpp"

namespace berth {
namespace {

bool before(const WaitingQueue::Entry& a, const WaitingQueue::Entry& b) {
  return std::tie(a.key, a.submit, a.sequence) < std::tie(b.key, b.submit, b.sequence);
}

WaitingQueue::Entry entry_of(const Request& request, std::int64_t key) {
  return {
      key,        request.submit, request.sequence, request.estimate, request.shape.total_gpus(),
      request.id, false};
}

}  // namespace

void WaitingQueue::insert(const Request& request, std::int64_t key) {
  if (entries_.size() > 2 * alive_ + 64) {
    close_gaps();
  }
  const Entry entry = entry_of(request, key);
  if (entries_.empty() || before(entries_.back(), entry)) {
    entries_.push_back(entry);
    first_ = alive_ == 0 ? entries_.size() - 1 : first_;
  } else {
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), entry, before);
    first_ = std::min(alive_ == 0 ? entries_.size() : first_,
                      static_cast<Position>(at - entries_.begin()));
    entries_.insert(at, entry);
    first_ = skip_gone(first_);
  }
  ++alive_;
}

void WaitingQueue::erase(Position position) {
  check(position < entries_.size() && !entries_[position].gone, "only a waiting job leaves");
  entries_[position].gone = true;
  --alive_;
  if (position == first_) {
    first_ = skip_gone(first_);
  }
}

WaitingQueue::Position WaitingQueue::find(const Request& request, std::int64_t key) const {
  const Entry entry = entry_of(request, key);
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), entry, before);
  check(at != entries_.end() && at->job == request.id && !at->gone,
        "a job is found where it waits");
  return static_cast<Position>(at - entries_.begin());
}

void WaitingQueue::close_gaps() {
  std::erase_if(entries_, [](const Entry& entry) { return entry.gone; });
  first_ = 0;
}

}  // namespace berth
