#include "simulator/accounts.hpp"

#include <algorithm>
#include <numeric>

#include "core/check.hpp"

namespace berth {
namespace {

Int128 gpu_time(std::uint64_t gpus, Duration duration) { return Int128{gpus} * duration.count(); }

}  // namespace

void Accounts::open(SimTime now) { from_ = std::max(warm_up_, now); }

void Accounts::advance(SimTime now) {
  check(now >= last_, "the accounts are kept in order of time");
  if (const SimTime from = std::max(last_, from_); now > from) {
    time_.allocated += gpu_time(busy_, now - from);
    time_.lost[static_cast<std::size_t>(Loss::idle)] += gpu_time(gpus_ - busy_, now - from);
  }
  last_ = now;
}

void Accounts::started(SimTime now, std::uint64_t gpus) {
  advance(now);
  check(gpus <= gpus_ - busy_, "no more GPUs are held than there are");
  busy_ += gpus;
}

Accounts::Stopped Accounts::stopped(SimTime start, SimTime now, std::uint64_t gpus,
                                    Duration behind) {
  advance(now);
  check(gpus <= busy_, "only GPUs that are held are given back");
  busy_ -= gpus;
  const SimTime from = std::max(start, from_);
  const Int128 held = now > from ? gpu_time(gpus, now - from) : Int128{0};
  if (behind == Duration{}) [[likely]] {
    return {held, held};
  }
  const Int128 waited = gpu_time(gpus, behind);
  check(behind > Duration{} && waited <= held, "a job is late by no more than it was held");
  time_.lost[static_cast<std::size_t>(Loss::network)] += waited;
  return {held, held - waited};
}

Int128 Accounts::kept(SimTime start, SimTime now, std::uint64_t gpus, Duration behind) {
  const Stopped job = stopped(start, now, gpus, behind);
  time_.productive += job.worked;
  return job.held;
}

Int128 Accounts::lost(Loss cause, SimTime start, SimTime now, std::uint64_t gpus, Duration behind) {
  const Stopped job = stopped(start, now, gpus, behind);
  time_.lost[static_cast<std::size_t>(cause)] += job.worked;
  return job.held;
}

GpuTime Accounts::finish(SimTime now) {
  if (from_ == never) {
    open(SimTime{});  // nobody came: all of it was idle
  }
  advance(now);
  check(busy_ == 0, "every job that started has stopped, or was cut off by the horizon");
  time_.capacity = now > from_ ? gpu_time(gpus_, now - from_) : Int128{0};
  time_.available = time_.capacity;
  const Int128 lost = std::accumulate(time_.lost.begin(), time_.lost.end(), Int128{0});
  check(time_.productive + lost == time_.capacity, "productive and lost GPU time is all there was");
  check(time_.allocated + time_.lost_to(Loss::idle) == time_.available,
        "GPU time in service is held or idle");
  return time_;
}

}  // namespace berth
