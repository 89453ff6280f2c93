// Slurm's main loop and its backfill cycle: schedules worked out by hand (see gantt.hpp), and
// random plans compared with those of naive_slurm.hpp.
#include <array>
#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "tests/scheduler/gantt.hpp"
#include "tests/scheduler/naive_slurm.hpp"
#include "tests/scheduler/random_state.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

// A cycle and a step a second, so that neither shows.
SlurmBackfill each_second() {
  SlurmBackfill options;
  options.interval = 1s;
  options.resolution = 1s;
  return options;
}

std::string slurm(const SlurmBackfill& options, std::uint32_t nodes,
                  const std::vector<std::string>& lines, std::uint32_t gpus_per_node = 1) {
  return schedule(slurm_backfill(options), nodes, lines, fifo(), gpus_per_node);
}

// What is said of one option, or of several: "bf_interval: 0s, ...".
std::string refusal(const std::string& options) {
  std::vector<std::pair<std::string, Value>> entries{{"kind", "slurm"}};
  std::istringstream words(options);
  for (std::string key, value; words >> key >> value;) {
    entries.emplace_back(key, Value(value));
  }
  const SettingsTree config = tree(map(entries));
  return error_of([&config] {
    static_cast<void>(make_backfill(config.root()));
    check_all_used(config.root());
  });
}

// --- random plans, in ticks ---------------------------------------------------------------------

template <class T, std::size_t Size>
T one_of(Dice& dice, const std::array<T, Size>& all) {
  return all[dice.below(Size)];
}

SlurmBackfill random_options(Dice& dice) {
  SlurmBackfill options;
  options.interval = Duration(one_of(dice, std::array{1, 3, 8}));
  options.max_job_test = one_of<std::size_t>(dice, std::array<std::size_t, 3>{1, 4, 100});
  options.max_job_user = dice.one_in(4) ? 1 + dice.below(2) : 0;
  options.max_job_part = dice.one_in(4) ? 1 + dice.below(2) : 0;
  options.max_job_user_part = dice.one_in(5) ? 1 + dice.below(2) : 0;
  options.max_job_start = dice.one_in(5) ? 1 + dice.below(2) : 0;
  options.partition_job_depth = dice.one_in(5) ? 1 + dice.below(2) : 0;
  options.job_part_count_reserve = dice.one_in(3) ? 1 + dice.below(2) : 0;
  options.window = Duration(one_of(dice, std::array{12, 1000}));
  options.resolution = Duration(one_of(dice, std::array{1, 2, 7}));
  options.default_queue_depth = dice.one_in(3) ? 1 + dice.below(3) : 100;
  options.sched_interval = Duration(one_of(dice, std::array{2, 9}));
  return options;
}

using MakeOrder = std::unique_ptr<JobOrder> (*)();
using MakePlacer = std::unique_ptr<const Placer> (*)();

class Lockstep final : public Driver {
 public:
  Lockstep(const SlurmBackfill& options, MakeOrder order, MakePlacer placer, Planning planning,
           const Fleet& fleet)
      : Driver({order(), placer(), slurm_backfill(options), planning, {}}, fleet, {}),
        naive_(options, order(), placer(), fleet, {}) {}

  [[nodiscard]] int overtakings() const { return overtakings_; }

 private:
  void submitted(const Request& request) override { naive_.submit(request); }
  void ended(JobId job) override { naive_.ended(job, now()); }
  void planned(const std::vector<Draft::Start>& starts) override {
    const auto expected = naive_.plan(now());
    REQUIRE(starts.size() == expected.size());
    for (std::size_t i = 0; i < starts.size(); ++i) {
      REQUIRE(starts[i].job == expected[i].first);
      REQUIRE(starts[i].placement == expected[i].second);
    }
    for (const auto& [job, start] : scheduler().promises()) {
      REQUIRE(naive_.reserved(job) == start);
    }
    overtakings_ += !starts.empty() && naive_.waiting() > 0 ? 1 : 0;
  }

  NaiveSlurm naive_;
  int overtakings_ = 0;
};

std::vector<TestJob> random_jobs(Dice& dice, const Fleet& fleet, const Placer& placer) {
  std::vector<TestJob> jobs;
  const Occupancy empty(fleet);
  SimTime at{};
  while (jobs.size() < 40) {
    at += Duration(dice.below(dice.one_in(5) ? 20 : 4));
    TestJob job;
    job.submit = at;
    job.estimate = Duration(1 + dice.below(dice.one_in(4) ? 40 : 10));
    job.runs = dice.one_in(2) ? job.estimate : Duration(1 + dice.below(10) % job.estimate.count());
    job.shape =
        tasks(1 + dice.below(dice.one_in(3) ? 6 : 2), 1 + dice.below(fleet.gpus_per_node()));
    job.priority = static_cast<std::int32_t>(dice.below(3));
    job.partition = PartitionId(dice.below(2));
    job.tenant = TenantId(dice.below(3));
    if (placer.fits(request_of(job.shape), {empty, at, {}})) {
      jobs.push_back(job);
    }
  }
  return jobs;
}

