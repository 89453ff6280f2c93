// Faults that stop nobody: stories of silent corruption, of active tests, and of stragglers.
#include <chrono>

#include <doctest/doctest.h>

#include "tests/simulator/failure_world.hpp"
#include "tests/simulator/gang_study.hpp"

using namespace berth;
using namespace berth::test;

namespace {

Failure corrupting(Failure failure) {
  failure.effect = Effect::corrupts;
  return failure;
}

// Only tests find it.
Failure silent(Failure failure, double luck = 0.5) {
  failure.until_tested = true;
  failure.luck = luck;
  return corrupting(failure);
}

Failure slowing(Failure failure, double times) {
  failure.effect = Effect::slows;
  failure.slowed_to = RunSpeed::slowed(times);
  return failure;
}

bool says(const World& world, const std::string& line) {
  return world.log.find(line) != std::string::npos;
}

// 20 s of each minute; those of n1 begin with the minute, those of n2 a second later.
ActiveTests each_minute(double recall = 1) { return {lasting(60), lasting(20), recall}; }

}  // namespace

TEST_CASE("without tests nobody learns that a job's work is wrong") {
  World world{{job(1, 0, 4, 100)}, {silent(of_node(30, 0, 0))}};
  CHECK(world.run().log == R"(          0s  submit   job 1       4 gpus, limit 1m40s
          0s  start    job 1       n1:0-3
         30s  fail     n1  gpu, makes work wrong, until it is tested
         30s  wrong    job 1       what it works after 30s of work
       1m40s  end      job 1       completed after 1m40s
)");
  CHECK(world.summary.gpu_time.productive == 4 * 30 * second);
  CHECK(world.lost(Loss::corrupted) == 4 * 70 * second);
  CHECK(world.summary.interruptions.completed_wrong == 1);
  CHECK(world.summary.interruptions.interruptions == 0);
}

TEST_CASE("a test of the idle node finds a silent fault, and the node is repaired") {
  World world{{job(1, 0, 4, 50)}, {silent(of_node(10, 0, 0))}};
  world.tests = each_minute();
  CHECK(world.run().log == R"(          0s  submit   job 1       4 gpus, limit 50s
          0s  start    job 1       n1:0-3
         10s  fail     n1  gpu, makes work wrong, until it is tested
         10s  wrong    job 1       what it works after 10s of work
         50s  end      job 1       completed after 50s
       1m20s  found    n1  gpu, there since 10s, by a test
       1m20s  node     n1  production to reboot, gpu
       1m30s  node     n1  reboot to test, gpu
       1m35s  node     n1  test to production, gpu
)");
  CHECK(world.summary.interruptions.found_by_tests == 1);
  // n1 in its second slot and after its repair, n2 in two slots.
  CHECK(world.lost(Loss::testing) == 4 * (20 + 5 + 2 * 20) * second);
  CHECK(world.summary.gpu_time.tested_idle == 4 * 60 * second);
}

TEST_CASE("of many jobs that came and went on a faulty node, those still there are rolled back") {
  std::vector<Job> jobs;
  for (std::uint64_t number = 1; number <= 50; ++number) {
    jobs.push_back(job(number, 0, 8, 10));
  }
  Failure fault = corrupting(of_node(5, 0, 492));
  World world{jobs, {fault}};
  world.run();
  CHECK(world.summary.interruptions.completed_wrong == 49);
  CHECK(world.summary.interruptions.interruptions == 1);
  CHECK(says(world, "8m17s  stop     job 50      gpu, requeued after 7s, loses 7s"));
}

TEST_CASE("a node that is never idle is never tested") {
  World world{{job(1, 0, 4, 1000), job(2, 0, 4, 1000)}, {silent(of_node(10, 0, 0))}};
  world.tests = each_minute();
  world.horizon = 1000;
  world.run();
  CHECK(world.summary.interruptions.found == 0);
  CHECK(world.lost(Loss::testing) == 0);
}

TEST_CASE("a test never delays a job, and finds nothing when it is cut short") {
  World world{{job(1, 70, 8, 30)}, {silent(of_node(30, 0, 0))}};
  world.tests = each_minute();
  world.run();
  CHECK(says(world, "1m10s  start    job 1       n[1-2]:0-3"));
  CHECK(says(world, "1m40s  end      job 1       completed after 30s"));
  CHECK(says(world, "2m20s  found    n1  gpu, there since 30s, by a test"));
}

