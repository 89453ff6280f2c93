#include "scheduler/steps.hpp"

#include <map>

#include <doctest/doctest.h>

#include "tests/cluster/fleets.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

constexpr SimTime moment(std::int64_t ticks) { return SimTime{Duration(ticks)}; }

// The same as a number for every moment.
class NaiveSteps {
 public:
  static constexpr std::int64_t moments = 3000;
  explicit NaiveSteps(std::int64_t value) : value_(static_cast<std::size_t>(moments) + 1, value) {}
  void advance(std::int64_t now) { now_ = now; }
  void add(std::int64_t from, std::int64_t to, std::int64_t change) {
    for (auto t = from; t < to; ++t) {
      value_[index(t)] += change;
    }
  }
  [[nodiscard]] std::int64_t at(std::int64_t t) const { return value_[index(t)]; }
  [[nodiscard]] std::int64_t most(std::int64_t from, std::int64_t to) const {
    std::int64_t most = at(from);
    for (auto t = from; t < to; ++t) {
      most = std::max(most, at(t));
    }
    return most;
  }
  template <class Is>
  [[nodiscard]] SimTime first(std::int64_t from, const Is& is) const {
    for (auto t = from; t < moments; ++t) {
      if (is(at(t))) {
        return moment(t);
      }
    }
    return never;
  }
  [[nodiscard]] Steps::Stretch stretch(std::int64_t value, std::int64_t length,
                                       std::int64_t t) const {
    const auto enough = [value](std::int64_t other) { return other >= value; };
    const auto too_little = [value](std::int64_t other) { return other < value; };
    for (;;) {
      const SimTime from = first(t, enough);
      const SimTime past =
          from == never ? never : first(from.time_since_epoch().count(), too_little);
      if (past == never || past - from >= Duration(length)) {
        return {from, past};
      }
      t = past.time_since_epoch().count();
    }
  }
  [[nodiscard]] SimTime at_least_since(std::int64_t value, std::int64_t t) const {
    while (t > now_ && at(t - 1) >= value) {
      --t;
    }
    return moment(t);
  }
  [[nodiscard]] std::size_t size() const {
    std::size_t steps = 1;
    for (auto t = now_ + 1; t < moments; ++t) {
      steps += at(t) != at(t - 1) ? std::size_t{1} : 0;
    }
    return steps;
  }

 private:
  static std::size_t index(std::int64_t t) { return static_cast<std::size_t>(t); }
  std::vector<std::int64_t> value_;
  std::int64_t now_ = 0;
};

// Many small changes, a few large ones, and questions in between.
void walk(std::uint64_t seed, int changes) {
  CAPTURE(seed);
  Dice dice(seed);
  Steps steps(20);
  NaiveSteps naive(20);
  std::int64_t now = 0;
  const auto time = [&] { return now + dice.below(static_cast<std::uint64_t>(2900 - now)); };
  const std::uint32_t longest = dice.one_in(2) ? 40 : 600;
  for (int i = 0; i < changes; ++i) {
    if (dice.one_in(8)) {
      now = std::min<std::int64_t>(2000, now + dice.below(30));
      steps.advance(moment(now));
      naive.advance(now);
    }
    const auto from = time();
    const auto to = std::min<std::int64_t>(2900, from + dice.below(longest));
    const std::int64_t change = std::int64_t{dice.below(7)} - 3;
    steps.add(moment(from), moment(to), change);
    naive.add(from, to, change);
    const auto asked = time();
    const std::int64_t value = 10 + std::int64_t{dice.below(20)};
    REQUIRE(steps.size() == naive.size());
    REQUIRE(steps.at(moment(asked)) == naive.at(asked));
    REQUIRE(steps.most(moment(asked), moment(asked + 50)) == naive.most(asked, asked + 50));
    REQUIRE(steps.first_at_least(value, moment(asked)) ==
            naive.first(asked, [&](auto other) { return other >= value; }));
    REQUIRE(steps.first_below(value, moment(asked)) ==
            naive.first(asked, [&](auto other) { return other < value; }));
    const std::int64_t length = 1 + std::int64_t{dice.below(60)};
    const auto stretch = steps.stretch(value, Duration(length), moment(asked));
    REQUIRE(stretch.from == naive.stretch(value, length, asked).from);
    REQUIRE(stretch.past == naive.stretch(value, length, asked).past);
    REQUIRE(steps.at_least_since(naive.at(asked), moment(asked)) ==
            naive.at_least_since(naive.at(asked), asked));
  }
}

}  // namespace

TEST_CASE("steps say what a number for every moment says") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    walk(seed, 600);
  }
}

TEST_CASE("a change ends where it ends, and equal steps are one") {
  Steps steps(4);
  steps.add(moment(2), moment(8), -3);
  CHECK(steps.size() == 3);
  CHECK(steps.at(moment(1)) == 4);
  CHECK(steps.at(moment(2)) == 1);
  CHECK(steps.at(moment(8)) == 4);
  steps.add(moment(2), moment(5), 3);
  CHECK(steps.first_below(4, moment(0)) == moment(5));
  steps.add(moment(5), moment(8), 3);
  CHECK(steps.size() == 1);
}

TEST_CASE("what never comes is never") {
  const Steps steps(4);
  CHECK(steps.first_at_least(5, moment(0)) == never);
  CHECK(steps.first_below(4, moment(7)) == never);
  CHECK(steps.at_least_since(4, moment(7)) == moment(0));
}
