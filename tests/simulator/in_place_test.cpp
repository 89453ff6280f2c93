// What jobs do about failures beyond waiting again: they go on where they are, with fewer, or serve
// again after a cold start. Small stories, told by the event log and the accounts.
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "scheduler/order.hpp"
#include "scheduler/placer.hpp"
#include "simulator/simulation.hpp"
#include "simulator/sinks/event_log.hpp"
#include "simulator/summary.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/random_failures.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr Int128 second = 1'000'000'000'000;  // of one GPU

Failure of_node(double when, std::uint32_t node,
                std::vector<Stage> course = {{NodeState::reboot, lasting(1000)},
                                             {NodeState::test, Duration{}}}) {
  Failure failure;
  failure.at = at(when);
  failure.nodes = {{node, node + 1}};
  failure.course = std::move(course);
  return failure;
}

Failure noticed_after(double seconds, Failure failure) {
  failure.noticed_after = lasting(seconds);
  return failure;
}

Failure of_software(double when, std::uint32_t node) {
  Failure failure = of_node(when, node, {});
  failure.cause = 2;
  return failure;
}

Terms terms_that(OnFailure on_failure, std::uint32_t least = 0) {
  Terms terms;
  terms.on_failure = on_failure;
  terms.tasks_least = least;
  terms.checkpoint_every = lasting(30);
  terms.restart = lasting(8);
  return terms;
}

// A gang of so many nodes of four GPUs.
Job gang(std::uint64_t number, double submit, std::uint32_t nodes, double work,
         std::optional<Terms> terms = {}) {
  Job one = job(number, submit, 0, work);
  one.ask.whole_nodes = nodes;
  if (terms) {
    one.terms = std::make_shared<const Terms>(*terms);
  }
  return one;
}

Job urgent(Job one) {
  one.priority = 5;
  return one;
}

// Racks of two nodes of four GPUs: n1 and n2, n3 and n4, and so on.
Fleet racks(std::uint32_t count) {
  FleetBuilder builder({"rack"});
  for (std::uint32_t i = 0; i < count; ++i) {
    builder.enter("r" + std::to_string(i + 1));
    builder.add_node("n" + std::to_string(2 * i + 1), {4, 0, 0, ""});
    builder.add_node("n" + std::to_string(2 * i + 2), {4, 0, 0, ""});
    builder.leave();
  }
  return builder.build();
}

struct World {
  std::vector<Job> jobs;
  std::vector<Failure> failures;
  std::vector<NodeId> spares{};
  std::uint32_t racks_of_two = 2;
  std::int64_t storage_bytes_per_s = 0;
  bool urgent_jobs_preempt = false;

  std::string log{};
  Summary summary{};

  World& run() {
    const Fleet fleet = racks(racks_of_two);
    const Catalog catalog;
    Policy policy = policy_of(first_fit(), easy(nullptr));
    policy.order = priority();
    if (urgent_jobs_preempt) {
      const SettingsTree slurm = testing::tree(testing::map({{"kind", "slurm"}}));
      policy.preemption = make_preemption(slurm.root());
    }
    ListSource source(jobs);
    ListFailures breaks(failures);
    StringOut out;
    SummarySink sink(fleet, catalog);
    const auto events = event_log(out, fleet, Sources::one);
    RunOptions options{RunKey{1}, std::nullopt};
    options.failures = &breaks;
    options.causes = &random_causes;
    options.spares.nodes = spares;
    options.storage_bytes_per_s = storage_bytes_per_s;
    Simulation(fleet, source, policy, options, {&sink, events.get()}).run();
    log = out.written;
    summary = sink.summary();
    return *this;
  }
  // Of jobs that start, stop and end.
  [[nodiscard]] std::string story() const {
    std::istringstream lines(log);
    std::string told;
    for (std::string line; std::getline(lines, line);) {
      const bool of_jobs = line.find("  start  ") != std::string::npos ||
                           line.find("  stop   ") != std::string::npos ||
                           line.find("  end    ") != std::string::npos;
      told += of_jobs ? line + "\n" : "";
    }
    return told;
  }
  [[nodiscard]] Int128 lost(Loss cause) const { return summary.gpu_time.lost_to(cause); }
};

}  // namespace

