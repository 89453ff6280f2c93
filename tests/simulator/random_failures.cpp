#include "tests/simulator/random_failures.hpp"

#include <algorithm>

#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"

namespace berth::test {
namespace {

constexpr std::uint64_t of_failures = 100;  // beyond the purposes of random_worlds.cpp
constexpr std::uint64_t of_recovery = 101;

Duration some(Dice& dice, std::uint32_t most_s) {
  return dice.percent(30) ? Duration{} : lasting(dice.between(1, most_s));
}

std::vector<Stage> random_course(Dice& dice) {
  std::vector<Stage> course;
  if (dice.percent(40)) {
    course.push_back({NodeState::reboot, some(dice, 60)});
  } else {
    const bool here = dice.percent(50);
    course.push_back({NodeState::triage, some(dice, 30), true});
    course.push_back({here ? NodeState::debug : NodeState::rma, some(dice, 400), here});
    course.push_back({NodeState::onboard, some(dice, 20), true});
    course.push_back({NodeState::seatrial, some(dice, 20)});
    course.push_back({NodeState::zap, some(dice, 10)});
  }
  course.push_back({NodeState::test, some(dice, 20)});
  return course;
}

Failure random_failure(Dice& dice, SimTime at, const Fleet& fleet) {
  Failure failure;
  failure.at = at;
  const std::uint32_t node = dice.between(0, fleet.nodes() - 1);
  failure.nodes = {{node, node + 1}};
  failure.noticed_after = some(dice, 40);
  switch (dice.between(0, 4)) {
    case 0:
      failure.cause = 2;
      failure.gpu = dice.between(0, std::max(fleet.kind(NodeId(node)).gpus, 1U) - 1);
      return failure;  // of software
    case 1:
      failure.cause = 1;
      failure.of_domain = true;
      failure.nodes = {{node, std::min(node + dice.between(1, 6), fleet.nodes())}};
      break;
    case 2:
      failure.effect = dice.percent(50)   ? Effect::corrupts
                       : dice.percent(50) ? Effect::slows
                                          : Effect::narrows;
      failure.until_tested = dice.percent(60);
      failure.luck = dice.between(1, 99) / 100.0;
      if (failure.effect == Effect::slows) {
        failure.slowed_to = RunSpeed::slowed(dice.between(10, 30) / 10.0);
        failure.severity = dice.percent(50) ? Severity::low : Severity::high;
      } else if (failure.effect == Effect::narrows) {
        failure.until_tested = false;
        failure.noticed_after = Duration{};
        failure.link = dice.between(0, 1);
        failure.slowed_to = RunSpeed::slowed(dice.between(10, 30) / 10.0);
        failure.mended_after = some(dice, 300);
        return failure;
      }
      break;
    default:
      failure.needs_held_milli =
          dice.percent(20) ? dice.between(1, 1000 * fleet.kind(NodeId(node)).gpus + 1) : 0;
      failure.severity = dice.percent(30) ? Severity::low : Severity::high;
  }
  failure.course = random_course(dice);
  while (!failure.of_domain && dice.percent(15)) {
    failure.relapses.push_back({some(dice, 60), some(dice, 20), random_course(dice)});
  }
  failure.of_lemon = dice.percent(10);
  return failure;
}

// Some of the failures are foreseen, and some alarms are false.
std::vector<Failure> with_warnings(Dice& dice, std::vector<Failure> failures) {
  if (dice.percent(50)) {
    return failures;
  }
  std::vector<Failure> all;
  for (Failure& failure : failures) {
    failure.foretold = failure.effect == Effect::stops && !failure.of_software() &&
                       !failure.of_domain && dice.percent(60);
    if (!failure.foretold && !dice.percent(20)) {
      continue;
    }
    Failure warning = failure;
    const bool real = failure.foretold;
    warning.foretold = false;
    warning.warns = true;
    warning.clears = dice.percent(50);
    warning.severity = Severity::low;
    warning.effect = Effect::stops;
    warning.of_domain = false;
    warning.nodes = {{failure.nodes.front().first, failure.nodes.front().first + 1}};
    warning.noticed_after = Duration{};
    warning.until_tested = false;
    warning.relapses.clear();
    warning.course = random_course(dice);
    warning.threatens = real ? failure.at : never;
    warning.at = std::max(SimTime{}, failure.at - lasting(dice.between(1, 60)));
    all.push_back(warning);
  }
  all.insert(all.end(), failures.begin(), failures.end());
  std::ranges::stable_sort(all, {}, &Failure::at);
  return all;
}

}  // namespace

std::vector<Failure> random_failures(std::uint64_t seed, const Fleet& fleet) {
  Dice dice(seed, of_failures);
  std::vector<Failure> failures;
  if (dice.percent(50)) {
    return failures;
  }
  SimTime now{};
  for (std::uint32_t i = dice.between(1, 60); i > 0; --i) {
    now += dice.percent(20) ? Duration{} : lasting(dice.between(1, 120));
    failures.push_back(random_failure(dice, now, fleet));
  }
  return with_warnings(dice, std::move(failures));
}

bool any_slows(const std::vector<Failure>& failures) {
  return std::ranges::any_of(failures, [](const Failure& one) {
    return one.effect == Effect::slows || one.effect == Effect::narrows;
  });
}

std::optional<ActiveTests> random_tests(std::uint64_t seed) {
  Dice dice(seed, of_failures + 2000);
  if (dice.percent(40)) {
    return std::nullopt;
  }
  const std::uint32_t every = dice.between(10, 200);
  return ActiveTests{lasting(every), lasting(dice.between(1, every)), 0.7};
}

std::optional<CrewPlan> random_crews(std::uint64_t seed) {
  Dice dice(seed, of_failures + 3000);
  if (dice.percent(50)) {
    return std::nullopt;
  }
  // Shifts of minutes: a run is over before the second day.
  std::vector<Shift> shifts;
  for (std::uint32_t hour = 0; hour < 24; ++hour) {
    const Duration from = lasting(3600.0 * hour + dice.between(0, 60));
    shifts.push_back({dice.between(1, 3), 0, 7, from, from + lasting(dice.between(1, 3000))});
  }
  return CrewPlan(shifts);
}

std::vector<Upgrade> random_upgrades(std::uint64_t seed, const Fleet& fleet) {
  Dice dice(seed, of_failures + 6000);
  std::vector<Upgrade> upgrades;
  for (std::uint32_t count = dice.percent(50) ? 0 : dice.between(1, 2); count > 0; --count) {
    Upgrade one;
    one.at = at(dice.between(0, 500));
    const std::uint32_t size = dice.between(1, 4);
    for (std::uint32_t node = 0; node < fleet.nodes(); ++node) {
      if (node % size == 0) {
        one.batches.emplace_back();
      }
      one.batches.back().emplace_back(node);
    }
    one.max_unavailable = size + dice.between(0, 3);
    one.every = some(dice, 50);
    one.lasts = Distribution(Distribution::Constant{some(dice, 60)});
    one.test = Distribution(Distribution::Constant{some(dice, 20)});
    if (dice.percent(50)) {
      one.deadline = some(dice, 200);
    }
    one.leased = dice.percent(50) ? Upgrade::Leased::upgraded : Upgrade::Leased::skipped;
    upgrades.push_back(one);
  }
  return upgrades;
}

std::optional<Retirement> random_retirement(std::uint64_t seed) {
  Dice dice(seed, of_failures + 4000);
  if (dice.percent(60)) {
    return std::nullopt;
  }
  return Retirement{dice.between(2, 3), lasting(dice.between(50, 1000)),
                    lasting(dice.between(1, 500))};
}

std::optional<Flaps> random_flaps(std::uint64_t seed) {
  Dice dice(seed, of_failures + 5000);
  return dice.percent(70)
             ? std::nullopt
             : std::optional(Flaps{dice.between(1, 500) * 1.0, lasting(dice.between(1, 30))});
}

Spares random_spares(std::uint64_t seed, const Fleet& fleet) {
  Dice dice(seed, of_failures + 1000);
  Spares spares;
  const std::uint32_t count = dice.percent(50) ? dice.between(0, 4) : 0;
  for (std::uint32_t i = 0; i < std::min(count, fleet.nodes() / 3); ++i) {
    spares.nodes.emplace_back(fleet.nodes() - 1 - 2 * i);
  }
  if (fleet.levels() > 0 && dice.percent(30)) {
    spares.within = LevelId(dice.between(0, fleet.levels() - 1));
  }
  if (dice.percent(30)) {
    spares.set_up = Distribution(Distribution::Exponential{std::chrono::seconds(30)});
  }
  if (dice.percent(50)) {
    spares.lent_to = {"borrowers"};
  }
  return spares;
}

void add_recovery(std::uint64_t seed, std::vector<Job>& jobs) {
  Dice dice(seed, of_recovery);
  for (Job& job : jobs) {
    if (!job.terms) {
      continue;
    }
    Terms terms = *job.terms;
    if (terms.checkpoint_every > Duration{} && dice.percent(70)) {
      terms.checkpoint_cost = lasting(dice.between(1, 20));
      terms.checkpoint_daly = dice.percent(30);
    }
    if (dice.percent(30)) {
      terms.retries = dice.between(0, 3);
    }
    if (dice.percent(30)) {
      terms.cold_start = lasting(dice.between(1, 30));
    }
    if (terms.checkpoint_every > Duration{} && dice.percent(30)) {
      terms.checkpoint_async = terms.checkpoint_every / dice.between(1, 5);
    }
    if (terms.checkpoint_every > Duration{} && dice.percent(30)) {
      terms.checkpoint_async = {};
      terms.checkpoint_bytes = dice.between(1, 200) * std::int64_t{1'000'003};
      terms.checkpoint_beside = dice.percent(50);
    }
    if (terms.requeue && dice.percent(50)) {
      terms.on_failure = dice.percent(50) ? OnFailure::restart_in_place : OnFailure::shrink;
      terms.tasks_least = terms.elastic() ? dice.between(1, 3) : 0;
    }
    terms.exclusive = dice.percent(10);
    job.terms = std::make_shared<const Terms>(terms);
  }
}

std::optional<Terms> random_recovery(std::uint64_t seed) {
  Dice dice(seed, of_recovery + 1000);
  if (dice.percent(40)) {
    return std::nullopt;
  }
  Terms terms;
  terms.checkpoint_daly = dice.percent(30);
  if (terms.checkpoint_daly || dice.percent(70)) {
    terms.checkpoint_every = lasting(dice.between(1, 60));
    terms.checkpoint_cost = terms.checkpoint_daly ? lasting(dice.between(1, 9)) : some(dice, 9);
  }
  terms.restart = some(dice, 30);
  terms.on_failure = dice.percent(40) ? OnFailure::restart_in_place : OnFailure::requeue;
  return terms;
}

}  // namespace berth::test
