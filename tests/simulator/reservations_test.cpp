// Reservations worked out by hand, what is wrong with some, and a law over random worlds: in a
// window nobody runs on nodes of a reservation but the jobs that it is for.
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "simulator/sinks/event_log.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/laws.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;
using berth::testing::error_of;
using berth::testing::list;
using berth::testing::map;
using berth::testing::Value;

namespace {

using Entries = std::vector<std::pair<std::string, Value>>;

Value maintenance(const char* start, const char* duration, const char* nodes) {
  return map({{"name", "maint"},
              {"start", start},
              {"duration", duration},
              {"nodes", nodes},
              {"flags", "maint"}});
}
Value course(const char* start, const char* duration, const char* nodes) {
  return map({{"name", "course"},
              {"start", start},
              {"duration", duration},
              {"nodes", nodes},
              {"users", "ann"}});
}

Policy with(std::vector<Value> reservations, const char* backfill = "none",
            const char* preemption = "none") {
  const SettingsTree config = testing::tree(
      map({{"placer", "first_fit"},
           {"backfill", backfill},
           {"preemption", preemption},
           {"admission",
            map({{"kind", "reservations"}, {"reservations", list(std::move(reservations))}})}}));
  return make_policy(config.root());
}

Job of_course(Job one, TenantId tenant = TenantId(0)) {
  Terms terms;
  terms.reservation = "course";
  one.terms = std::make_shared<const Terms>(std::move(terms));
  one.tenant = tenant;
  return one;
}

Job limited(Job one, int seconds) {
  one.limit = std::chrono::seconds(seconds);
  return one;
}

// What happened but for submissions, on nodes of one GPU. Tenant 0 is ann, 1 is bob.
std::string told(std::uint32_t nodes, std::vector<Job> jobs, Policy policy) {
  const Fleet fleet = plain_fleet(nodes, 1);
  ListSource source(std::move(jobs));
  StringOut out;
  const auto log = event_log(out, fleet, Sources::one);
  Catalog catalog;
  catalog.tenants.id("ann");
  catalog.tenants.id("bob");
  RunOptions options;
  options.catalog = &catalog;
  Simulation(fleet, source, policy, options, {log.get()}).run();
  std::string rest;
  std::istringstream lines(out.written);
  for (std::string line; std::getline(lines, line);) {
    rest += line.find(" submit ") == std::string::npos ? line + "\n" : "";
  }
  return rest;
}

std::string refused(std::vector<Value> reservations) {
  return error_of([&] { told(4, {job(1, 0, 1, 1)}, with(std::move(reservations))); });
}

}  // namespace

TEST_CASE("before maintenance a node is given only to jobs that end in time") {
  CHECK(told(1, {job(1, 0, 1, 20), job(2, 0, 1, 10)},
             with({maintenance("15s", "5s", "n1")}, "easy")) ==
        "          0s  promise  job 1       to start by 20s\n"
        "          0s  start    job 2       n1:0\n"
        "         10s  end      job 2       completed after 10s\n"
        "         20s  start    job 1       n1:0\n"
        "         40s  end      job 1       completed after 20s\n");
}

TEST_CASE("who would run into maintenance runs on other nodes") {
  CHECK(told(2, {job(1, 0, 1, 20), job(2, 0, 1, 10)}, with({maintenance("15s", "5s", "n1")})) ==
        "          0s  start    job 1       n2:0\n"
        "          0s  start    job 2       n1:0\n"
        "         10s  end      job 2       completed after 10s\n"
        "         20s  end      job 1       completed after 20s\n");
}

TEST_CASE("jobs of a reservation run on its nodes, inside its window") {
  CHECK(told(2, {of_course(job(1, 0, 1, 5)), of_course(job(2, 0, 1, 5)), job(3, 0, 1, 30)},
             with({course("10s", "10s", "n2")})) ==
        "          0s  start    job 3       n1:0\n"
        "         10s  start    job 1       n2:0\n"
        "         15s  end      job 1       completed after 5s\n"
        "         15s  start    job 2       n2:0\n"
        "         20s  end      job 2       completed after 5s\n"
        "         30s  end      job 3       completed after 30s\n");
}

TEST_CASE("jobs of a flexible reservation start before it, end after it and run elsewhere, too") {
  Value flexible = course("10s", "10s", "n2");
  flexible.entries.emplace_back("flags", Value("flex"));
  CHECK(told(2, {of_course(job(1, 0, 2, 15)), job(2, 1, 2, 5), of_course(job(3, 1, 1, 30))},
             with({flexible})) ==
        "          0s  start    job 1       n[1-2]:0\n"
        "         15s  end      job 1       completed after 15s\n"
        "         20s  start    job 2       n[1-2]:0\n"
        "         25s  end      job 2       completed after 5s\n"
        "         25s  start    job 3       n1:0\n"
        "         55s  end      job 3       completed after 30s\n");
}