TEST_CASE("a replica whose node fails loses capacity, not work, and serves after a cold start") {
  Terms serving;
  serving.checkpoint_every = checkpoint_always;
  serving.cold_start = lasting(12);
  World world{{gang(1, 0, 1, 100, serving)}, {noticed_after(5, of_node(30, 0))}};
  CHECK(world.run().story() == R"(          0s  start    job 1       n1:0-3
         35s  stop     job 1       gpu, requeued after 35s, loses 0s
         35s  start    job 1       n2:0-3
        2m9s  end      job 1       completed after 1m34s
)");
  CHECK(world.lost(Loss::redone) == 0);
  CHECK(world.lost(Loss::restart) == 4 * (12 + 12) * second);
  CHECK(world.lost(Loss::detection) == 4 * 5 * second);
  CHECK(world.summary.gpu_time.productive == 4 * 100 * second);
}

TEST_CASE("a gang that restarts in place keeps its other nodes, whoever waits before it") {
  World world{
      {gang(1, 0, 2, 100, terms_that(OnFailure::restart_in_place)), urgent(gang(2, 10, 3, 10))},
      {of_node(40, 0)},
      {NodeId(3)}};
  CHECK(world.run().story() == R"(          0s  start    job 1       n[1-2]:0-3
         40s  stop     job 1       gpu, goes on after 40s, loses 10s
         40s  start    job 1       n[2,4]:0-3
       1m58s  end      job 1       completed after 1m18s
       1m58s  start    job 2       n[2-4]:0-3
        2m8s  end      job 2       completed after 10s
)");
  CHECK(world.summary.all.jobs.requeued == 0);
  CHECK(world.summary.interruptions.comebacks.in_place == 1);
}

TEST_CASE("a gang that is requeued gives its nodes to who waits before it") {
  World world{{gang(1, 0, 2, 100, terms_that(OnFailure::requeue)), urgent(gang(2, 10, 3, 10))},
              {of_node(40, 0)},
              {NodeId(3)}};
  CHECK(world.run().story() == R"(          0s  start    job 1       n[1-2]:0-3
         40s  stop     job 1       gpu, requeued after 40s, loses 10s
         40s  start    job 2       n[2-4]:0-3
         50s  end      job 2       completed after 10s
         50s  start    job 1       n[2-3]:0-3
        2m8s  end      job 1       completed after 1m18s
)");
  CHECK(world.summary.all.jobs.requeued == 1);
  // From the failure at 40 s until it has its nodes again.
  CHECK(world.summary.interruptions.comebacks.replaced == 1);
  CHECK(world.summary.interruptions.comebacks.replacing_most == lasting(10));
}

TEST_CASE("a gang that is kept to one rack restarts in place on a spare of that rack only") {
  Terms in_a_rack = terms_that(OnFailure::restart_in_place);
  in_a_rack.level = "rack";
  in_a_rack.level_required = true;
  const auto story_with_spare = [&](std::uint32_t spare) {
    World world{{gang(1, 0, 1, 100, in_a_rack)}, {of_node(40, 0)}, {NodeId(spare)}};
    return world.run().story();
  };
  CHECK(story_with_spare(1).find("gpu, goes on") != std::string::npos);
  CHECK(story_with_spare(3).find("gpu, requeued") != std::string::npos);
}

TEST_CASE("after a failure of software a job restarts in place at once, without any spare") {
  World world{
      {gang(1, 0, 4, 100, terms_that(OnFailure::restart_in_place)), urgent(gang(2, 10, 1, 10))},
      {of_software(40, 0)}};
  CHECK(world.run().story() == R"(          0s  start    job 1       n[1-4]:0-3
         40s  stop     job 1       software, goes on after 40s, loses 10s
         40s  start    job 1       n[1-4]:0-3
       1m58s  end      job 1       completed after 1m18s
       1m58s  start    job 2       n1:0-3
        2m8s  end      job 2       completed after 10s
)");
}

TEST_CASE("a job does not restart in place beside a node that drains, but leaves it") {
  Failure mild = of_node(20, 1);
  mild.severity = Severity::low;
  World world{{gang(1, 0, 2, 100, terms_that(OnFailure::restart_in_place))},
              {mild, of_software(40, 0)}};
  CHECK(world.run().story().find("software, requeued") != std::string::npos);
}

TEST_CASE("a node that is back at once changes places with the spare that a job goes on on") {
  World world{{gang(1, 0, 1, 60, terms_that(OnFailure::restart_in_place))},
              {of_node(40, 0, {{NodeState::reboot, Duration{}}, {NodeState::test, Duration{}}}),
               of_node(50, 3)},
              {NodeId(3)}};
  CHECK(world.run().story() == R"(          0s  start    job 1       n1:0-3
         40s  stop     job 1       gpu, goes on after 40s, loses 10s
         40s  start    job 1       n4:0-3
         50s  stop     job 1       gpu, goes on after 10s, loses 2s
         50s  start    job 1       n1:0-3
       1m28s  end      job 1       completed after 38s
)");
}

