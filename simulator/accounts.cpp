#include "simulator/accounts.hpp"

#include <algorithm>
#include <numeric>

#include "core/check.hpp"
#include "simulator/gpu_time.hpp"

namespace berth {

Loss loss_of(NodeState state) {
  switch (state) {
    case NodeState::production:
      return Loss::idle;
    case NodeState::spare:
    case NodeState::lent:
      return Loss::spare;
    case NodeState::draining:
      return Loss::draining;
    case NodeState::available:
      return Loss::unsold;
    case NodeState::ordered:
      return Loss::undelivered;
    case NodeState::onboard:
    case NodeState::provision:
      return Loss::provisioning;
    case NodeState::zap:
      return Loss::cleaning;
    case NodeState::seatrial:
    case NodeState::test:
      return Loss::testing;
    default:
      return Loss::down;
  }
}

void Accounts::open(SimTime now) {
  opened_ = true;
  from_ = std::max(from_, now);
  time_ = GpuTime{};
}

void Accounts::advance(SimTime now) {
  check(now >= last_, "the accounts are kept in order of time");
  if (const SimTime from = std::max(last_, from_); now > from) {
    time_.allocated += gpu_time(busy_, now - from);
    const std::uint64_t free = gpu_milli_ - busy_ - out_in_all_;
    check(in_pieces_ <= free, "no more than is free is in pieces");
    lost(free_is_) += gpu_time(free - in_pieces_, now - from);
    lost(Loss::fragmentation) += gpu_time(in_pieces_, now - from);
  }
  last_ = now;
}

void Accounts::started(SimTime now, std::uint64_t gpu_milli) {
  advance(now);
  check(gpu_milli <= gpu_milli_ - busy_ - out_in_all_, "no more GPUs are held than there are");
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
  const std::uint64_t working_milli = gpu_milli - worked.idle_milli;
  const auto time = [working_milli](Duration length) { return gpu_time(working_milli, length); };
  const Spent& before = worked.before;
  const Spent& all = worked.all;
  const Duration right = std::min(worked.kept, worked.right);
  const Duration kept = std::min(all.work, right) - std::min(before.work, right);
  const Duration wrong = std::max(all.work, worked.right) - std::max(before.work, worked.right);
  Counted counted;
  counted.held = gpu_time(gpu_milli, now - from);
  counted.kept = time(kept);
  const Int128 restart = time(all.startup - before.startup);
  const Int128 checkpoint = time(all.checkpoint - before.checkpoint + worked.wrote);
  const Int128 otherwise = time(all.work - before.work - kept - wrong);
  const Int128 detection = time(now - std::clamp(worked.hung, from, now));
  const Int128 working = time(now - from);
  counted.network = working - counted.kept - restart - checkpoint - otherwise - detection -
                    time(wrong + worked.held_up);
  check(counted.network >= 0, "a job works no longer than it is held");
  time_.productive += counted.kept;
  lost(Loss::restart) += restart;
  lost(Loss::checkpoint) += checkpoint;
  lost(worked.otherwise) += otherwise;
  lost(Loss::detection) += detection;
  lost(Loss::network) += counted.network;
  lost(Loss::corrupted) += time(wrong);
  lost(Loss::straggler) += time(worked.held_up);
  lost(Loss::idle_allocated) += counted.held - working;
  return counted;
}

// What is out by kind changes seldom: each is counted when it does.
void Accounts::count(Loss cause, SimTime now) {
  Out& out = out_[static_cast<std::size_t>(cause)];
  if (const SimTime from = std::max(out.since, from_); now > from) {
    const Int128 time = gpu_time(out.gpu_milli, now - from);
    lost(cause) += time;
    time_.kept_empty += cause == Loss::idle_allocated ? time : Int128{0};
  }
  out.since = now;
}

void Accounts::withdraw(SimTime now, Loss to, std::int64_t gpu_milli) {
  advance(now);
  count(to, now);
  Out& out = out_[static_cast<std::size_t>(to)];
  const auto more = static_cast<std::uint64_t>(gpu_milli);
  check(gpu_milli >= 0 ? more <= gpu_milli_ - busy_ - out_in_all_ : 0 - more <= out.gpu_milli,
        "GPUs that go out of service are free, and come back once");
  out.gpu_milli += more;
  out_in_all_ += more;
}

void Accounts::forfeit(Loss cause, Int128 kept) {
  check(kept >= 0 && kept <= time_.productive, "no more is forfeited than was kept");
  time_.productive -= kept;
  lost(cause) += kept;
}

GpuTime Accounts::finish(SimTime now) {
  advance(now);
  for (std::size_t cause = 0; cause < out_.size(); ++cause) {
    count(static_cast<Loss>(cause), now);
  }
  check(busy_ == 0, "every job that started has stopped, or was cut off by the horizon");
  const Int128 taxed = time_.productive * virtualization_ppm_ / parts_per_million;
  time_.productive -= taxed;
  lost(Loss::virtualization) += taxed;
  time_.capacity = now > from_ ? gpu_time(gpu_milli_, now - from_) : Int128{0};
  const Int128 lost = std::accumulate(time_.lost.begin(), time_.lost.end(), Int128{0});
  check(time_.productive + lost == time_.capacity, "productive and lost GPU time is all there was");
  time_.available = time_.allocated + time_.lost_to(Loss::idle) +
                    time_.lost_to(Loss::fragmentation) + time_.lost_to(Loss::spare) +
                    time_.lost_to(Loss::draining) + time_.lost_to(Loss::unsold) +
                    time_.tested_idle + time_.kept_empty;
  Int128 out = -time_.tested_idle;
  for (const Loss cause :
       {Loss::down, Loss::provisioning, Loss::cleaning, Loss::testing, Loss::undelivered}) {
    out += time_.lost_to(cause);
  }
  check(time_.available + out == time_.capacity, "GPU time is in service or out of it");
  return time_;
}

}  // namespace berth
