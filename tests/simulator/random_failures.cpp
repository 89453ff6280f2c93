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
    course.push_back({NodeState::triage, some(dice, 30)});
    course.push_back({dice.percent(50) ? NodeState::debug : NodeState::rma, some(dice, 400)});
    course.push_back({NodeState::onboard, some(dice, 20)});
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
  switch (dice.between(0, 3)) {
    case 0:
      failure.cause = 2;
      failure.gpu = dice.between(0, std::max(fleet.kind(NodeId(node)).gpus, 1U) - 1);
      return failure;  // of software
    case 1:
      failure.cause = 1;
      failure.of_domain = true;
      failure.nodes = {{node, std::min(node + dice.between(1, 6), fleet.nodes())}};
      break;
    default:
      failure.severity = dice.percent(30) ? Severity::low : Severity::high;
  }
  failure.course = random_course(dice);
  return failure;
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
  return failures;
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
