#include "simulator/live_job.hpp"

#include <algorithm>

namespace berth {
namespace {

// Checkpoints come after each `every` of a job's work, but not at its very end; each costs `cost`.
struct Checkpoints {
  Duration every{};  // 0: none
  Duration cost{};
  Duration first{};  // work of this start up to the first

  explicit Checkpoints(const LiveJob& live) {
    if (live.job.terms && live.job.terms->checkpoint_every > Duration{}) {
      every = live.job.terms->checkpoint_every;
      cost = live.job.terms->checkpoint_cost;
      first = every - live.kept % every;
    }
  }
  [[nodiscard]] bool any() const { return every > Duration{}; }
};

}  // namespace

Duration LiveJob::checkpoints_to_come() const {
  const Checkpoints checkpoints(*this);
  if (!checkpoints.any() || job.work <= kept) {
    return Duration{};
  }
  const std::int64_t left = (job.work - Duration(1)) / checkpoints.every - kept / checkpoints.every;
  return checkpoints.cost * left;
}

Spent LiveJob::spent(Duration length) const {
  Spent spent;
  spent.startup = std::min(length, startup);
  const Duration working = length - spent.startup;
  const Checkpoints checkpoints(*this);
  if (!checkpoints.any() || checkpoints.cost == Duration{} || working <= checkpoints.first) {
    spent.work = working;
    return spent;
  }
  const Duration later = working - checkpoints.first;
  const Duration cycle = checkpoints.cost + checkpoints.every;
  const std::int64_t cycles = later / cycle;
  const Duration rest = later % cycle;
  spent.checkpoint = checkpoints.cost * cycles + std::min(rest, checkpoints.cost);
  spent.work = working - spent.checkpoint;
  return spent;
}

std::optional<Duration> LiveJob::next_saved(Duration length) const {
  const Checkpoints checkpoints(*this);
  if (!checkpoints.any()) {
    return std::nullopt;
  }
  Duration next = startup + checkpoints.first + checkpoints.cost;
  if (length >= next) {
    const Duration cycle = checkpoints.every + checkpoints.cost;
    next += cycle * ((length - next) / cycle + 1);
  }
  return next;
}

Duration LiveJob::saved(Duration length) const {
  const Checkpoints checkpoints(*this);
  if (!checkpoints.any()) {
    return Duration{};
  }
  const Duration working = length - std::min(length, startup);
  std::int64_t whole = kept / checkpoints.every;
  if (working >= checkpoints.first + checkpoints.cost) {
    const Duration later = working - checkpoints.first - checkpoints.cost;
    whole += 1 + later / (checkpoints.cost + checkpoints.every);
  }
  return checkpoints.every * whole;
}

}  // namespace berth
