#include "simulator/live_job.hpp"

#include <algorithm>

#include "cluster/gpu_shares.hpp"

namespace berth {
namespace {

// Checkpoints come after each `every` of a job's work, but not at its very end; each costs `cost`,
// and counts when it was written for `writes`.
struct Checkpoints {
  Duration every{};  // 0: none
  Duration cost{};
  Duration writes{};
  Duration first{};  // work of this start up to the first
  Duration saved{};  // of its work, before this start

  explicit Checkpoints(const LiveJob& live) {
    if (live.job.terms && live.job.terms->checkpoint_every > Duration{}) {
      every = live.job.terms->checkpoint_every;
      cost = live.job.terms->checkpoint_cost;
      writes = live.job.terms->checkpoint_async;
      const Duration since = (live.kept - live.counted_from) % every;
      first = every - since;
      saved = live.kept - since;
    }
  }
  [[nodiscard]] bool any() const { return every > Duration{}; }
};

}  // namespace

std::int64_t LiveJob::checkpoints_left() const {
  const Checkpoints checkpoints(*this);
  if (!checkpoints.any() || job.work <= kept) {
    return 0;
  }
  const Duration to_come = job.work - Duration(1) - counted_from;
  const std::int64_t past = (kept - counted_from) / checkpoints.every;
  return to_come / checkpoints.every - past;
}

Duration LiveJob::taken_at(std::int64_t number) const {
  const Checkpoints checkpoints(*this);
  return startup + checkpoints.first + checkpoints.cost +
         (number - 1) * (checkpoints.every + checkpoints.cost);
}

Duration LiveJob::saved_by(std::int64_t number) const {
  const Checkpoints checkpoints(*this);
  return checkpoints.saved + number * checkpoints.every;
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
  if (!checkpoints.any() || written) {
    return std::nullopt;
  }
  Duration next = startup + checkpoints.first + checkpoints.cost + checkpoints.writes;
  if (length >= next) {
    const Duration cycle = checkpoints.every + checkpoints.cost;
    next += cycle * ((length - next) / cycle + 1);
  }
  return next;
}

Duration LiveJob::saved(Duration length) const {
  if (written) {
    return *written;
  }
  const Checkpoints checkpoints(*this);
  if (!checkpoints.any()) {
    return Duration{};
  }
  Duration later = length - std::min(length, startup);
  for (const Duration step : {checkpoints.first, checkpoints.cost, checkpoints.writes}) {
    if (later < step) {
      return checkpoints.saved;
    }
    later -= step;
  }
  const std::int64_t more = 1 + later / (checkpoints.cost + checkpoints.every);
  return checkpoints.saved + checkpoints.every * more;
}

std::uint64_t LiveJob::asked_gpu_milli() const {
  const Ask& ask = job.ask;
  if (ask.whole_nodes > 0) {
    return shape.total_gpu_milli();
  }
  const std::uint64_t asked = std::uint64_t{ask.gpus} * gpu_milli_all +
                              std::uint64_t{ask.gpu_milli} * std::max(ask.tasks, 1U);
  return asked * shape.tasks / std::max(tasks_whole, shape.tasks);
}

Duration LiveJob::right_of(Duration saved_work) const {
  if (saved_work <= right) {
    return saved_work;
  }
  const Checkpoints checkpoints(*this);
  if (!checkpoints.any() || written || right < counted_from) {
    return Duration{};
  }
  return right - (right - counted_from) % checkpoints.every;
}

Duration LiveJob::unsaved() const {
  if (written) {
    return kept - *written;
  }
  const Checkpoints checkpoints(*this);
  return checkpoints.any() ? kept - checkpoints.saved : kept;
}

}  // namespace berth
