#include "simulator/accounts.hpp"

#include <algorithm>
#include <numeric>

#include "core/check.hpp"
#include "simulator/gpu_time.hpp"

namespace berth {
void Accounts::open(SimTime now) { from_ = std::max(warm_up_, now); }

void Accounts::advance(SimTime now) {
  check(now >= last_, "the accounts are kept in order of time");
  if (const SimTime from = std::max(last_, from_); now > from) {
    time_.allocated += gpu_time(busy_, now - from);
    time_.lost[static_cast<std::size_t>(Loss::idle)] += gpu_time(gpu_milli_ - busy_, now - from);
  }
  last_ = now;
}

void Accounts::started(SimTime now, std::uint64_t gpu_milli) {
  advance(now);
  check(gpu_milli <= gpu_milli_ - busy_, "no more GPUs are held than there are");
  busy_ += gpu_milli;
}

Accounts::Counted Accounts::stopped(SimTime start, SimTime now, std::uint64_t gpu_milli,
                                    const Worked& worked) {
  advance(now);
  check(gpu_milli <= busy_, "only GPUs that are held are given back");
  busy_ -= gpu_milli;
  const SimTime from = std::max(start, from_);
  if (now <= from) {
    return {};
  }
  // What lies between two points of its work, as far as it is inside the window.
  const auto inside = [&](Duration begin, Duration end) {
    const Duration first = std::clamp(begin, worked.before, worked.all);
    return gpu_time(gpu_milli, std::clamp(end, worked.before, worked.all) - first);
  };
  const Duration working = worked.startup + worked.kept;
  Counted counted;
  counted.held = gpu_time(gpu_milli, now - from);
  counted.kept = inside(worked.startup, working);
  counted.network = counted.held - gpu_time(gpu_milli, worked.all - worked.before);
  check(counted.network >= 0, "a job works no longer than it is held");
  time_.productive += counted.kept;
  lost(Loss::restart) += inside(Duration{}, worked.startup);
  lost(worked.otherwise) += inside(working, worked.all);
  lost(Loss::network) += counted.network;
  return counted;
}

void Accounts::forfeit(Loss cause, Int128 kept) {
  check(kept >= 0 && kept <= time_.productive, "no more is forfeited than was kept");
  time_.productive -= kept;
  lost(cause) += kept;
}

GpuTime Accounts::finish(SimTime now) {
  if (from_ == never) {
    open(SimTime{});  // nobody came: all of it was idle
  }
  advance(now);
  check(busy_ == 0, "every job that started has stopped, or was cut off by the horizon");
  time_.capacity = now > from_ ? gpu_time(gpu_milli_, now - from_) : Int128{0};
  time_.available = time_.capacity;
  const Int128 lost = std::accumulate(time_.lost.begin(), time_.lost.end(), Int128{0});
  check(time_.productive + lost == time_.capacity, "productive and lost GPU time is all there was");
  check(time_.allocated + time_.lost_to(Loss::idle) == time_.available,
        "GPU time in service is held or idle");
  return time_;
}

}  // namespace berth
