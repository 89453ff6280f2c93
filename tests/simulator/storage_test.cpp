// Storage that several write to at a time, and its twin, which gives each writer its share.
#include "simulator/storage.hpp"

#include <cstdint>
#include <map>
#include <vector>

#include <doctest/doctest.h>

#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr std::int64_t gb = 1'000'000'000;

// Everybody's rest, writer by writer.
class StorageTwin {
 public:
  explicit StorageTwin(std::int64_t bytes_per_s) : bytes_per_s_(bytes_per_s) {}
  void go_on(SimTime now) {
    const Int128 nanoseconds = (now - now_).count();
    for (auto& [job, left] : left_) {
      left -= nanoseconds * bytes_per_s_ / static_cast<std::int64_t>(left_.size());
    }
    now_ = now;
  }
  void begin(JobId job, std::int64_t bytes) { left_[job] = Int128{bytes} * gb; }
  void abandon(JobId job) { left_.erase(job); }
  // Those with nothing left.
  std::vector<JobId> take_done() {
    std::vector<JobId> done;
    for (const auto& [job, left] : left_) {
      if (left <= 0) {
        done.push_back(job);
      }
    }
    for (const JobId job : done) {
      left_.erase(job);
    }
    return done;
  }

 private:
  std::int64_t bytes_per_s_;
  std::map<JobId, Int128> left_;
  SimTime now_{};
};

// So many steps of a random life of storage: when who was done, by it and by its twin.
struct Lives {
  std::vector<JobId> by_storage;
  std::vector<JobId> by_twin;
};

Lives live(std::uint64_t seed) {
  Dice dice(seed, 120);
  const std::int64_t bandwidth = dice.between(1, 1000) * std::int64_t{7'919};
  SharedStorage storage(bandwidth);
  StorageTwin twin(bandwidth);
  Lives lives;
  SimTime now{};
  const auto settle = [&] {
    const auto done = storage.take_done(now);
    twin.go_on(now);
    const auto same = twin.take_done();
    lives.by_storage.insert(lives.by_storage.end(), done.begin(), done.end());
    lives.by_twin.insert(lives.by_twin.end(), same.begin(), same.end());
  };
  for (int step = 0; step < 300; ++step) {
    SimTime until = now + Duration(std::int64_t{dice.between(0, 1'000'000)} * 997);
    for (auto next = storage.next(); next && *next <= until; next = storage.next()) {
      now = *next;
      settle();
    }
    now = until;
    settle();
    const JobId job(dice.between(0, 20));
    if (!storage.writes(job)) {
      const std::int64_t bytes = dice.between(1, 3'000'000);
      storage.begin(job, bytes, now);
      twin.begin(job, bytes);
    } else if (dice.percent(30)) {
      storage.abandon(job, now);
      twin.abandon(job);
    }
  }
  return lives;
}

}  // namespace

TEST_CASE("who writes alone has all of the bandwidth, two have half of it each") {
  SharedStorage storage(5 * gb);
  storage.begin(JobId(1), 20 * gb, at(0));
  CHECK(storage.next() == at(4));
  storage.begin(JobId(2), 5 * gb, at(2));
  // 10 GB are left of one and 5 GB of the other, at 2.5 GB/s each.
  CHECK(storage.next() == at(4));
  CHECK(storage.take_done(at(4)) == std::vector{JobId(2)});
  CHECK(storage.next() == at(5));
  CHECK(storage.take_done(at(5)) == std::vector{JobId(1)});
  CHECK_FALSE(storage.next().has_value());
}

TEST_CASE("who stops writing leaves its share to the others, and begins anew") {
  SharedStorage storage(2 * gb);
  storage.begin(JobId(1), 10 * gb, at(0));
  storage.begin(JobId(2), 10 * gb, at(0));
  storage.abandon(JobId(2), at(5));
  CHECK_FALSE(storage.writes(JobId(2)));
  CHECK(storage.next() == at(7.5));
}

TEST_CASE("those who write together are done when their twins are, to the nanosecond") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    const Lives lives = live(seed);
    CHECK_FALSE(lives.by_storage.empty());
    CHECK(lives.by_storage == lives.by_twin);
  }
}
