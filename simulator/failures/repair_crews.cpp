#include "simulator/failures/repair_crews.hpp"

#include <algorithm>
#include <chrono>

#include "core/check.hpp"

namespace berth {
namespace {

constexpr Duration day = std::chrono::hours(24);
constexpr Duration week = 7 * day;

}  // namespace

CrewPlan::CrewPlan(const std::vector<Shift>& shifts) {
  std::vector<std::pair<Duration, std::int64_t>> changes{{Duration{}, 0}};
  for (const Shift& shift : shifts) {
    for (std::uint32_t on = shift.first_day; on < shift.past_day; ++on) {
      changes.emplace_back(on * day + shift.from, shift.crews);
      changes.emplace_back(on * day + shift.until, -std::int64_t{shift.crews});
    }
  }
  std::ranges::sort(changes);
  std::int64_t crews = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    crews += changes[i].second;
    const bool last_of_then = i + 1 == changes.size() || changes[i + 1].first != changes[i].first;
    const auto count = static_cast<std::uint32_t>(crews);
    if (last_of_then && changes[i].first < week &&
        (steps_.empty() || steps_.back().crews != count)) {
      steps_.push_back({changes[i].first, count});
    }
  }
  check(std::ranges::any_of(steps_, [](const Step& one) { return one.crews > 0; }),
        "somebody mends nodes at some time of the week");
}

std::vector<CrewPlan::Step>::const_iterator CrewPlan::step(SimTime at) const {
  const Duration of_week = at.time_since_epoch() % week;
  return std::ranges::upper_bound(steps_, of_week, {}, &Step::from) - 1;
}

// From one week to the next the number may stay.
SimTime CrewPlan::changes(SimTime at) const {
  const auto now = step(at);
  const SimTime begin = at - at.time_since_epoch() % week;
  const auto later = now + 1;
  if (later != steps_.end()) {
    return begin + later->from;
  }
  const auto other =
      std::ranges::find_if(steps_, [&](const Step& one) { return one.crews != now->crews; });
  return other != steps_.end() ? begin + week + other->from : never;
}

std::size_t RepairCrews::at_work() const {
  return std::min<std::size_t>(plan_.on_shift(now_), line_.size());
}

void RepairCrews::ask(SimTime now, NodeId node, Duration work) {
  check(now == now_ || line_.empty(), "the line is as of now");
  now_ = now;
  line_.push_back({node, work, work, now});
}

std::vector<RepairCrews::Done> RepairCrews::advance(SimTime now) {
  check(now >= now_, "the line goes on in order of time");
  const auto past = line_.begin() + static_cast<std::ptrdiff_t>(at_work());
  std::vector<Done> done;
  for (auto task = line_.begin(); task != past; ++task) {
    check(task->left >= now - now_, "nobody is done unnoticed");
    task->left -= now - now_;
    if (task->left == Duration{}) {
      done.push_back({task->node, (now - task->asked) - task->work});
    }
  }
  now_ = now;
  std::erase_if(line_, [](const Task& task) { return task.left == Duration{}; });
  return done;
}

std::optional<SimTime> RepairCrews::next() const {
  if (line_.empty()) {
    return std::nullopt;
  }
  SimTime first = plan_.changes(now_);
  for (std::size_t i = 0; i < at_work(); ++i) {
    first = std::min(first, after(now_, line_[i].left));
  }
  return first;
}

}  // namespace berth
