// The head guarantee: with exact estimates nobody who overtakes delays the first waiting job past
// the start that it was promised when it had become the first, nor does that promise move back. 200
// random worlds for each policy that promises anything.
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

#include <doctest/doctest.h>

#include "simulator/simulation.hpp"
#include "tests/scheduler/slurm_options.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

enum class Order { fifo, priority };
// Whose promises a head is held to: those that it was told of as the head, or all.
enum class Promising { to_heads, to_everyone };

// Books of its own: who waits, who is first of them, and what that one was promised as the first.
class HeadGuarantee final : public Sink {
 public:
  HeadGuarantee(Order order, Promising promising) : order_(order), promising_(promising) {}

  void on(SimTime now, const Record& record) override {
    const bool plan_follows =
        std::holds_alternative<Submitted>(record) || std::holds_alternative<Ended>(record);
    if (plan_follows && promising_ == Promising::to_heads) {
      told_.clear();
    }
    if (const auto* submitted = std::get_if<Submitted>(&record)) {
      waiting_[rank(submitted->job)] = submitted->job.sequence;
    } else if (const auto* promised = std::get_if<Promised>(&record)) {
      told_[promised->job.sequence] = {now, promised->by};
      hear(promised->job, promised->by);
    } else if (const auto* started = std::get_if<Started>(&record)) {
      start(now, started->job);
    }
    if (waiting_.empty() || waiting_.begin()->second != head_) {
      head_ = waiting_.empty() ? 0 : waiting_.begin()->second;
      // A plan tells of its promises before its starts.
      const auto told = told_.find(head_);
      const bool holds =
          told != told_.end() && (told->second.when == now || promising_ == Promising::to_everyone);
      promise_ = holds ? std::optional(told->second.by) : std::nullopt;
    }
  }

  std::string broken;
  int kept = 0;      // promises to a head, by which it started
  int overtook = 0;  // starts of others meanwhile

 private:
  using Rank = std::tuple<std::int64_t, SimTime, std::uint64_t>;
  [[nodiscard]] Rank rank(const LiveJob& live) const {
    const std::int64_t key = order_ == Order::priority ? -std::int64_t{live.job.priority} : 0;
    return {key, live.job.submit, live.sequence};
  }
  void hear(const LiveJob& live, SimTime by) {
    if (live.sequence != head_) {
      return;
    }
    demand(!promise_ || by <= *promise_, live, "was promised a later start than before");
    promise_ = by;
  }
  void start(SimTime now, const LiveJob& live) {
    if (live.sequence == head_) {
      demand(!promise_ || now <= *promise_, live, "started later than it was promised");
      kept += promise_ ? 1 : 0;
    } else {
      overtook += promise_ ? 1 : 0;
    }
    waiting_.erase(rank(live));
  }
  void demand(bool is, const LiveJob& live, const char* what) {
    if (!is && broken.empty()) {
      broken = "job " + std::to_string(live.sequence) + " " + what;
    }
  }

  struct Told {
    SimTime when{};
    SimTime by{};
  };
  Order order_;
  Promising promising_;
  std::map<std::uint64_t, Told> told_;  // by sequence
  std::map<Rank, std::uint64_t> waiting_;
  std::uint64_t head_ = 0;
  std::optional<SimTime> promise_;
};

using testing::MakeBackfill;
using testing::slurm_with;

struct Seen {
  int kept = 0;
  int overtook = 0;
};

Seen run_world(std::uint64_t seed, const MakeBackfill& make, Promising promising) {
  constexpr std::array placers{first_fit, best_fit, worst_fit, berth::random, contiguous};
  const Order order = seed % 2 == 0 ? Order::fifo : Order::priority;
  Policy policy;
  policy.order = order == Order::fifo ? fifo() : priority();
  policy.placer = placers[seed / 2 % placers.size()]();
  policy.backfill = make();
  policy.planning = seed / 10 % 2 == 0 ? Planning::per_event : Planning::per_instant;
  policy.estimates = {Estimates::Kind::exact, 1.0};
  const Fleet fleet = random_fleet(seed);
  ListSource source(random_jobs(seed, fleet));
  HeadGuarantee guarantee(order, promising);
  Simulation(fleet, source, policy, {RunKey{seed}, std::nullopt}, {&guarantee}).run();
  CHECK(guarantee.broken == "");
  return {guarantee.kept, guarantee.overtook};
}

// True when there was something to keep.
bool keeps_to_heads(const MakeBackfill& make, Promising promising = Promising::to_heads) {
#ifdef BERTH_NIGHTLY
  constexpr std::uint64_t last = 5'000;
#else
  constexpr std::uint64_t last = 200;
#endif
  Seen all;
  for (std::uint64_t seed = 1; seed <= last; ++seed) {
    CAPTURE(seed);
    const Seen one = run_world(seed, make, promising);
    all.kept += one.kept;
    all.overtook += one.overtook;
  }
  return all.kept > 1000 && all.overtook > 200;
}

}  // namespace

TEST_CASE("head guarantee: EASY delays no head, whatever the order of its scan") {
  CHECK(keeps_to_heads([] { return easy(nullptr); }));
  CHECK(keeps_to_heads([] { return easy(shortest_estimate()); }));
  CHECK(keeps_to_heads([] { return easy(smallest_first()); }));
  CHECK(keeps_to_heads([] { return easy(priority()); }));
}

TEST_CASE("head guarantee: conservative backfill delays no head") {
  CHECK(keeps_to_heads(conservative, Promising::to_everyone));
}

TEST_CASE("head guarantee: Slurm's backfill delays no head between its cycles") {
  CHECK(keeps_to_heads(slurm_with(0, 1s, 1s)));
  CHECK(keeps_to_heads(slurm_with(1, 1s, 1s)));
  CHECK(keeps_to_heads(slurm_with(0, 30s, 60s)));
}