TEST_CASE("a test that misses a fault may find it an hour later") {
  // Of tests that find half: the first misses it for a luck of 0.25 to 0.5.
  World world{{}, {silent(of_node(30, 0, 0), 0.3)}};
  world.tests = each_minute(0.5);
  CHECK(says(world.run(), "2m20s  found    n1  gpu, there since 30s, by a test"));
}

TEST_CASE("a job goes back to its last checkpoint before its work went wrong") {
  World world{{with(job(1, 0, 4, 100), saving(20, 0, 0))}, {corrupting(of_node(30, 0, 40))}};
  world.run();
  CHECK(says(world, "1m10s  found    n1  gpu, there since 30s\n"));
  CHECK(says(world,
             "1m10s  stop     job 1       gpu, requeued after 1m10s, loses 50s, back to "
             "where it is right"));
  CHECK(says(world, "2m30s  end      job 1       completed after 1m20s"));
  CHECK(world.lost(Loss::corrupted) == 4 * 40 * second);
  CHECK(world.lost(Loss::redone) == 4 * 10 * second);
  CHECK(world.summary.interruptions.completed_wrong == 0);
}

TEST_CASE("checkpoints carry wrong work along to other nodes, and back it goes from there") {
  // Job 2 works on n2, wrongly from 30 s on; at 50 s it goes on at 40 s of its work, on n1.
  World world{{job(1, 0, 4, 40), with(job(2, 0, 4, 100), saving(20, 0, 0))},
              {silent(of_node(30, 1, 0)), of_software(50, 1, 0, 0)}};
  world.tests = each_minute();
  world.run();
  CHECK(says(world, "50s  start    job 2       n1:0-3"));
  CHECK(says(world, "1m21s  found    n2  gpu, there since 30s, by a test"));
  CHECK(says(world,
             "1m21s  stop     job 2       gpu, requeued after 31s, loses 51s, back to "
             "where it is right"));
  CHECK(says(world, "2m41s  end      job 2       completed after 1m20s"));
  CHECK(world.lost(Loss::corrupted) == 4 * (20 + 31) * second);
  CHECK(world.lost(Loss::redone) == 4 * 10 * second);
  CHECK(world.summary.gpu_time.productive == 4 * (40 + 100) * second);
}

TEST_CASE("a repair ends a silent fault, and nobody learns of it") {
  World world{{job(1, 0, 4, 100)}, {silent(of_node(30, 0, 0)), of_node(40, 0, 0)}};
  world.tests = each_minute();
  world.run();
  CHECK(world.summary.interruptions.found == 0);
  // Begun anew on n2, all of its work is right.
  CHECK(world.summary.gpu_time.productive == 4 * 100 * second);
  CHECK(world.lost(Loss::corrupted) == 4 * 10 * second);
  CHECK(world.lost(Loss::redone) == 4 * 30 * second);
}

TEST_CASE("a straggler slows its gang until it is noticed, and the gang begins again elsewhere") {
  World world{{job(1, 0, 4, 100)}, {slowing(of_node(20, 0, 20), 2)}};
  CHECK(world.run().log == R"(          0s  submit   job 1       4 gpus, limit 1m40s
          0s  start    job 1       n1:0-3
         20s  fail     n1  gpu, slows to 0.500000, noticed after 20s
         20s  speed    job 1       0.500000 of full speed
         40s  found    n1  gpu, there since 20s
         40s  stop     job 1       gpu, requeued after 40s, loses 30s
         40s  node     n1  production to reboot, gpu
         40s  start    job 1       n2:0-3
         50s  node     n1  reboot to test, gpu
         55s  node     n1  test to production, gpu
       2m20s  end      job 1       completed after 1m40s
)");
  CHECK(world.lost(Loss::straggler) == 4 * 10 * second);
  CHECK(world.lost(Loss::redone) == 4 * 30 * second);
}

TEST_CASE("of a mild straggler the gang works on slowly to its end, and all its nodes wait") {
  Job gang = job(1, 0, 8, 100);
  gang.limit = lasting(1000);
  World world{{gang}, {mild(slowing(of_node(20, 1, 20), 2))}};
  world.run();
  CHECK(says(world, "3m  end      job 1       completed after 3m"));
  CHECK(says(world, "3m  node     n2  draining to reboot, gpu"));
  CHECK(world.lost(Loss::straggler) == 8 * 80 * second);
  CHECK(world.lost(Loss::network) == 0);
}

