// A job from its arrival to its end: what was submitted and what became of it so far.
#pragma once

#include <cstdint>
#include <optional>

#include "cluster/shape.hpp"
#include "core/time.hpp"
#include "scheduler/molding.hpp"
#include "workloads/job.hpp"

namespace berth {

enum class EndState : std::uint8_t { completed, timed_out };

// A length at full speed since a start, in the order in which it is spent but that checkpoints lie
// between stretches of work.
struct Spent {
  Duration startup{};
  Duration work{};
  Duration checkpoint{};
};

struct LiveJob {
  enum class Phase : std::uint8_t { unused, waiting, running };
  Job job;
  std::uint64_t sequence = 0;  // order of submission in the run, from 1
  Shape shape;
  SimTime start{};        // its last one
  SimTime first_start{};  // its wait ends there
  Phase phase = Phase::unused;
  std::uint32_t starts = 0;
  std::uint32_t requeues = 0;         // of its stops, those after which it waited again
  std::uint32_t failures = 0;         // that stopped it
  SimTime hung = never;               // since a failure then it does nothing, and nobody knows
  Duration right = longest_duration;  // its work up to here is right; a fault made wrong the rest
  Duration startup{};                 // what it spends after this start before it works
  Duration kept{};                    // work of earlier starts that is not done again
  Duration served{};                  // how long it ran after earlier starts
  Duration against_limit{};  // of that, what counts against its limit: suspended, it goes on

  // It starts for the first time, with fewer tasks than it asked for: see scheduler/molding.hpp.
  void mold(std::uint32_t tasks) {
    job.work = stretched(job.work, shape.tasks, tasks);
    job.limit = stretched(job.limit, shape.tasks, tasks);
    shape.tasks = tasks;
  }
  [[nodiscard]] Duration wait() const { return first_start - job.submit; }
  // What it does from its last start to its end, at full speed.
  [[nodiscard]] Duration remaining() const {
    const Duration plain = startup + (job.work - kept);
    return job.terms && job.terms->checkpoint_cost > Duration{} ? plain + checkpoints_to_come()
                                                                : plain;
  }
  // The last checkpoint of which is known that it is right.
  [[nodiscard]] Duration last_right() const {
    const Duration every = job.terms ? job.terms->checkpoint_every : Duration{};
    return every > Duration{} ? right - right % every : Duration{};
  }
  // What it keeps is right: whatever was wrong is gone, or will be done again.
  void forget_wrong() { right = kept <= right ? longest_duration : right; }
  // Of `length` at full speed since its last start.
  [[nodiscard]] Spent spent(Duration length) const;
  // The length at which the next checkpoint after `length` is written; nothing where it writes
  // none.
  [[nodiscard]] std::optional<Duration> next_saved(Duration length) const;
  // What it keeps of all its work when it is stopped then and begins again at its last checkpoint.
  [[nodiscard]] Duration saved(Duration length) const;

 private:
  [[nodiscard]] Duration checkpoints_to_come() const;
};

// What a job did from a start to its stop, in lengths at full speed and in this order.
struct Stint {
  Duration startup{};
  Duration kept{};        // work that will not be done again
  Duration redone{};      // work that will, or that is lost
  Duration checkpoint{};  // between the two and in them: saving what was done
  Duration undone{};      // and so much of the work of earlier starts, too
};

}  // namespace berth
