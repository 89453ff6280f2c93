// A job from its arrival to its end: what was submitted and what became of it so far.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "cluster/shape.hpp"
#include "core/time.hpp"
#include "scheduler/molding.hpp"
#include "workloads/job.hpp"

namespace berth {

enum class EndState : std::uint8_t { completed, timed_out, user_failed, user_cancelled };

// A length at full speed since a start, in the order in which it is spent but that checkpoints lie
// between stretches of work.
struct Spent {
  Duration startup{};
  Duration work{};
  Duration checkpoint{};
};

struct LiveJob {
  // `stopped`: by a failure, and goes on at the same instant.
  enum class Phase : std::uint8_t { unused, waiting, running, stopped };
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
  Duration counted_from{};            // its checkpoints come after each so much work beyond this
  std::optional<Duration> written{};  // where its checkpoints go to storage: what the last one that
                                      // is whole has saved of its work
  std::uint32_t tasks_whole = 0;  // of its shape when nothing is missing; 0: before its first start
  Duration served{};              // how long it ran after earlier starts
  Duration against_limit{};       // of that, what counts against its limit: suspended, it goes on

  // It goes on with another number of tasks than it had, or asked for: see scheduler/molding.hpp.
  // All lengths of its work are from now on those of so many tasks; what it keeps is saved.
  void resize(std::uint32_t tasks) {
    if (tasks == shape.tasks) {
      return;
    }
    job.work = stretched(job.work, shape.tasks, tasks);
    job.limit = stretched(job.limit, shape.tasks, tasks);
    kept = stretched(kept, shape.tasks, tasks);
    right = right == longest_duration ? right : stretched(right, shape.tasks, tasks);
    counted_from = kept;
    written = written ? std::optional(kept) : std::nullopt;
    shape.tasks = tasks;
  }
  // Thousandths of GPUs that it works on: an exclusive job may hold more, the rest of its nodes.
  [[nodiscard]] std::uint64_t used_gpu_milli() const {
    const std::uint64_t held = shape.total_gpu_milli();
    return job.terms && job.terms->exclusive ? std::min(held, asked_gpu_milli()) : held;
  }
  // What a start costs it before it works: its cold start, and what starting again takes.
  [[nodiscard]] Duration starts_up() const {
    if (!job.terms) {
      return Duration{};
    }
    const Duration cold = job.terms->cold_start;
    return starts == 0 ? cold : cold + std::min(job.terms->restart, longest_duration - cold);
  }
  // Its checkpoints from its last start to its end; of the number-th, from 1: when it is taken, as
  // a length at full speed since that start, and what it saves of its work.
  [[nodiscard]] std::int64_t checkpoints_left() const;
  [[nodiscard]] Duration taken_at(std::int64_t number) const;
  [[nodiscard]] Duration saved_by(std::int64_t number) const;
  // Of its work so far, what it has not saved where it stands still with all of it.
  [[nodiscard]] Duration unsaved() const;
  [[nodiscard]] Duration wait() const { return first_start - job.submit; }
  // What it does from its last start to its end, at full speed.
  [[nodiscard]] Duration remaining() const {
    const Duration plain = startup + (job.work - kept);
    return job.terms && job.terms->checkpoint_cost > Duration{} ? plain + checkpoints_to_come()
                                                                : plain;
  }
  // Of so much that it has saved, what the last checkpoint holds of which is known that it is
  // right. In storage there is only one, and those from before it had another size are gone.
  [[nodiscard]] Duration right_of(Duration saved_work) const;
  // From now on so much of its work is kept.
  void keep(Duration work) {
    kept = work;
    written = written ? std::optional(std::min(*written, work)) : std::nullopt;
    counted_from = std::min(counted_from, work);
    forget_wrong();
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
  [[nodiscard]] Duration checkpoints_to_come() const {
    return checkpoints_left() * job.terms->checkpoint_cost;
  }
  [[nodiscard]] std::uint64_t asked_gpu_milli() const;  // at its size of now
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
