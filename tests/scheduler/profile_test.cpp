#include "scheduler/profile.hpp"

#include <chrono>
#include <vector>

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "tests/scheduler/naive_profile.hpp"
#include "tests/scheduler/pictures.hpp"
#include "tests/scheduler/random_state.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

constexpr SimTime at(int seconds) { return SimTime{} + std::chrono::seconds(seconds); }

Request for_seconds(int seconds, const Shape& shape) {
  Request request = request_of(shape);
  request.estimate = std::chrono::seconds(seconds);
  return request;
}

class Twins {
 public:
  explicit Twins(std::uint64_t seed)
      : dice_(seed),
        fleet_(seed % 3 == 0 ? uniform(1 + dice_.below(20), 1) : random_fleet(dice_)),
        empty_(fleet_),
        placer_(dice_.one_in(3) ? contiguous() : best_fit()),
        profile_(fleet_, *placer_),
        twin_(fleet_, *placer_) {}

  void step() {
    now_ += Duration(dice_.below(5));
    profile_.advance(now_);
    if (dice_.one_in(3)) {
      give_back_any();
    }
    promise();
  }

 private:
  void promise() {
    Request request = request_of(random_shape(dice_));
    request.estimate = Duration(1 + dice_.below(30));
    if (profile_.counts() && request.shape.gpu_milli > 0) {
      return;
    }
    if (!placer_->fits(request, {empty_, now_, {}})) {
      return;
    }
    const Slot slot = profile_.earliest(request, {empty_, now_, {}}).value();
    const Slot expected = twin_.earliest(request, {}, now_);
    REQUIRE(slot.start == expected.start);
    REQUIRE(slot.end == expected.end);
    REQUIRE(slot.placement == expected.placement);
    profile_.take(request.shape, slot);
    twin_.take(request.shape, slot);
    taken_.emplace_back(request.shape, slot);
  }
  void give_back_any() {
    std::erase_if(taken_, [this](const auto& one) { return one.second.end <= now_; });
    if (taken_.empty()) {
      return;
    }
    std::swap(taken_[dice_.below(taken_.size())], taken_.back());
    const auto& [shape, slot] = taken_.back();
    const SimTime from = std::max(slot.start, now_);
    profile_.give_back(shape, slot, from);
    twin_.give_back(shape, slot, from);
    taken_.pop_back();
  }

  Dice dice_;
  Fleet fleet_;
  Occupancy empty_;
  std::unique_ptr<const Placer> placer_;
  Profile profile_;
  NaiveProfile twin_;
  std::vector<std::pair<Shape, Slot>> taken_;
  SimTime now_{};
};

}  // namespace

TEST_CASE("the earliest slot is the one that going through all slots afresh finds") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Twins twins(seed);
    for (int step = 0; step < 60; ++step) {
      twins.step();
    }
  }
}

TEST_CASE("a slot has room for the whole estimate, not only at its start") {
  const Fleet fleet = uniform(1, 4);
  const auto placer = first_fit();
  const Occupancy all(fleet);
  const View view{all, at(0), {}};
  Profile profile(fleet, *placer);
  profile.take(tasks(1, 3), {at(5), at(10), {{NodeId(0), 1, 0b0111}}});
  CHECK(profile.earliest(for_seconds(5, tasks(1, 2)), view)->start == at(0));
  CHECK(profile.earliest(for_seconds(6, tasks(1, 2)), view)->start == at(10));
  CHECK(profile.earliest(for_seconds(6, tasks(1, 1)), view)->placement[0].gpus == 0b1000);
}

TEST_CASE("nodes of one GPU are counted, unless the placer wants neighbours") {
  const Fleet fleet = uniform(3, 1);
  const auto any = first_fit();
  const auto neighbours = contiguous();
  CHECK(Profile(fleet, *any).counts());
  CHECK_FALSE(Profile(fleet, *neighbours).counts());
  CHECK_FALSE(Profile(uniform(3, 2), *any).counts());
}

TEST_CASE("a GPU is not promised twice at one time") {
  const Fleet fleet = uniform(1, 4);
  const auto placer = first_fit();
  Profile profile(fleet, *placer);
  profile.take(tasks(1, 1), {at(2), at(8), {{NodeId(0), 1, 1}}});
  profile.take(tasks(1, 1), {at(8), at(9), {{NodeId(0), 1, 1}}});
  CHECK_THROWS_AS(profile.take(tasks(1, 1), {at(7), at(8), {{NodeId(0), 1, 1}}}), InternalError);
}
