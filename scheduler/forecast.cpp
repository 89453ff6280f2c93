#include "scheduler/forecast.hpp"

#include <iterator>

#include "core/check.hpp"
#include "scheduler/overrun.hpp"

namespace berth {

Forecast::Forecast(const Fleet& fleet, const Scopes& scopes)
    : ends_(&pool_), future_(fleet, scopes) {}

void Forecast::started(const Request& request, const Placement& placement, SimTime expected_end) {
  if (request.id.index() >= running_.size()) {
    running_.resize(request.id.index() + 1);
  }
  Running& job = running_[request.id.index()];
  job.shape = request.shape;
  job.placement = placement;
  job.start = expected_end - request.estimate;
  job.end = expected_end;
  ends_.emplace(expected_end, request.id);
  if (expected_end > at_) {
    future_.take(job.shape, job.placement);
  }
}

void Forecast::ended(JobId id) {
  Running& job = running_[id.index()];
  check(ends_.erase({job.end, id}) == 1, "only a job that was told of ends");
  if (job.end > at_) {
    future_.give_back(job.shape, job.placement);
  }
  forget(job.placement);
}

void Forecast::expect_longer(SimTime now) {
  while (overrun(now)) {
    const JobId id = ends_.begin()->second;
    Running& job = running_[id.index()];
    const SimTime end = expected_again(job.start, now);
    if (job.end <= at_ && end > at_) {
      future_.take(job.shape, job.placement);
    }
    ends_.erase(ends_.begin());
    ends_.emplace(end, id);
    job.end = end;
  }
}

bool Forecast::fits(const Asked& asked) {
  return asked.placer.fits(asked.request, {future_.of(asked.scope), at_, asked.run, asked.scope});
}

// Passes the next instant at which jobs end, all of them together.
bool Forecast::step_forward() {
  auto next = ends_.upper_bound({at_, JobId(~std::uint32_t{0})});
  if (next == ends_.end()) {
    return false;
  }
  at_ = next->first;
  for (; next != ends_.end() && next->first == at_; ++next) {
    const Running& job = running_[next->second.index()];
    future_.give_back(job.shape, job.placement);
  }
  return true;
}

bool Forecast::step_back() {
  auto next = ends_.upper_bound({at_, JobId(~std::uint32_t{0})});
  if (next == ends_.begin()) {
    return false;
  }
  const SimTime end = std::prev(next)->first;
  while (next != ends_.begin() && std::prev(next)->first == end) {
    --next;
    const Running& job = running_[next->second.index()];
    future_.take(job.shape, job.placement);
  }
  at_ = end - Duration(1);
  return true;
}

SimTime Forecast::move_to_fit(const Asked& asked) {
  if (fits(asked)) {
    while (fits(asked)) {
      if (!step_back()) {
        return at_;  // it fits with nothing given back: at once
      }
    }
    step_forward();
  }
  while (!fits(asked)) {
    if (!step_forward() && !wait_longer(asked)) {
      return never;
    }
  }
  return at_;
}

// All that runs has ended, and still it does not fit: unless it will care less where it is.
bool Forecast::wait_longer(const Asked& asked) {
  const auto later = asked.placer.retry_at(asked.request, at_);
  at_ = later.value_or(at_);
  return later.has_value();
}

bool Forecast::fits_beside(const Asked& asked, const Request& other, const Placement& placement) {
  future_.take(other.shape, placement);
  const bool still = fits(asked);
  future_.give_back(other.shape, placement);
  return still;
}

}  // namespace berth
