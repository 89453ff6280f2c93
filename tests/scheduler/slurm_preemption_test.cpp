// What the pictures of tests/conformance/preemption do not show: options, and a naive twin.
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "tests/scheduler/naive_slurm_preemption.hpp"
#include "tests/scheduler/pictures.hpp"
#include "tests/scheduler/random_state.hpp"
#include "tests/scheduler/yard.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Options = std::vector<std::pair<std::string, Value>>;

std::unique_ptr<Preemption> made(Options options) {
  options.insert(options.begin(), {"kind", "slurm"});
  const SettingsTree config = tree(map({{"preemption", map(std::move(options))}}));
  auto preemption = make_preemption(config.root().at("preemption"));
  check_all_used(config.root());
  return preemption;
}

std::string refusal(const Options& options) {
  return error_of([&] { made(options); });
}

SimTime at(int seconds) { return SimTime{std::chrono::seconds(seconds)}; }

Request of_priority(std::int32_t priority, const Shape& shape) {
  Request request;
  request.priority = priority;
  request.shape = shape;
  return request;
}

// On nodes of four GPUs, a job of one GPU of priority 0 on each, since 0 s, 10 s, ...
struct FourJobs {
  explicit FourJobs(const char* option = "reorder", const char* value = "1")
      : yard(fleet, made({{option, value}}), first_fit()) {
    for (std::uint32_t i = 0; i < 4; ++i) {
      yard.run(of_priority(0, {1, 1, 0, 0}), {{NodeId(0), 1, GpuMask{1} << i}},
               at(10 * static_cast<int>(i)));
    }
  }
  std::string victims(std::uint32_t gpus, int now) {
    const auto eviction = yard.asks(of_priority(1, {1, gpus, 0, 0}), at(now));
    std::string text;
    for (const Victim& victim : eviction ? eviction->victims : std::vector<Victim>{}) {
      text += static_cast<char>('a' + victim.job.index());
    }
    return text.empty() ? "nobody" : eviction->placement ? text : text + " later";
  }
  Fleet fleet = uniform(1, 4);
  Yard yard;
};

// One question to the preemption and to its twin, in a fleet full of jobs of some priorities.
void same_victims(std::uint64_t seed) {
  Dice dice(seed);
  NaiveSlurmPreemption naive;
  naive.youngest_first = dice.one_in(2);
  naive.reorder = dice.below(4);
  naive.exempt = std::chrono::seconds(dice.one_in(2) ? 0 : dice.below(100));
  const Fleet fleet = random_fleet(dice);
  Yard yard(fleet,
            made({{"youngest_first", naive.youngest_first ? "true" : "false"},
                  {"reorder", std::to_string(naive.reorder)},
                  {"exempt", std::to_string(naive.exempt.count() / 1'000'000'000) + "s"}}),
            dice.one_in(2) ? first_fit() : best_fit());
  std::vector<NaiveRunning> running;
  for (std::uint32_t i = dice.below(60); i > 0; --i) {
    Request request = of_priority(static_cast<std::int32_t>(dice.below(4)), random_shape(dice));
    const auto placement =
        yard.placer().place(request, {yard.cluster().occupancy(), at(0), RunKey{}});
    if (placement) {
      const SimTime since = at(static_cast<int>(dice.below(100)));
      request.id = yard.run(request, *placement, since);
      request.sequence = request.id.index() + 1;
      running.push_back({request, *placement, since});
    }
  }
  const Request asks = of_priority(static_cast<std::int32_t>(dice.below(5)), random_shape(dice));
  if (yard.placer().fits(asks, {yard.cluster().occupancy(), at(100), RunKey{}})) {
    return;
  }
  const auto eviction = yard.asks(asks, at(100));
  const auto expected = naive.answer(fleet, running, asks, at(100), yard.placer());
  REQUIRE(eviction.has_value() == expected.has_value());
  if (eviction) {
    std::vector<JobId> victims;
    for (const Victim& victim : eviction->victims) {
      victims.push_back(victim.job);
    }
    CHECK(victims == expected->victims);
    CHECK(eviction->placement == expected->placement);
  }
}

}  // namespace

TEST_CASE("slurm preemption: of equals the one submitted last yields, or the youngest") {
  CHECK(FourJobs().victims(2, 50) == "cd");
  CHECK(FourJobs("youngest_first", "true").victims(2, 50) == "cd");
}

TEST_CASE("slurm preemption: nobody yields before its minimum run time") {
  CHECK(FourJobs("exempt", "30s").victims(1, 40) == "b");
  CHECK(FourJobs("exempt", "30s").victims(3, 40) == "nobody");
}

TEST_CASE("slurm preemption: with grace the job waits for its victims, and asks for no others") {
  FourJobs jobs("grace", "20s");
  CHECK(jobs.victims(1, 40) == "d later");
  jobs.yard.leaves(JobId(3), jobs.yard.next_id());
  CHECK(jobs.victims(1, 50) == "nobody");
  CHECK(jobs.victims(2, 50) == "c later");
}

TEST_CASE("slurm preemption: who leaves for another makes no room for this one") {
  FourJobs jobs("grace", "20s");
  jobs.yard.leaves(JobId(3), JobId(17));
  CHECK(jobs.victims(1, 50) == "c later");
}

TEST_CASE("slurm preemption: an option that does nothing, or is not known, is refused") {
  CHECK(refusal({{"mode", "suspend"}, {"grace", "1m"}}) ==
        "c.yaml:5:5: preemption.grace: a job that is suspended stops at once\n"
        "  leave grace out, or cancel or requeue");
  CHECK(refusal({{"within", "true"}}).find("preemption.within") != std::string::npos);
  CHECK(refusal({{"by", "partition"}, {"within", "true"}}) == "fine");
}

TEST_CASE("slurm preemption: the victims are those of a naive twin") {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    same_victims(seed);
  }
}
