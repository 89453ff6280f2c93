#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "tests/scheduler/driver.hpp"
#include "tests/scheduler/naive_scheduler.hpp"
#include "tests/scheduler/random_state.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using MakeOrder = std::unique_ptr<JobOrder> (*)();
using MakePlacer = std::unique_ptr<const Placer> (*)();

constexpr std::array<MakeOrder, 4> orders{fifo, priority, shortest_estimate, smallest_first};
constexpr std::array<MakePlacer, 5> placers{first_fit, best_fit, worst_fit, berth::random,
                                            contiguous};

// One choice of all parts, made twice: for the scheduler and for its twin.
struct Choice {
  MakeOrder order;
  MakePlacer placer;
  Backfilling overtaking;
  MakeOrder scan;  // null: as queued
  Planning planning;

  explicit Choice(Dice& dice)
      : order(orders[dice.below(orders.size())]),
        placer(placers[dice.below(placers.size())]),
        overtaking(static_cast<Backfilling>(dice.below(3))),
        scan(dice.one_in(2) ? nullptr : orders[dice.below(orders.size())]),
        planning(dice.one_in(2) ? Planning::per_event : Planning::per_instant) {}

  [[nodiscard]] Policy policy() const {
    auto backfill = overtaking == Backfilling::none   ? no_backfill()
                    : overtaking == Backfilling::easy ? easy(scan != nullptr ? scan() : nullptr)
                                                      : conservative();
    return {order(), placer(), std::move(backfill), planning, {}};
  }
  [[nodiscard]] NaivePolicy naive() const {
    return {order(), placer(), overtaking, scan != nullptr ? scan() : nullptr};
  }
};

class Lockstep final : public Driver {
 public:
  Lockstep(const Choice& choice, const Fleet& fleet, RunKey run)
      : Driver(choice.policy(), fleet, run),
        naive_policy_(choice.naive()),
        naive_(naive_policy_, fleet, run) {}

  [[nodiscard]] int overtakings() const { return plans_with_start_and_wait_; }

 private:
  void submitted(const Request& request) override { naive_.submit(request); }
  void ended(JobId job) override { naive_.ended(job, now()); }
  void planned(const std::vector<Draft::Start>& starts) override {
    const auto expected = naive_.plan(now());
    REQUIRE(starts.size() == expected.size());
    for (std::size_t i = 0; i < starts.size(); ++i) {
      REQUIRE(starts[i].job == expected[i].first);
      REQUIRE(starts[i].placement == expected[i].second);
    }
    REQUIRE(scheduler().queue().size() == naive_.waiting());
    plans_with_start_and_wait_ += !starts.empty() && naive_.waiting() > 0 ? 1 : 0;
  }

  NaivePolicy naive_policy_;
  NaiveScheduler naive_;
  int plans_with_start_and_wait_ = 0;
};

Fleet drawn_fleet(Dice& dice) {
  switch (dice.below(3)) {
    case 0:
      return uniform(2 + dice.below(15), 1);
    case 1:
      return fleet_of(std::vector(2 + dice.below(5), gpu_node(4, dice.one_in(2) ? 4000 : 0)));
    default:
      return fleet_of({gpu_node(8), gpu_node(2), gpu_node(4), gpu_node(8)});
  }
}

std::vector<TestJob> some_jobs(std::size_t wanted, Dice& dice, const Fleet& fleet,
                               const Choice& choice) {
  std::vector<TestJob> jobs;
  const Occupancy empty(fleet);
  const bool some_cpu = fleet.kind(NodeId(0)).cpu_milli > 0;
  SimTime at{};
  while (jobs.size() < wanted) {
    at += Duration(dice.below(dice.one_in(5) ? 20 : 4));
    TestJob job;
    job.submit = at;
    job.estimate = Duration(1 + dice.below(dice.one_in(4) ? 40 : 10));
    job.runs = dice.one_in(2)
                   ? job.estimate
                   : Duration(1 + dice.below(static_cast<std::uint64_t>(job.estimate.count())));
    job.shape = {1 + dice.below(dice.one_in(3) ? 6 : 2), 1 + dice.below(fleet.gpus_per_node()), 0,
                 0};
    if (some_cpu && dice.one_in(3)) {
      job.shape.cpu_milli = 500 * (1 + dice.below(8));
      job.shape.gpus -= dice.one_in(2) ? job.shape.gpus : 0;
    }
    job.priority = static_cast<std::int32_t>(dice.below(3));
    Request request;
    request.shape = job.shape;
    if (choice.placer()->fits(request, {empty, at, {}})) {
      jobs.push_back(job);
    }
  }
  return jobs;
}

int run_in_lockstep(std::uint64_t seed, std::size_t wanted,
                    std::optional<Backfilling> overtaking = std::nullopt) {
  CAPTURE(seed);
  Dice dice(seed);
  Choice choice(dice);
  choice.overtaking = overtaking.value_or(choice.overtaking);
  const Fleet fleet = drawn_fleet(dice);
  const auto jobs = some_jobs(wanted, dice, fleet, choice);
  Lockstep run(choice, fleet, {seed, 0});
  run.run(jobs);
  return run.overtakings();
}

}  // namespace

TEST_CASE("every plan of every policy is the one worked out afresh from the running jobs") {
  int overtakings = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    overtakings += run_in_lockstep(seed, 40);
  }
  CHECK(overtakings > 10'000);
}

TEST_CASE("compression moves up whom going through everybody would move up") {
  int overtakings = 0;
  for (std::uint64_t seed = 10'001; seed <= 10'600; ++seed) {
    overtakings += run_in_lockstep(seed, 40, Backfilling::conservative);
  }
  for (std::uint64_t seed = 20'001; seed <= 20'004; ++seed) {
    overtakings += run_in_lockstep(seed, 250, Backfilling::conservative);
  }
  CHECK(overtakings > 3000);
}

TEST_CASE("a queue some hundred deep is planned as a short one is") {
  int overtakings = 0;
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    overtakings += run_in_lockstep(seed, 300);
  }
  CHECK(overtakings > 1000);
}