TEST_CASE("a job that would not end in this window waits for the next one") {
  Value daily = course("10s", "10s", "n1");
  daily.entries.emplace_back("every", Value("1m"));
  daily.entries.emplace_back("times", Value("2"));
  CHECK(told(1, {of_course(job(1, 0, 1, 6)), of_course(job(2, 0, 1, 6))}, with({daily})) ==
        "         10s  start    job 1       n1:0\n"
        "         16s  end      job 1       completed after 6s\n"
        "       1m10s  start    job 2       n1:0\n"
        "       1m16s  end      job 2       completed after 6s\n");
}

TEST_CASE("a reservation by number takes the lowest nodes that are not reserved at that time") {
  Value other = maintenance("10s", "10s", "n1");
  CHECK(told(3, {of_course(job(1, 0, 1, 10))}, with({other, course("10s", "10s", "1")})) ==
        "         10s  start    job 1       n2:0\n"
        "         20s  end      job 1       completed after 10s\n");
}

TEST_CASE("a job that can never run in the reservation that it names is rejected with the reason") {
  Job nowhere = of_course(job(3, 0, 1, 5));
  Terms terms;
  terms.reservation = "picnic";
  nowhere.terms = std::make_shared<const Terms>(std::move(terms));
  CHECK(told(2,
             {of_course(job(1, 0, 1, 5), TenantId(1)), of_course(job(2, 0, 1, 11)), nowhere,
              of_course(job(4, 0, 2, 5))},
             with({course("10s", "10s", "n2")})) ==
        "          0s  reject   job 1       may not use the reservation 'course'\n"
        "          0s  reject   job 2       may run longer than the reservation 'course' lasts\n"
        "          0s  reject   job 3       names the reservation 'picnic', which there is not\n"
        "          0s  reject   job 4       does not fit the nodes that it may use, empty\n");
}

TEST_CASE("EASY promises the first waiting job no start that a reservation forbids") {
  CHECK(told(1, {job(1, 0, 1, 10), job(2, 0, 1, 10), job(3, 1, 1, 3)},
             with({maintenance("15s", "5s", "n1")}, "easy")) ==
        "          0s  promise  job 2       to start by 20s\n"
        "          0s  start    job 1       n1:0\n"
        "         10s  end      job 1       completed after 10s\n"
        "         10s  start    job 3       n1:0\n"
        "         13s  end      job 3       completed after 3s\n"
        "         20s  start    job 2       n1:0\n"
        "         30s  end      job 2       completed after 10s\n");
}

TEST_CASE(
    "a running job that ends before maintenance is left alone when all jobs are placed afresh") {
  CHECK(told(1, {job(1, 0, 1, 12), job(2, 5, 1, 10)},
             with({maintenance("15s", "5s", "n1")}, "none", "afresh")) ==
        "          0s  start    job 1       n1:0\n"
        "         12s  end      job 1       completed after 12s\n"
        "         20s  start    job 2       n1:0\n"
        "         30s  end      job 2       completed after 10s\n");
}

TEST_CASE("a reservation that cannot be is refused at its place") {
  CHECK(refused({maintenance("1s", "5s", "n9")}).find("nodes: no such node 'n9'") !=
        std::string::npos);
  CHECK(refused({course("1s", "5s", "5")}).find("asks for 5 nodes, but only 4") !=
        std::string::npos);
  CHECK(refused({course("1s", "0s", "n1")}).find("duration: must be longer than 0s") !=
        std::string::npos);
  CHECK(refused({course("1s", "5s", "n[1")}).find("reservations[0].nodes: ") != std::string::npos);
  CHECK(refused({map({{"name", "x"}, {"start", "1s"}, {"duration", "1s"}, {"nodes", "1"}})})
            .find("name: is for nobody's jobs") != std::string::npos);
  Value other = map({{"name", "other"},
                     {"start", "5s"},
                     {"duration", "5s"},
                     {"nodes", "n[2-3]"},
                     {"accounts", "physics"}});
  CHECK(refused({course("1s", "5s", "n[1-2]"), other}).find("'course' has n2 at that time") !=
        std::string::npos);
  CHECK(refused({course("1s", "5s", "n1"), course("9s", "5s", "n1")})
            .find("'course' is the name of an earlier one") != std::string::npos);
}

TEST_CASE("conservative backfill promises nobody a start that a reservation forbids") {
  CHECK(told(1, {job(1, 0, 1, 10), job(2, 0, 1, 10), job(3, 1, 1, 3), job(4, 1, 1, 5)},
             with({maintenance("15s", "5s", "n1")}, "conservative")) ==
        "          0s  promise  job 2       to start by 20s\n"
        "          0s  start    job 1       n1:0\n"
        "          1s  promise  job 3       to start by 10s\n"
        "          1s  promise  job 4       to start by 30s\n"
        "         10s  end      job 1       completed after 10s\n"
        "         10s  start    job 3       n1:0\n"
        "         13s  end      job 3       completed after 3s\n"
        "         20s  start    job 2       n1:0\n"
        "         30s  end      job 2       completed after 10s\n"
        "         30s  start    job 4       n1:0\n"
        "         35s  end      job 4       completed after 5s\n");
}