int run_in_lockstep(std::uint64_t seed) {
  CAPTURE(seed);
  Dice dice(seed);
  const auto order = one_of(dice, std::array<MakeOrder, 3>{fifo, priority, shortest_estimate});
  const auto placer = one_of(dice, std::array<MakePlacer, 3>{first_fit, best_fit, contiguous});
  const Planning planning = dice.one_in(2) ? Planning::per_event : Planning::per_instant;
  const Fleet fleet =
      dice.one_in(2) ? uniform(2 + dice.below(12), 1) : uniform(2 + dice.below(4), 4);
  Lockstep run(random_options(dice), order, placer, planning, fleet);
  run.run(random_jobs(dice, fleet, *placer()));
  return run.overtakings();
}

}  // namespace

TEST_CASE("Slurm reserves for every job that it tests: nobody who is tested is delayed") {
  CHECK(slurm(each_second(), 3, {"a 2 4", "b 2 2", "c 3 2", "d 1 7", "e 1 6"}) == R"(
aaaabbccddddddd
aaaabbcc.......
eeeeeecc.......)");
}

TEST_CASE("with bf_job_part_count_reserve 1 only the first one that waits is not delayed") {
  SlurmBackfill options = each_second();
  options.job_part_count_reserve = 1;
  CHECK(slurm(options, 3, {"a 2 4", "b 2 2", "c 3 2", "d 1 7"}) == R"(
aaaabb.cc
aaaabb.cc
dddddddcc)");
}

TEST_CASE("who overtakes waits for a cycle; who is next in the main loop starts at once") {
  SlurmBackfill options = each_second();
  options.interval = 5s;
  CHECK(slurm(options, 3, {"a 2 9", "b 3 2", "c 1 2 @1", "d 1 1 @5"}) == R"(
aaaaaaaaabbd
aaaaaaaaabb.
.....cc..bb.)");
}

TEST_CASE("Slurm reserves named nodes: who could do with others may not have them, as with EASY") {
  const std::vector<std::string> jobs{"x 1 2", "a 2 6", "b 2 3", "d 1 9 @2"};
  CHECK(schedule(easy(nullptr), 3, jobs) == R"(
xxddddddddd
aaaaaabbb..
aaaaaabbb..)");
  CHECK(slurm(each_second(), 3, jobs) == R"(
xx....bbb......
aaaaaabbb......
aaaaaaddddddddd)");
}

TEST_CASE("a reservation is of whole nodes, also where a job takes a part") {
  CHECK(slurm(each_second(), 2, {"a 3 4", "b 3 2", "c 1 9"}, 2) == R"(
aaaabb.......
aaaabb.......
aaaabb.......
....ccccccccc)");
}

TEST_CASE("a reservation begins with the step of bf_resolution that its start lies in") {
  const std::vector<std::string> jobs{"a 1 6", "b 2 3", "c 1 5"};
  CHECK(slurm(each_second(), 2, jobs) == R"(
aaaaaabbb
ccccc.bbb)");
  SlurmBackfill options = each_second();
  options.resolution = 4s;
  CHECK(slurm(options, 2, jobs) == R"(
aaaaaabbbccccc
......bbb.....)");
}

TEST_CASE("nothing is reserved beyond bf_window") {
  SlurmBackfill options = each_second();
  options.window = 4s;
  CHECK(slurm(options, 2, {"a 1 6", "b 2 3", "c 1 9"}) == R"(
aaaaaa...bbb
cccccccccbbb)");
}

TEST_CASE("a cycle tests bf_max_job_test jobs") {
  SlurmBackfill options = each_second();
  options.max_job_test = 1;
  CHECK(slurm(options, 3, {"a 2 4", "b 3 2", "c 1 2"}) == R"(
aaaabbcc
aaaabb..
....bb..)");
}

TEST_CASE("a cycle tests bf_max_job_user jobs of a user") {
  SlurmBackfill options = each_second();
  options.max_job_user = 1;
  CHECK(slurm(options, 3, {"a 2 4", "b 3 2", "c 1 2", "d 1 3 ^1"}) == R"(
aaaabbcc
aaaabb..
ddd.bb..)");
}

