#include "simulator/stint_book.hpp"

#include "core/check.hpp"

namespace berth {

void StintBook::on(SimTime now, const SpeedChanged& record) {
  const Pace& pace = record.pace;
  if (pace.since() <= accounts_.from() && accounts_.from() < now) [[unlikely]] {
    worked_before_[record.job.sequence] = pace.worked(accounts_.from());
  }
  if (pace.speed().stands()) {
    wrote_[record.job.sequence] += stood(pace, now);
  }
}

Duration StintBook::before_window(const LiveJob& live, const Pace& pace) {
  const SimTime from = accounts_.from();
  if (live.start >= from) [[likely]] {
    return Duration{};
  }
  if (pace.since() <= from) {
    return pace.worked(from);
  }
  const auto found = worked_before_.extract(live.sequence);
  check(!found.empty(), "what a job did before the window was noted when its speed changed");
  return found.mapped();
}

Worked StintBook::worked(const LiveJob& live, const Pace* pace, SimTime now) {
  const SimTime until = std::min(now, live.hung);
  const Duration all = pace != nullptr ? pace->worked(until) : until - live.start;
  Duration before = std::clamp(accounts_.from() - live.start, Duration{}, all);
  if (pace != nullptr) {
    before = live.hung <= accounts_.from() ? all : before_window(live, *pace);
  }
  Worked worked;
  worked.before = live.spent(before);
  worked.all = live.spent(all);
  worked.kept = worked.all.work;
  worked.hung = live.hung;
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