TEST_CASE("an elastic gang that loses a node goes on with fewer, slower in proportion") {
  // 30 of 90 s are left at three nodes: 45 s at two.
  World world{{gang(1, 0, 3, 90, terms_that(OnFailure::shrink, 2)), urgent(gang(2, 10, 2, 10))},
              {of_node(70, 0)}};
  CHECK(world.run().story() == R"(          0s  start    job 1       n[1-3]:0-3
       1m10s  stop     job 1       gpu, goes on after 1m10s, loses 10s
       1m10s  start    job 1       n[2-3]:0-3
        2m3s  end      job 1       completed after 53s
        2m3s  start    job 2       n[2-3]:0-3
       2m13s  end      job 2       completed after 10s
)");
  CHECK(world.lost(Loss::redone) == 12 * 10 * second);
  CHECK(world.lost(Loss::restart) == 8 * 8 * second);
  CHECK(world.summary.gpu_time.productive == (12 * 90 + 8 * 10) * second);
  // Of job 1: 90 s of work at its whole size in 123 s. Job 2 did all of its 10 s.
  const WallAndWork& jobs = world.summary.interruptions.all_jobs;
  CHECK(jobs.work == (12 * 90 + 8 * 10) * second);
  CHECK(jobs.wall == (12 * 123 + 8 * 10) * second);
}

TEST_CASE("an elastic gang takes what is free in the place of a node that fails") {
  World world{{gang(1, 0, 3, 90, terms_that(OnFailure::shrink, 2))}, {of_node(70, 0)}};
  CHECK(world.run().story() == R"(          0s  start    job 1       n[1-3]:0-3
       1m10s  stop     job 1       gpu, goes on after 1m10s, loses 10s
       1m10s  start    job 1       n[2-4]:0-3
       1m48s  end      job 1       completed after 38s
)");
}

TEST_CASE("an elastic gang that is smaller is whole again after a later failure, if nobody waits") {
  const std::vector<Stage> soon{{NodeState::reboot, lasting(50)}, {NodeState::test, Duration{}}};
  World world{{gang(1, 0, 4, 120, terms_that(OnFailure::shrink, 2))},
              {of_node(70, 0, soon), of_software(150, 1)}};
  // 60 s are left at four nodes, 80 s at three; of those 60 s are kept, and 15 s at four are left.
  CHECK(world.run().story() == R"(          0s  start    job 1       n[1-4]:0-3
       1m10s  stop     job 1       gpu, goes on after 1m10s, loses 10s
       1m10s  start    job 1       n[2-4]:0-3
       2m30s  stop     job 1       software, goes on after 1m20s, loses 12s
       2m30s  start    job 1       n[1-4]:0-3
       2m53s  end      job 1       completed after 23s
)");
}

TEST_CASE("an elastic gang waits for its whole size where too few nodes are left") {
  const std::vector<Stage> soon{{NodeState::reboot, lasting(20)}, {NodeState::test, Duration{}}};
  World world{{gang(1, 0, 4, 90, terms_that(OnFailure::shrink, 4))}, {of_node(70, 0, soon)}};
  CHECK(world.run().story() == R"(          0s  start    job 1       n[1-4]:0-3
       1m10s  stop     job 1       gpu, requeued after 1m10s, loses 10s
       1m30s  start    job 1       n[1-4]:0-3
        2m8s  end      job 1       completed after 38s
)");
}

TEST_CASE("GPUs that an exclusive job holds and did not ask for are idle, though allocated") {
  Job one = job(1, 0, 3, 100);
  Terms alone;
  alone.exclusive = true;
  one.terms = std::make_shared<const Terms>(alone);
  World world{{one}, {}};
  CHECK(world.run().lost(Loss::idle_allocated) == 1 * 100 * second);
  CHECK(world.summary.gpu_time.productive == 3 * 100 * second);
  CHECK(world.summary.gpu_time.allocated == 4 * 100 * second);
}

TEST_CASE(
    "who yields to a job that waits since a failure loses work to a preemption of second order") {
  World world{{urgent(gang(1, 0, 3, 100, terms_that(OnFailure::requeue))),
               gang(2, 0, 1, 100, terms_that(OnFailure::requeue))},
              {of_node(40, 0)}};
  world.urgent_jobs_preempt = true;
  CHECK(world.run().story() == R"(          0s  start    job 1       n[1-3]:0-3
          0s  start    job 2       n4:0-3
         40s  stop     job 1       gpu, requeued after 40s, loses 10s
         40s  start    job 1       n[2-4]:0-3
       1m58s  end      job 1       completed after 1m18s
       1m58s  start    job 2       n2:0-3
       3m16s  end      job 2       completed after 1m18s
)");
  const ComebackNumbers& comebacks = world.summary.interruptions.comebacks;
  CHECK(comebacks.second_order == 1);
  CHECK(comebacks.destroyed == 4 * 10 * second);
}

