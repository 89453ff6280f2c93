#include "scheduler/forecast.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "tests/scheduler/pictures.hpp"
#include "tests/scheduler/random_state.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

struct Running {
  Request request;
  Placement placement;
  SimTime end{};
};

// Jobs come and go on a fleet; the forecast and a list that is gone through afresh are told.
class Twins {
 public:
  explicit Twins(std::uint64_t seed)
      : dice_(seed),
        fleet_(random_fleet(dice_)),
        now_(fleet_),
        scopes_(fleet_.nodes()),
        forecast_(fleet_, scopes_) {
    placer_ = dice_.one_in(3) ? contiguous() : best_fit();
  }

  void step() {
    time_ += Duration(dice_.below(5));
    end_what_is_due();
    if (dice_.one_in(4) && !running_.empty()) {
      end(std::next(running_.begin(), dice_.below(running_.size()))->first);
    }
    if (!dice_.one_in(5)) {
      start();
    }
    if (dice_.one_in(3)) {
      ask();
    }
  }

 private:
  void start() {
    Request request = request_of(random_shape(dice_));
    request.id = JobId(next_++);
    if (const auto placement = placer_->place(request, {now_, time_, {}})) {
      const SimTime end = time_ + Duration(1 + dice_.below(40));
      now_.take(request.shape, *placement);
      forecast_.started(request, *placement, end);
      running_[request.id] = {request, *placement, end};
    }
  }
  void end(JobId job) {
    const Running& gone = running_.at(job);
    now_.give_back(gone.request.shape, gone.placement);
    forecast_.ended(job);
    running_.erase(job);
  }
  void end_what_is_due() {
    std::vector<JobId> due;
    for (const auto& [job, running] : running_) {
      if (running.end <= time_) {
        due.push_back(job);
      }
    }
    for (const JobId job : due) {
      end(job);
    }
  }

  void fill_at(Occupancy& index, SimTime at) const {
    for (const auto& [job, running] : running_) {
      if (running.end > at) {
        index.take(running.request.shape, running.placement);
      }
    }
  }
  [[nodiscard]] SimTime naive_fit(const Request& request) const {
    std::set<SimTime> ends;
    for (const auto& [job, running] : running_) {
      ends.insert(running.end);
    }
    for (const SimTime at : ends) {
      Occupancy index(fleet_);
      fill_at(index, at);
      if (placer_->fits(request, {index, at, {}})) {
        return at;
      }
    }
    return never;
  }
  void ask() {
    const Request request = request_of(random_shape(dice_));
    if (placer_->fits(request, {now_, time_, {}})) {
      return;  // nobody asks when a job that does not wait could start
    }
    const SimTime at = forecast_.move_to_fit({request, *placer_, {}});
    REQUIRE(at == naive_fit(request));
    if (at != never) {
      compare(request, at);
    }
  }
  void compare(const Request& request, SimTime at) {
    Occupancy index(fleet_);
    fill_at(index, at);
    for (std::uint32_t i = 0; i < fleet_.nodes(); ++i) {
      const NodeId node(i);
      REQUIRE(forecast_.future().free(node) == index.free(node));
      REQUIRE(forecast_.future().free_cpu_milli(node) == index.free_cpu_milli(node));
    }
    const Request other = request_of(random_shape(dice_));
    if (const auto placement = placer_->place(other, {index, at, {}})) {
      index.take(other.shape, *placement);
      REQUIRE(forecast_.fits_beside({request, *placer_, {}}, other, *placement) ==
              placer_->fits(request, {index, at, {}}));
    }
  }

  Dice dice_;
  Fleet fleet_;
  Occupancy now_;
  Scopes scopes_;
  Forecast forecast_;
  std::unique_ptr<const Placer> placer_;
  std::map<JobId, Running> running_;
  SimTime time_{};
  std::uint32_t next_ = 0;
};

}  // namespace

TEST_CASE("a job's earliest start is the one that going through all ends afresh finds") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Twins twins(seed);
    for (int step = 0; step < 200; ++step) {
      twins.step();
    }
  }
}

TEST_CASE("a job that even an empty fleet has no room for starts never") {
  const Fleet fleet = uniform(2, 8);
  const Scopes scopes(fleet.nodes());
  Forecast forecast(fleet, scopes);
  CHECK(forecast.move_to_fit({request_of(tasks(3, 8)), *first_fit(), {}}) == never);
}

TEST_CASE("a job past its expected end is expected to need an eighth longer, a minute at least") {
  FleetBuilder builder;
  builder.add_node("n", {1, 0, 0, ""});
  const Fleet fleet = builder.build();
  const auto placer = first_fit();
  const Scopes scopes(fleet.nodes());
  Forecast forecast(fleet, scopes);
  Request job;
  job.id = JobId(0);
  job.shape = {1, 1, 0, 0};
  job.estimate = std::chrono::minutes(80);
  const SimTime end = SimTime{} + job.estimate;
  forecast.started(job, {{NodeId(0), 1, 1}}, end);
  CHECK(forecast.move_to_fit({job, *placer, {}}) == end);
  CHECK_FALSE(forecast.overrun(end - Duration(1)));
  CHECK(forecast.overrun(end));
  forecast.expect_longer(end);
  CHECK_FALSE(forecast.overrun(end));
  CHECK(forecast.move_to_fit({job, *placer, {}}) == end + std::chrono::minutes(10));
  forecast.ended(job.id);
  job.estimate = std::chrono::seconds(8);
  forecast.started(job, {{NodeId(0), 1, 1}}, SimTime{} + job.estimate);
  forecast.expect_longer(SimTime{} + job.estimate);
  CHECK(forecast.move_to_fit({job, *placer, {}}) == SimTime{} + std::chrono::seconds(68));
}
