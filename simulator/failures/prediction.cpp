#include "simulator/failures/prediction.hpp"

#include <algorithm>
#include <utility>

namespace berth {
namespace {

// Not before the run begins.
SimTime before(SimTime at, Duration lead) {
  return at.time_since_epoch() > lead ? at - lead : SimTime{};
}

Failure warning_of(const Failure& failure, Duration lead) {
  Failure warning = failure;
  warning.at = before(failure.at, lead);
  warning.threatens = failure.at;
  warning.warns = true;
  warning.foretold = false;
  warning.severity = Severity::low;
  warning.relapses.clear();
  warning.noticed_after = Duration{};
  return warning;
}

}  // namespace

void Foretelling::pull() {
  Failure failure;
  more_ = inner_->next(failure);
  if (!more_) {
    return;
  }
  pulled_up_to_ = failure.at;
  if (failure.foretold) {
    warnings_.push_back(warning_of(failure, lead_));
    warnings_.back().clears = jobs_leave_;
  }
  failures_.push_back(std::move(failure));
}

// Both are in order of time, as the lead is the same for all.
std::deque<Failure>* Foretelling::first() {
  if (warnings_.empty() || failures_.empty()) {
    std::deque<Failure>* const one = warnings_.empty() ? &failures_ : &warnings_;
    return one->empty() ? nullptr : one;
  }
  return warnings_.front().at <= failures_.front().at ? &warnings_ : &failures_;
}

// A failure that is still to be pulled may be warned of before the first one known.
bool Foretelling::next(Failure& failure) {
  while (more_ && (first() == nullptr || first()->front().at > before(pulled_up_to_, lead_))) {
    pull();
  }
  std::deque<Failure>* const from = first();
  if (from == nullptr) {
    return false;
  }
  failure = std::move(from->front());
  from->pop_front();
  return true;
}

}  // namespace berth
