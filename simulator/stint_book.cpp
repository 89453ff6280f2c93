#include "simulator/stint_book.hpp"

#include "core/check.hpp"

namespace berth {

void StintBook::on(SimTime now, const SpeedChanged& record) {
  const Pace& pace = record.pace;
  if (pace.since() <= accounts_.from() && accounts_.from() < now) [[unlikely]] {
    worked_before_[record.job.sequence] = progress(pace, accounts_.from());
  }
  if (pace.speed().stands()) {
    wrote_[record.job.sequence] += stood(pace, now);
  }
}

StintBook::Progress StintBook::before_window(const LiveJob& live, const Pace& pace) {
  const SimTime from = accounts_.from();
  if (live.start >= from) [[likely]] {
    return {};
  }
  if (pace.since() <= from) {
    return progress(pace, from);
  }
  const auto found = worked_before_.extract(live.sequence);
  check(!found.empty(), "what a job did before the window was noted when its speed changed");
  return found.mapped();
}

Worked StintBook::worked(const LiveJob& live, const Pace* pace, SimTime now) {
  const SimTime until = std::min(now, live.hung);
  const Duration all = pace != nullptr ? pace->worked(until) : until - live.start;
  Duration before = std::clamp(accounts_.from() - live.start, Duration{}, all);
  Worked worked;
  if (pace != nullptr) {
    const Progress now_done = progress(*pace, until);
    const Progress then = live.hung <= accounts_.from() ? now_done : before_window(live, *pace);
    before = then.worked;
    // Both are rounded to nanoseconds.
    worked.held_up = std::max(now_done.held_up - then.held_up, Duration{});
  }
  worked.before = live.spent(before);
  worked.all = live.spent(all);
  worked.kept = worked.all.work;
  worked.hung = live.hung;
  worked.right =
      live.right == longest_duration ? live.right : std::max(live.right - live.kept, Duration{});
  worked.idle_milli = live.shape.total_gpu_milli() - live.used_gpu_milli();
  if (live.written) [[unlikely]] {
    worked.wrote = pace->speed().stands() ? stood(*pace, until) : Duration{};
    if (const auto wrote = wrote_.extract(live.sequence); !wrote.empty()) {
      worked.wrote += wrote.mapped();
    }
  }
  return worked;
}

}  // namespace berth
