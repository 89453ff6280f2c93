// Crews that repair nodes: their shifts, their line, and what it does to a run.
#include "simulator/failures/repair_crews.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "tests/simulator/failure_world.hpp"
#include "tests/simulator/random_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr double hour = 3600;
constexpr double day = 24 * hour;

Shift shift(std::uint32_t crews, std::uint32_t first_day, std::uint32_t past_day, double from_h,
            double until_h) {
  return {crews, first_day, past_day, lasting(from_h * hour), lasting(until_h * hour)};
}

struct Asked {
  std::uint32_t at = 0;  // in seconds, as all here
  std::uint32_t work = 0;
};

// When each is done: second by second, with the first of the line in work.
std::vector<std::uint32_t> naive(const CrewPlan& plan, const std::vector<Asked>& asked) {
  std::vector<std::uint32_t> left;
  std::vector<std::uint32_t> done(asked.size());
  std::size_t open = asked.size();
  for (std::uint32_t now = 0; open > 0; ++now) {
    while (left.size() < asked.size() && asked[left.size()].at == now) {
      left.push_back(asked[left.size()].work);
    }
    std::uint32_t crews = plan.on_shift(at(now));
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (left[i] > 0 && crews > 0) {
        --crews;
        if (--left[i] == 0) {
          done[i] = now + 1;
          --open;
        }
      }
    }
  }
  return done;
}

std::vector<std::uint32_t> by_events(const CrewPlan& plan, const std::vector<Asked>& asked) {
  RepairCrews crews(plan);
  std::vector<std::uint32_t> done(asked.size());
  const auto note = [&done](SimTime now, const std::vector<RepairCrews::Done>& some) {
    for (const auto& one : some) {
      done[one.node.index()] = static_cast<std::uint32_t>(now.time_since_epoch() / lasting(1));
    }
  };
  std::size_t next = 0;
  for (auto then = crews.next(); then || next < asked.size(); then = crews.next()) {
    if (next < asked.size() && (!then || at(asked[next].at) <= *then)) {
      note(at(asked[next].at), crews.advance(at(asked[next].at)));
      crews.ask(at(asked[next].at), NodeId(static_cast<std::uint32_t>(next)),
                lasting(asked[next].work));
      ++next;
    } else {
      note(*then, crews.advance(*then));
    }
  }
  return done;
}

// Within one day, as the naive one goes by the second.
CrewPlan random_plan(Dice& dice) {
  std::vector<Shift> shifts;
  for (std::uint32_t i = dice.between(1, 4); i > 0; --i) {
    const std::uint32_t from = dice.between(0, 60'000);
    const std::uint32_t until = dice.between(from + 20'000, 86'400);
    shifts.push_back({dice.between(1, 3), 0, 7, lasting(from), lasting(until)});
  }
  return CrewPlan(shifts);
}

std::vector<Asked> random_line(Dice& dice) {
  std::vector<Asked> asked;
  std::uint32_t now = 0;
  for (std::uint32_t i = dice.between(1, 15); i > 0; --i) {
    now += dice.percent(20) ? 0 : dice.between(1, 8000);
    asked.push_back({now, dice.between(1, 3000)});
  }
  return asked;
}

}  // namespace

TEST_CASE("the line of nodes is worked off as second by second") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Dice dice(seed, 77);
    const CrewPlan plan = random_plan(dice);
    const std::vector<Asked> asked = random_line(dice);
    CHECK(by_events(plan, asked) == naive(plan, asked));
  }
}

TEST_CASE("shifts go by the days of the week, which begins with the run") {
  const CrewPlan plan({shift(3, 0, 5, 8, 18), shift(1, 5, 7, 10, 12)});
  CHECK(plan.on_shift(at(0)) == 0);
  CHECK(plan.on_shift(at(8 * hour)) == 3);
  CHECK(plan.on_shift(at(18 * hour)) == 0);
  CHECK(plan.on_shift(at(5 * day + 9 * hour)) == 0);
  CHECK(plan.on_shift(at(5 * day + 11 * hour)) == 1);
  CHECK(plan.on_shift(at(7 * day + 9 * hour)) == 3);
  CHECK(plan.changes(at(0)) == at(8 * hour));
  CHECK(plan.changes(at(6 * day + 13 * hour)) == at(7 * day + 8 * hour));
}

TEST_CASE("crews round the clock never change") {
  const CrewPlan plan({shift(2, 0, 7, 0, 24)});
  CHECK(plan.on_shift(at(100 * day)) == 2);
  CHECK(plan.changes(at(3 * day)) == never);
}

TEST_CASE("shifts at one time add up, and one that follows another at once goes on") {
  const CrewPlan plan({shift(2, 0, 7, 0, 12), shift(2, 0, 7, 12, 24), shift(1, 0, 7, 6, 7)});
  CHECK(plan.on_shift(at(6.5 * hour)) == 3);
  CHECK(plan.changes(at(7 * hour)) == at(day + 6 * hour));
}

TEST_CASE("one crew mends one node after the other, and the rest of the repair needs none") {
  const std::vector<Stage> course{{NodeState::triage, lasting(10), true},
                                  {NodeState::rma, lasting(30)},
                                  {NodeState::onboard, lasting(5), true},
                                  {NodeState::seatrial, {}},
                                  {NodeState::zap, {}},
                                  {NodeState::test, {}}};
  World world{{job(1, 0, 4, 5)}, {of_node(10, 0, 0, course), of_node(12, 1, 0, course)}};
  world.crews = CrewPlan({shift(1, 0, 7, 0, 24)});
  CHECK(world.run().log == R"(          0s  submit   job 1       4 gpus, limit 5s
          0s  start    job 1       n1:0-3
          5s  end      job 1       completed after 5s
         10s  fail     n1  gpu
         10s  node     n1  production to triage, gpu
         12s  fail     n2  gpu
         12s  node     n2  production to triage, gpu
         20s  crew     n1  triage done
         20s  node     n1  triage to rma, gpu
         30s  crew     n2  triage done, waited 8s
         30s  node     n2  triage to rma, gpu
         50s  node     n1  rma to onboard, gpu
         55s  crew     n1  onboard done
         55s  node     n1  onboard to seatrial, gpu
         55s  node     n1  seatrial to zap, gpu
         55s  node     n1  zap to test, gpu
         55s  node     n1  test to production, gpu
          1m  node     n2  rma to onboard, gpu
        1m5s  crew     n2  onboard done
        1m5s  node     n2  onboard to seatrial, gpu
        1m5s  node     n2  seatrial to zap, gpu
        1m5s  node     n2  zap to test, gpu
        1m5s  node     n2  test to production, gpu
)");
  CHECK(world.summary.interruptions.mended_by_hand == 4);
  CHECK(world.summary.interruptions.crew_wait_ns == Int128{8'000'000'000});
}

TEST_CASE("what fails at night waits for the morning, and at the end of a shift for the next") {
  const std::vector<Stage> course{{NodeState::triage, lasting(3 * hour), true},
                                  {NodeState::test, {}}};
  World world{{}, {of_node(0, 0, 0, course), of_node(hour, 1, 0, course)}};
  world.crews = CrewPlan({shift(1, 0, 7, 8, 12)});
  world.run();
  CHECK(world.log.find("11h  crew     n1  triage done, waited 8h") != std::string::npos);
  // An hour of work on Monday, two on Tuesday.
  CHECK(world.log.find("1d10h  crew     n2  triage done, waited 1d6h") != std::string::npos);
}