TEST_CASE("a cycle tests bf_max_job_part jobs of a partition") {
  SlurmBackfill options = each_second();
  options.max_job_part = 1;
  CHECK(slurm(options, 3, {"a 2 4", "b 3 2", "c 1 2", "d 2 3 %1", "e 1 2 %1"}) == R"(
aaaabbccee
aaaabbddd.
....bbddd.)");
}

TEST_CASE("a cycle tests bf_max_job_user_part jobs of a user in each partition") {
  SlurmBackfill options = each_second();
  options.max_job_user_part = 1;
  CHECK(slurm(options, 4, {"a 3 4", "b 4 2", "c 1 2", "d 1 1 ^1", "e 2 2 ^1 %1", "f 1 2 %1"}) == R"(
aaaabbcc
aaaabbee
aaaabbee
dff.bb..)");
}

TEST_CASE("a cycle starts bf_max_job_start jobs, and goes on in the next") {
  SlurmBackfill options = each_second();
  options.max_job_start = 1;
  CHECK(slurm(options, 4, {"a 2 6", "b 4 2", "c 1 2", "d 1 2"}) == R"(
aaaaaabb
aaaaaabb
cc....bb
.dd...bb)");
}

TEST_CASE("the main loop tries partition_job_depth jobs of a partition at a time") {
  SlurmBackfill options = each_second();
  options.interval = 100s;
  options.partition_job_depth = 1;
  CHECK(slurm(options, 3, {"a 1 4 @1", "b 1 3 @1", "c 1 2 %1 @1"}) == R"(
.aaaa.
.ccbbb
......)");
}

TEST_CASE("who waits blocks the jobs behind it in its partition, and no others") {
  SlurmBackfill options = each_second();
  options.interval = 100s;
  CHECK(slurm(options, 4, {"a 2 4 @1", "b 3 2 @1", "c 1 9 %1 @1", "d 1 2 @1"}) == R"(
.aaaabbdd.
.aaaabb...
.ccccccccc
.....bb...)");
}

TEST_CASE("the main loop tries default_queue_depth jobs, and all of them every sched_interval") {
  SlurmBackfill options = each_second();
  options.interval = 100s;
  options.default_queue_depth = 1;
  options.sched_interval = 5s;
  CHECK(slurm(options, 3, {"a 2 9 @1", "b 3 2 @1", "c 1 2 %1 @1"}) == R"(
.aaaaaaaaabb
.aaaaaaaaabb
.....cc...bb)");
}

TEST_CASE("an option out of Slurm's range is refused at its place") {
  CHECK(refusal("bf_interval 30s bf_max_job_test 1000000 bf_resolution 1h bf_window 30d") ==
        "fine");
  CHECK(refusal("bf_interval 0s") == "c.yaml:3:5: bf_interval: is too short\n  1s to 3h");
  CHECK(refusal("bf_interval 4h") == "c.yaml:3:5: bf_interval: is too long\n  1s to 3h");
  CHECK(refusal("bf_window 59s") == "c.yaml:3:5: bf_window: is too short\n  1m to 30d");
  CHECK(refusal("bf_resolution 2h") == "c.yaml:3:5: bf_resolution: is too long\n  1s to 1h");
  CHECK(refusal("sched_interval 1ms") == "c.yaml:3:5: sched_interval: is too short\n  1s to 1d");
  CHECK(refusal("bf_max_job_test 0").find("c.yaml:3:5: bf_max_job_test: ") == 0);
  CHECK(refusal("default_queue_depth 0").find("c.yaml:3:5: default_queue_depth: ") == 0);
  CHECK(refusal("partition_job_depth -1").find("c.yaml:3:5: partition_job_depth: ") == 0);
  CHECK(refusal("bf_max_job_start -1").find("c.yaml:3:5: bf_max_job_start: ") == 0);
  CHECK(refusal("bf_job_part_count_reserve x").find("c.yaml:3:5: bf_job_part_count_reserve: ") ==
        0);
}

TEST_CASE("a limit above bf_max_job_test would limit nothing, and is refused") {
  CHECK(refusal("bf_max_job_test 10 bf_max_job_user 10 bf_max_job_part 10") == "fine");
  CHECK(refusal("bf_max_job_test 10 bf_max_job_user 11") ==
        "c.yaml:4:5: bf_max_job_user: is more than a cycle tests: bf_max_job_test is 10\n"
        "  0 is no limit");
  CHECK(refusal("bf_max_job_part 101").find("bf_max_job_part: is more than") != std::string::npos);
  CHECK(refusal("bf_max_job_user_part 101").find("bf_max_job_user_part: is more than") !=
        std::string::npos);
}

TEST_CASE("every plan of Slurm's is the one worked out afresh from its documentation") {
  int overtakings = 0;
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    overtakings += run_in_lockstep(seed);
  }
  CHECK(overtakings > 5000);
}