TEST_CASE("a promise moves up into the time before a reservation, where it fits") {
  CHECK(told(1, {limited(job(1, 0, 1, 4), 10), job(2, 0, 1, 10), job(3, 0, 1, 6)},
             with({maintenance("15s", "5s", "n1")}, "conservative")) ==
        "          0s  promise  job 2       to start by 20s\n"
        "          0s  promise  job 3       to start by 30s\n"
        "          0s  start    job 1       n1:0\n"
        "          4s  end      job 1       completed after 4s\n"
        "          4s  promise  job 3       to start by 20s\n"
        "          4s  start    job 2       n1:0\n"
        "         14s  end      job 2       completed after 10s\n"
        "         20s  start    job 3       n1:0\n"
        "         26s  end      job 3       completed after 6s\n");
}

namespace {

// Two reservations of a random world, one for maintenance, and their windows once more.
struct Reserved {
  std::vector<Value> settings;
  struct Window {
    bool maintenance;
    std::uint32_t node;
    SimTime start;
    SimTime end;
  };
  std::vector<Window> windows;
};

Reserved reserved_in(std::uint64_t seed, const Fleet& fleet) {
  Dice dice(seed, 102);
  Reserved all;
  for (const bool maint : {true, false}) {
    const std::uint32_t start = dice.between(0, 300);
    const std::uint32_t duration = dice.between(1, 200);
    const std::uint32_t every = duration + dice.between(0, 200);
    const std::uint32_t times = dice.between(1, 3);
    const std::uint32_t node = dice.between(0, fleet.nodes() - 1);
    Value one = maint ? maintenance("", "", "") : course("", "", "");
    one.entries[1].second = Value(std::to_string(start) + "s");
    one.entries[2].second = Value(std::to_string(duration) + "s");
    one.entries[3].second = Value(fleet.name(NodeId(node)));
    one.entries.emplace_back("every", Value(std::to_string(every) + "s"));
    one.entries.emplace_back("times", Value(std::to_string(times)));
    all.settings.push_back(one);
    for (std::uint32_t i = 0; i < times; ++i) {
      all.windows.push_back({maint, node, at(start + i * every), at(start + i * every + duration)});
    }
  }
  return all;
}

// Who ran where in which window.
class Trespass final : public Sink {
 public:
  explicit Trespass(std::vector<Reserved::Window> windows) : windows_(std::move(windows)) {}

  void on(SimTime now, const Record& record) override {
    if (const auto* ended = std::get_if<Ended>(&record)) {
      ran(ended->job, ended->placement, now);
    } else if (const auto* stopped = std::get_if<Preempted>(&record)) {
      ran(stopped->job, stopped->placement, now);
    }
  }
  int inside = 0;  // runs of jobs in the windows that are theirs
  std::string broken;

 private:
  void ran(const LiveJob& live, const Placement& placement, SimTime now) {
    const bool ours = live.job.terms && !live.job.terms->reservation.empty();
    bool kept = !ours;
    for (const Part& part : placement) {
      for (const Reserved::Window& window : windows_) {
        const bool here = part.node.index() == window.node;
        const bool meets = live.start < window.end && now > window.start;
        kept = kept ||
               (here && !window.maintenance && live.start >= window.start && now <= window.end);
        if (here && meets && (window.maintenance || !ours)) {
          broken = "job " + std::to_string(live.job.number) + " ran on reserved nodes";
        }
      }
    }
    if (!kept) {
      broken = "job " + std::to_string(live.job.number) + " ran outside its reservation";
    }
    inside += ours ? 1 : 0;
  }

  std::vector<Reserved::Window> windows_;
};

struct Outcome {
  std::string broken;
  int inside = 0;
};

Outcome run_reserved(std::uint64_t seed) {
  constexpr std::array backfills{"none", "easy", "none", "conservative", "slurm"};
  constexpr std::array preemptions{"none", "none", "afresh", "none", "none"};
  const Fleet fleet = random_fleet(seed);
  const Reserved reserved = reserved_in(seed, fleet);
  std::vector<Job> jobs = random_jobs(seed, fleet);
  Dice dice(seed, 103);
  for (Job& one : jobs) {
    one = dice.percent(25) ? of_course(one) : one;
  }
  Catalog catalog;
  catalog.tenants.id("ann");
  RunOptions options;
  options.catalog = &catalog;
  ListSource source(std::move(jobs));
  Policy policy = with(reserved.settings, backfills[seed % 5], preemptions[seed % 5]);
  policy.planning = seed % 2 == 0 ? Planning::per_event : Planning::per_instant;
  Trespass trespass(reserved.windows);
  Laws laws(fleet, promises_of(policy));
  Simulation(fleet, source, policy, options, {&trespass, &laws}).run();
  return {trespass.broken + laws.broken(), trespass.inside};
}

}  // namespace

TEST_CASE("in no world does anybody run in a window on nodes that are reserved for others") {
#ifdef BERTH_NIGHTLY
  constexpr std::uint64_t last = 5'000;
#else
  constexpr std::uint64_t last = 150;
#endif
  int inside = 0;
  for (std::uint64_t seed = 1; seed <= last; ++seed) {
    CAPTURE(seed);
    const Outcome outcome = run_reserved(seed);
    CHECK(outcome.broken == "");
    inside += outcome.inside;
  }
  CHECK(inside > 100);  // else nothing was tested
}
