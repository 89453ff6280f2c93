#include "simulator/accounts.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

using std::chrono::seconds;

constexpr std::int64_t second = 1'000'000'000;

// A job that held so many GPUs and kept all its work; its GPU time inside the window.
Int128 kept(Accounts& accounts, SimTime start, SimTime now, std::uint64_t gpus) {
  const Duration before = std::min(std::max(accounts.from() - start, Duration{}), now - start);
  Worked worked;
  worked.before.work = before;
  worked.all.work = worked.kept = now - start;
  return accounts.stopped(start, now, gpus, worked).held;
}

// It starts up for one second, works, and keeps so much of its work.
Worked stint(Duration before, Duration all, Duration kept) {
  const auto spent = [](Duration length) {
    const Duration startup = std::min(length, Duration(seconds(1)));
    return Spent{startup, length - startup, {}};
  };
  return {spent(before), spent(all), kept, Loss::redone};
}

}  // namespace

TEST_CASE("productive and lost GPU time add up to the capacity, to the nanosecond") {
  Accounts accounts(10, SimTime{});
  accounts.submitted(at(0));
  accounts.started(at(1), 4);
  accounts.started(at(2), 6);
  kept(accounts, at(1), at(3), 4);
  accounts.stopped(at(2), at(5), 6, {{}, {{}, seconds(3), {}}, {}, Loss::timed_out});
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
  CHECK(kept(accounts, at(0), at(5), 1) == 0);
  CHECK(kept(accounts, at(0), at(12), 1) == 2 * second);
  const GpuTime time = accounts.finish(at(20));
  CHECK(time.capacity == 20 * second);
  CHECK(time.productive == 2 * second);
  CHECK(time.lost_to(Loss::idle) == 18 * second);
}

TEST_CASE("a run that ends before its warm-up has no capacity") {
  Accounts accounts(2, at(10));
  accounts.submitted(at(0));
  accounts.started(at(0), 2);
  kept(accounts, at(0), at(4), 2);
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
  kept(accounts, SimTime{}, end, 4'000'000);
  CHECK(accounts.finish(end).productive == Int128{4'000'000} * longest_duration.count());
}

TEST_CASE("the accounts refuse records that cannot be true") {
  Accounts accounts(4, SimTime{});
  accounts.submitted(at(0));
  accounts.started(at(2), 3);
  CHECK_THROWS_AS(accounts.started(at(2), 2), InternalError);                 // more than there are
  CHECK_THROWS_AS(kept(accounts, at(2), at(1), 3), InternalError);            // the clock goes back
  CHECK_THROWS_AS(kept(accounts, at(2), at(3), 4), InternalError);            // more than are held
  CHECK_THROWS_AS(static_cast<void>(accounts.finish(at(9))), InternalError);  // a job goes on
}

TEST_CASE("a job that says it held GPUs for longer than it did is found out") {
  Accounts accounts(4, SimTime{});
  accounts.submitted(at(0));
  accounts.started(at(2), 3);
  kept(accounts, at(1), at(3), 3);
  CHECK_THROWS_AS(static_cast<void>(accounts.finish(at(9))), InternalError);
}

TEST_CASE("a job that yields starts up, keeps what its checkpoint keeps, and loses the rest") {
  Accounts accounts(2, SimTime{});
  accounts.submitted(at(0));
  accounts.started(at(0), 2);
  accounts.stopped(at(0), at(10), 2, stint({}, seconds(10), seconds(6)));
  accounts.forfeit(Loss::redone, 4 * second);
  const GpuTime time = accounts.finish(at(10));
  CHECK(time.lost_to(Loss::restart) == 2 * second);
  CHECK(time.productive == (12 - 4) * second);
  CHECK(time.lost_to(Loss::redone) == (6 + 4) * second);
}

TEST_CASE("of a job that yields after the warm-up only the part inside the window counts") {
  Accounts accounts(1, at(4));
  accounts.submitted(at(0));
  accounts.started(at(0), 1);
  accounts.stopped(at(0), at(10), 1, stint(seconds(4), seconds(10), seconds(6)));
  const GpuTime time = accounts.finish(at(10));
  CHECK(time.lost_to(Loss::restart) == 0);
  CHECK(time.productive == 3 * second);
  CHECK(time.lost_to(Loss::redone) == 3 * second);
}

TEST_CASE("a job that stands still after a failure is lost to its detection, in the window only") {
  Accounts accounts(1, at(4));
  accounts.submitted(at(0));
  accounts.started(at(0), 1);
  Worked worked = stint(seconds(3), seconds(3), seconds(2));
  worked.hung = at(3);
  accounts.stopped(at(0), at(10), 1, worked);
  const GpuTime time = accounts.finish(at(10));
  CHECK(time.lost_to(Loss::detection) == 6 * second);
  CHECK(time.productive == 0);
}

TEST_CASE("free GPUs that go out of service are lost to what keeps them out") {
  Accounts accounts(4, at(1));
  accounts.submitted(at(0));
  accounts.withdraw(at(0), Loss::down, 3);
  accounts.withdraw(at(3), Loss::down, -2);
  accounts.withdraw(at(3), Loss::testing, 2);
  CHECK_THROWS_AS(accounts.withdraw(at(4), Loss::down, -2), InternalError);
  CHECK_THROWS_AS(accounts.withdraw(at(4), Loss::down, 2), InternalError);
  const GpuTime time = accounts.finish(at(5));
  CHECK(time.lost_to(Loss::down) == (2 * 3 + 2 * 1) * second);
  CHECK(time.lost_to(Loss::testing) == 2 * 2 * second);
  CHECK(time.lost_to(Loss::idle) == 4 * second);
  CHECK(time.available == 4 * second);
}

TEST_CASE("free GPUs that the first job cannot use are fragmentation while they are") {
  Accounts accounts(4, SimTime{});
  accounts.submitted(at(0));
  accounts.free_is(at(2), Loss::fragmentation);
  accounts.free_is(at(5), Loss::idle);
  const GpuTime time = accounts.finish(at(6));
  CHECK(time.lost_to(Loss::fragmentation) == 4 * 3 * second);
  CHECK(time.lost_to(Loss::idle) == 4 * 3 * second);
  CHECK(time.available == time.capacity);
}

TEST_CASE("a virtual machine takes its part of the work that was kept") {
  Accounts accounts(1, SimTime{}, 150'000);
  accounts.submitted(at(0));
  accounts.started(at(0), 1);
  kept(accounts, at(0), at(10), 1);
  const GpuTime time = accounts.finish(at(10));
  CHECK(time.lost_to(Loss::virtualization) == 3 * second / 2);
  CHECK(time.productive == 17 * second / 2);
}