TEST_CASE("of two slow nodes the slower one sets the pace, also of a job that starts there") {
  Job gang = job(1, 30, 8, 30);
  gang.limit = lasting(1000);
  World world{{gang}, {slowing(of_node(10, 0, 500), 1.5), slowing(of_node(20, 1, 500), 3)}};
  world.horizon = 200;
  CHECK(says(world.run(), "30s  start    job 1       n[1-2]:0-3, 0.333333 of full speed"));
  CHECK(world.summary.all.jobs.completed == 1);
}

TEST_CASE(
    "of a job that both the network and a slow node hold up, the network takes its part first") {
  const RunSpeed half = RunSpeed::slowed(2);
  Pace pace(at(0), half, half.of(half));
  CHECK(pace.worked(at(100)) == lasting(25));
  CHECK(pace.held_up(at(100)) == lasting(25));
  pace.change(at(100), half, half);
  CHECK(pace.worked(at(120)) == lasting(35));
  CHECK(pace.held_up(at(120)) == lasting(25));
}

namespace {

// From a fault to its test.
struct Delays final : Sink {
  void on(SimTime now, const Record& record) override {
    if (const auto* found = std::get_if<Found>(&record)) {
      sum_s += static_cast<double>((now - found->failure.at).count()) / 1e9;
      ++count;
    }
  }
  double sum_s = 0;
  double count = 0;
};

}  // namespace

TEST_CASE("an idle node's fault is found after every / 2 + lasts + every (1 - recall) / recall") {
  Topology topology;
  topology.fleet = plain_fleet(100, 8);
  const Reliability reliability = reliability_of(testing::map({{"kind", "exponential"},
                                                               {"rate_per_1000_node_days", "100"},
                                                               {"silent", testing::list({"node"})},
                                                               {"repair", "5m"}}));
  Policy policy = policy_of(first_fit(), no_backfill());
  ListSource nobody({});
  Delays delays;
  const auto failures = reliability.open(RunKey{1}, topology);
  RunOptions options{RunKey{1}, at(300 * day_s)};
  options.failures = failures.get();
  options.causes = &reliability.causes();
  options.tests = ActiveTests{std::chrono::hours(1), std::chrono::minutes(20), 0.9};
  Simulation(topology.fleet, nobody, policy, options, {&delays}).run();
  CHECK(near(delays.count, 3000, 165));
  CHECK(near(delays.sum_s / delays.count / 60, 30 + 20 + 60 * 0.1 / 0.9, 1.8));  // 3 sigma
}

TEST_CASE("how long a node is under test is what its slots come to") {
  const ActiveTests tests{std::chrono::hours(1), std::chrono::minutes(20), 0.9};
  using std::chrono::minutes;
  const auto minute = [](int count) { return SimTime(minutes(count)); };
  CHECK(tests.tested(0, minute(0), minute(60)) == minutes(20));
  CHECK(tests.tested(0, minute(10), minute(70)) == minutes(20));
  CHECK(tests.tested(30, minute(0), minute(40)) == minutes(10));
  CHECK(tests.tested(50, minute(0), minute(12)) == minutes(10));  // since before the run
  CHECK(tests.tested(0, minute(0), minute(60 * 24 * 365)) == minutes(20 * 24 * 365));
  CHECK(tests.next_slot(0, minute(0)) == minute(0));
  CHECK(tests.next_slot(0, minute(1)) == minute(60));
  CHECK(tests.next_slot(30, minute(1)) == minute(30));
  CHECK(tests.next_slot(30, minute(31)) == minute(90));
}

TEST_CASE("how many tests miss a fault is geometric") {
  const ActiveTests tests{std::chrono::hours(1), std::chrono::minutes(20), 0.9};
  CHECK(tests.misses(0.5) == 0);
  CHECK(tests.misses(0.11) == 0);
  CHECK(tests.misses(0.09) == 1);
  CHECK(tests.misses(0.009) == 2);
  CHECK(ActiveTests{tests.every, tests.lasts, 1}.misses(1e-9) == 0);
}
