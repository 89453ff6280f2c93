#include "simulator/accounts.hpp"

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr std::int64_t second = 1'000'000'000;

}  // namespace

TEST_CASE("productive and lost GPU time add up to the capacity, to the nanosecond") {
  Accounts accounts(10, SimTime{});
  accounts.submitted(at(0));
  accounts.started(at(1), 4);
  accounts.started(at(2), 6);
  accounts.kept(at(1), at(3), 4);
  accounts.lost(Loss::timed_out, at(2), at(5), 6);
  const GpuTime time = accounts.finish(at(7));
  CHECK(time.capacity == 70 * second);
  CHECK(time.available == 70 * second);
  CHECK(time.allocated == 26 * second);
  CHECK(time.productive == 8 * second);
  CHECK(time.lost_to(Loss::timed_out) == 18 * second);
  CHECK(time.lost_to(Loss::idle) == 44 * second);
}

TEST_CASE("the window of the accounts opens with the first submission") {
  Accounts accounts(2, SimTime{});
  accounts.submitted(at(100));
  accounts.submitted(at(105));
  CHECK(accounts.finish(at(110)).capacity == 20 * second);
}

TEST_CASE("a job that runs across the end of the warm-up counts with its part inside") {
  Accounts accounts(2, at(10));
  accounts.submitted(at(0));
  accounts.started(at(0), 1);
  accounts.started(at(0), 1);
  CHECK(accounts.kept(at(0), at(5), 1) == 0);
  CHECK(accounts.kept(at(0), at(12), 1) == 2 * second);
  const GpuTime time = accounts.finish(at(20));
  CHECK(time.capacity == 20 * second);
  CHECK(time.productive == 2 * second);
  CHECK(time.lost_to(Loss::idle) == 18 * second);
}

TEST_CASE("a run that ends before its warm-up has no capacity") {
  Accounts accounts(2, at(10));
  accounts.submitted(at(0));
  accounts.started(at(0), 2);
  accounts.kept(at(0), at(4), 2);
  const GpuTime time = accounts.finish(at(4));
  CHECK(time.capacity == 0);
  CHECK(time.productive == 0);
}

TEST_CASE("a fleet to which nobody comes is idle throughout") {
  Accounts accounts(8, SimTime{});
  CHECK(accounts.finish(at(3)).lost_to(Loss::idle) == 24 * second);
}

TEST_CASE("the accounts of a large fleet over a century do not overflow") {
  Accounts accounts(4'000'000, SimTime{});
  accounts.submitted(SimTime{});
  accounts.started(SimTime{}, 4'000'000);
  const SimTime end{longest_duration};
  accounts.kept(SimTime{}, end, 4'000'000);
  CHECK(accounts.finish(end).productive == Int128{4'000'000} * longest_duration.count());
}

TEST_CASE("the accounts refuse records that cannot be true") {
  Accounts accounts(4, SimTime{});
  accounts.submitted(at(0));
  accounts.started(at(2), 3);
  CHECK_THROWS_AS(accounts.started(at(2), 2), InternalError);                 // more than there are
  CHECK_THROWS_AS(accounts.kept(at(2), at(1), 3), InternalError);             // the clock goes back
  CHECK_THROWS_AS(accounts.kept(at(2), at(3), 4), InternalError);             // more than are held
  CHECK_THROWS_AS(static_cast<void>(accounts.finish(at(9))), InternalError);  // a job goes on
}

TEST_CASE("a job that says it held GPUs for longer than it did is found out") {
  Accounts accounts(4, SimTime{});
  accounts.submitted(at(0));
  accounts.started(at(2), 3);
  accounts.kept(at(1), at(3), 3);
  CHECK_THROWS_AS(static_cast<void>(accounts.finish(at(9))), InternalError);
}
