// Random worlds whose jobs are all placed afresh in each plan: the laws hold, and every plan is the
// one that going through all jobs naively finds.
#include <array>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "core/int128.hpp"
#include "simulator/simulation.hpp"
#include "simulator/summary.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/afresh_twin.hpp"
#include "tests/simulator/laws.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr std::uint64_t of_terms = 100;  // purposes of dice that random_worlds.cpp does not have
constexpr std::uint64_t of_choice = 101;

struct NamedKey {
  const char* name;
  std::int64_t (*key)(const AfreshTwin::Known&, SimTime);
};
constexpr std::array orders{
    NamedKey{"fifo", [](const AfreshTwin::Known&, SimTime) { return std::int64_t{0}; }},
    NamedKey{"priority", [](const AfreshTwin::Known& job,
                            SimTime) { return -std::int64_t{job.live.job.priority}; }},
    NamedKey{"smallest_first",
             [](const AfreshTwin::Known& job, SimTime) {
               return static_cast<std::int64_t>(job.live.shape.total_gpus());
             }},
    NamedKey{"srtf",
             [](const AfreshTwin::Known& job, SimTime now) { return job.left(now).count(); }},
    NamedKey{"srsf",
             [](const AfreshTwin::Known& job, SimTime now) {
               const Int128 left = job.left(now).count();
               return static_cast<std::int64_t>(left * Int128{job.live.shape.total_gpu_milli()} /
                                                1'000'000'000);
             }},
    NamedKey{"earliest_deadline",
             [](const AfreshTwin::Known& job, SimTime) {
               const auto& terms = job.live.job.terms;
               return terms && terms->deadline ? terms->deadline->time_since_epoch().count()
                                               : SimTime::max().time_since_epoch().count();
             }},
    NamedKey{"least_attained", nullptr},  // its queues have a history: laws only
};

struct NamedNaive {
  const char* name;
  NaivePlacer naive;
};
constexpr std::array placers{
    NamedNaive{"first_fit", naive_first_fit},
    NamedNaive{"best_fit", naive_best_fit},
    NamedNaive{"worst_fit", naive_worst_fit},
    NamedNaive{"contiguous", naive_contiguous},
};

std::vector<Job> with_terms(std::uint64_t seed, std::vector<Job> jobs) {
  Dice dice(seed, of_terms);
  for (Job& one : jobs) {
    if (dice.percent(25)) {
      continue;  // it begins anew when it is stopped
    }
    Terms terms;
    terms.checkpoint_every =
        dice.percent(50) ? checkpoint_always : Duration(std::chrono::seconds(dice.between(1, 60)));
    terms.restart = std::chrono::seconds(dice.between(0, 10));
    if (dice.percent(50)) {
      terms.deadline = one.submit + std::chrono::seconds(dice.between(0, 300));
    }
    one.terms = std::make_shared<const Terms>(std::move(terms));
  }
  return jobs;
}

std::string broken_in(std::uint64_t seed) {
  Dice dice(seed, of_choice);
  const NamedKey& order = orders[seed % orders.size()];
  const NamedNaive& placer = placers[dice.between(0, placers.size() - 1)];
  const SettingsTree config = testing::tree(testing::map(
      {{"order",
        order.name == std::string("least_attained")
            ? testing::map({{"kind", order.name}, {"thresholds", testing::list({"60", "300"})}})
            : testing::Value(order.name)},
       {"placer", placer.name},
       {"preemption", "afresh"},
       {"estimates", "exact"}}));
  Policy policy = make_policy(config.root());
  const Fleet fleet = random_fleet(seed);
  ListSource source(with_terms(seed, random_jobs(seed, fleet)));
  const Catalog catalog;
  Promises promises;
  promises.yields.anybody = true;
  Laws laws(fleet, promises);
  AfreshTwin twin(fleet, placer.naive, order.key);
  SummarySink summary(fleet, catalog, SimTime{std::chrono::seconds(seed % 100)});
  std::vector<Sink*> sinks{&laws, &summary};
  if (order.key != nullptr) {
    sinks.push_back(&twin);
  }
  RunOptions options{RunKey{seed}, std::nullopt};
  if (dice.percent(30)) {
    options.horizon = SimTime{std::chrono::seconds(dice.between(0, 4000))};
  }
  try {
    Simulation simulation(fleet, source, policy, options, sinks);
    simulation.on_progress([](const RunProgress& so_far) {
      check(so_far.events < 262'144, "a run of so few jobs ends");
    });
    simulation.run();
  } catch (const std::exception& error) {
    return laws.broken() + " | " + error.what();
  }
  const std::string complaint = laws.broken() + twin.broken();
  return complaint.empty() ? complaint : complaint + " (" + order.name + " " + placer.name + ")";
}

}  // namespace

TEST_CASE("no run that places all jobs afresh breaks the laws, and every plan is the naive one") {
#ifdef BERTH_NIGHTLY
  constexpr std::uint64_t last = 10'000;
#else
  constexpr std::uint64_t last = 140;
#endif
  for (std::uint64_t seed = 1; seed <= last; ++seed) {
    CAPTURE(seed);
    CHECK(broken_in(seed) == "");
  }
}
