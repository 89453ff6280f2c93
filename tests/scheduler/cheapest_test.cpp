// What the pictures of tests/conformance/preemption do not show: prices, and brute force.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "scheduler/preemptions/cheapest_price.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/scheduler/random_state.hpp"
#include "tests/scheduler/yard.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

SimTime at(int seconds) { return SimTime{std::chrono::seconds(seconds)}; }

std::unique_ptr<Preemption> made(const std::string& tries) {
  const SettingsTree config = tree(map({{"kind", "cheapest"}, {"tries", tries}}));
  return make_preemption(config.root());
}

RunningJobs::Running since_zero(const Terms& terms, std::uint32_t starts = 0, int kept = 0) {
  Request request;
  request.shape = {1, 2, 0, 0};
  request.terms = std::make_shared<const Terms>(terms);
  request.starts = starts;
  request.kept = std::chrono::seconds(kept);
  return {request, at(0)};
}

Terms saving_every(int seconds, int restart, bool requeue = true) {
  Terms terms;
  terms.checkpoint_every = std::chrono::seconds(seconds);
  terms.restart = std::chrono::seconds(restart);
  terms.requeue = requeue;
  return terms;
}

std::int64_t lost_seconds(const RunningJobs::Running& running, int now) {
  return lost_if_stopped(running, at(now)).count() / 1'000'000'000;
}

struct Known {
  JobId job;
  Shape shape;
  Placement placement;
  Price price;
};

// A fleet of racks full of jobs that differ in what their stop costs.
class Crowd {
 public:
  Crowd(std::uint64_t seed, std::uint32_t most, const std::string& tries)
      : dice_(seed),
        fleet_(halls(1, 1 + dice_.below(3), 1 + dice_.below(3), gpu_node(1 + dice_.below(4)))),
        yard_(fleet_, made(tries), dice_.one_in(2) ? first_fit() : best_fit()) {
    for (std::uint32_t i = 0; i < most; ++i) {
      add();
    }
    asks_.priority = 1;
    asks_.shape = {1 + dice_.below(3), 1 + dice_.below(fleet_.gpus_per_node()), 0, 0};
  }

  [[nodiscard]] bool fits_now() const { return fits({}); }
  std::optional<Eviction> answer() { return yard_.asks(asks_, now); }
  [[nodiscard]] Price price(const Eviction& eviction) const {
    Price all;
    for (const Victim& victim : eviction.victims) {
      all += jobs_[victim.job.index()].price;
    }
    return all;
  }
  // All sets of victims.
  [[nodiscard]] std::optional<Price> least() const {
    std::optional<Price> least;
    for (std::uint32_t set = 1; set < (1U << jobs_.size()); ++set) {
      std::vector<bool> gone(jobs_.size());
      Price price;
      for (std::size_t i = 0; i < jobs_.size(); ++i) {
        gone[i] = (set >> i & 1U) != 0;
        price += gone[i] ? jobs_[i].price : Price{};
      }
      if ((!least || price < *least) && fits(gone)) {
        least = price;
      }
    }
    return least;
  }

 private:
  static constexpr SimTime now{std::chrono::seconds(1000)};

  void add() {
    Request request;
    request.shape = {1 + dice_.below(3), 1 + dice_.below(2), 0, 0};
    request.terms = std::make_shared<const Terms>(saving_every(static_cast<int>(dice_.below(200)),
                                                               static_cast<int>(dice_.below(100)),
                                                               dice_.below(4) > 0));
    const auto where = yard_.placer().place(request, {yard_.cluster().occupancy(), now, RunKey{}});
    if (where) {
      const SimTime since = at(static_cast<int>(dice_.below(1000)));
      const JobId job = yard_.run(request, *where, since);
      jobs_.push_back({job, request.shape, *where, price_of({request, since}, now)});
    }
  }
  [[nodiscard]] bool fits(const std::vector<bool>& gone) const {
    Occupancy free(fleet_);
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      if (gone.empty() || !gone[i]) {
        free.take(jobs_[i].shape, jobs_[i].placement);
      }
    }
    return yard_.placer().fits(asks_, {free, now, RunKey{}});
  }

  Dice dice_;
  Fleet fleet_;
  Yard yard_;
  std::vector<Known> jobs_;
  Request asks_;
};

bool brute_force_agrees(std::uint64_t seed) {
  Crowd crowd(seed, 10, "2000");
  if (crowd.fits_now()) {
    return true;
  }
  const auto eviction = crowd.answer();
  const auto least = crowd.least();
  return eviction.has_value() == least.has_value() &&
         (!eviction || crowd.price(*eviction) == *least);
}

// How much dearer the proposals of the domains alone are than the cheapest set: in all, and 1000
// where they are as cheap.
std::int64_t permille_of_least(std::uint64_t seeds) {
  Int128 proposed = 0;
  Int128 least = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Crowd crowd(seed, 10, "0");
    if (const auto eviction = crowd.fits_now() ? std::nullopt : crowd.answer()) {
      proposed += crowd.price(*eviction).gpu_time;
      least += crowd.least()->gpu_time;
    }
  }
  return static_cast<std::int64_t>(1000 * proposed / least);
}

}  // namespace

TEST_CASE("a job that never saves loses all that it did, and starts again") {
  CHECK(lost_seconds(since_zero(saving_every(0, 0)), 100) == 100);
  CHECK(lost_seconds(since_zero(saving_every(0, 7)), 100) == 107);
}

TEST_CASE("a job that saves loses what it did since, of its work and not of its time") {
  CHECK(lost_seconds(since_zero(saving_every(60, 0)), 100) == 40);
  CHECK(lost_seconds(since_zero(saving_every(60, 0)), 120) == 0);
  CHECK(lost_seconds(since_zero(saving_every(60, 0), 1, 30), 100) == 10);
  CHECK(lost_seconds(since_zero(saving_every(60, 20), 1, 60), 100) == 20 + 20);
}

TEST_CASE("a job that may not come back loses all its work") {
  CHECK(lost_seconds(since_zero(saving_every(60, 20, false), 1, 60), 100) == 140);
}

TEST_CASE("cheapest: no set of victims costs less, up to ten candidates") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    CHECK(brute_force_agrees(seed));
  }
}

TEST_CASE("cheapest: what domains propose by themselves is near the cheapest") {
  CHECK(permille_of_least(300) < 1100);
}