TEST_CASE("a retry succeeds when work is saved before the next failure") {
  const std::vector<Stage> at_once{{NodeState::reboot, Duration{}}, {NodeState::test, Duration{}}};
  World world{{gang(1, 0, 4, 100, terms_that(OnFailure::requeue))},
              {of_node(10, 0, at_once), of_node(20, 0, at_once), of_node(70, 0, at_once)}};
  // Starts at 10, 20 and 70 s: the first saves nothing in 10 s, the second 30 s, the third all.
  const ComebackNumbers& comebacks = world.run().summary.interruptions.comebacks;
  CHECK(comebacks.tried == 3);
  CHECK(comebacks.succeeded == 2);
}

namespace {

// Two gangs on a node each that save 20 GB after every 30 s of work.
std::string story_of_savers(bool beside, std::int64_t bytes_per_s, std::vector<Failure> failures) {
  Terms terms;
  terms.checkpoint_every = lasting(30);
  terms.checkpoint_bytes = 20'000'000'000;
  terms.checkpoint_beside = beside;
  World world{{gang(1, 0, 1, 70, terms), gang(2, 2, 1, 70, terms)}, std::move(failures)};
  world.storage_bytes_per_s = bytes_per_s;
  return world.run().story();
}

}  // namespace

TEST_CASE("jobs that save at a time share the storage, and stand still as long as it takes") {
  // At 5 GB/s one saves from 30 to 34 s, alone for 2 s and by halves until 36 s; the other, which
  // began at 32 s, has all of it again and is done at 38 s. The same once more after 30 s.
  CHECK(story_of_savers(false, 5'000'000'000, {}) ==
        R"(          0s  start    job 1       n1:0-3
          2s  start    job 2       n2:0-3
       1m22s  end      job 1       completed after 1m22s
       1m24s  end      job 2       completed after 1m22s
)");
}

TEST_CASE("beside the work a checkpoint costs no time, and counts when it is whole") {
  CHECK(story_of_savers(true, 5'000'000'000, {}) ==
        R"(          0s  start    job 1       n1:0-3
          2s  start    job 2       n2:0-3
       1m10s  end      job 1       completed after 1m10s
       1m12s  end      job 2       completed after 1m10s
)");
  // It is whole at 36 s.
  CHECK(story_of_savers(true, 5'000'000'000, {of_node(36, 0)}).find("loses 6s") !=
        std::string::npos);
  CHECK(story_of_savers(true, 5'000'000'000, {of_node(35.9, 0)}).find("loses 35s900ms") !=
        std::string::npos);
}

TEST_CASE("a checkpoint that comes due while the one before is being written is in vain") {
  // 20 GB take 40 s: that of 30 s is whole at 70 s, that of 60 s of work is not taken.
  Terms terms;
  terms.checkpoint_every = lasting(30);
  terms.checkpoint_bytes = 20'000'000'000;
  terms.checkpoint_beside = true;
  World world{{gang(1, 0, 1, 200, terms)}, {of_node(80, 0)}};
  world.storage_bytes_per_s = 500'000'000;
  CHECK(world.run().story().find("loses 50s") != std::string::npos);
}

namespace {

GpuTime one_that_saves(Terms terms, std::int64_t bytes_per_s) {
  terms.checkpoint_every = lasting(30);
  terms.restart = lasting(8);
  World world{{gang(1, 0, 1, 500, terms)}, {of_node(100, 0), noticed_after(7, of_node(230, 1))}};
  world.storage_bytes_per_s = bytes_per_s;
  return world.run().summary.gpu_time;
}

}  // namespace

TEST_CASE("who has the storage alone pays what a checkpoint of fixed cost and length would cost") {
  Terms stops;
  stops.checkpoint_cost = lasting(4);
  Terms stored;
  stored.checkpoint_bytes = 20'000'000'000;
  CHECK(one_that_saves(stops, 0).lost == one_that_saves(stored, 5'000'000'000).lost);
  Terms writes;
  writes.checkpoint_cost = lasting(1);
  writes.checkpoint_async = lasting(4);
  stored.checkpoint_cost = lasting(1);
  stored.checkpoint_beside = true;
  CHECK(one_that_saves(writes, 0).lost == one_that_saves(stored, 5'000'000'000).lost);
}
