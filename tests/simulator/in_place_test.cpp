// What jobs do about failures beyond waiting again: they go on where they are, with fewer, or serve
// again after a cold start. Small stories, told by the event log and the accounts.
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/simulator/in_place_world.hpp"

using namespace berth;
using namespace berth::test;
using namespace berth::test::in_place;

TEST_CASE("a replica whose node fails loses capacity, not work, and serves after a cold start") {
  Terms serving;
  serving.checkpoint_every = checkpoint_always;
  serving.cold_start = lasting(12);
  GangWorld world{{gang(1, 0, 1, 100, serving)}, {noticed_after(5, of_node(30, 0))}};
  CHECK(world.run().story() == R"(          0s  start    job 1       n1:0-3
         35s  stop     job 1       gpu, requeued after 35s, loses 0s
         35s  start    job 1       n2:0-3
        2m9s  end      job 1       completed after 1m34s
)");
  CHECK(world.lost(Loss::redone) == 0);
  CHECK(world.lost(Loss::restart) == 4 * (12 + 12) * gpu_second);
  CHECK(world.lost(Loss::detection) == 4 * 5 * gpu_second);
  CHECK(world.summary.gpu_time.productive == 4 * 100 * gpu_second);
}

TEST_CASE("a gang that restarts in place keeps its other nodes, whoever waits before it") {
  GangWorld world{
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
  GangWorld world{{gang(1, 0, 2, 100, terms_that(OnFailure::requeue)), urgent(gang(2, 10, 3, 10))},
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
    GangWorld world{{gang(1, 0, 1, 100, in_a_rack)}, {of_node(40, 0)}, {NodeId(spare)}};
    if (spare != 1) {
      world.jobs.push_back(gang(2, 0, 1, 100));  // on n2
    }
    return world.run().story();
  };
  CHECK(story_with_spare(1).find("gpu, goes on") != std::string::npos);
  CHECK(story_with_spare(3).find("gpu, requeued") != std::string::npos);
}

TEST_CASE("where there is no spare a gang goes on on the nearest free node, though others wait") {
  GangWorld world{
      {gang(1, 0, 2, 100, terms_that(OnFailure::restart_in_place)), urgent(gang(2, 10, 3, 10))},
      {of_node(40, 1)}};
  CHECK(world.run().story() == R"(          0s  start    job 1       n[1-2]:0-3
         40s  stop     job 1       gpu, goes on after 40s, loses 10s
         40s  start    job 1       n[1,3]:0-3
       1m58s  end      job 1       completed after 1m18s
       1m58s  start    job 2       n[1,3-4]:0-3
        2m8s  end      job 2       completed after 10s
)");
}

TEST_CASE("a gang that loses all its nodes goes on on as many that are free, or waits for them") {
  Failure of_rack = of_node(40, 0);
  of_rack.nodes = {{0, 2}};
  of_rack.of_domain = true;
  GangWorld world{{gang(1, 0, 2, 100, terms_that(OnFailure::restart_in_place))}, {of_rack}};
  CHECK(world.run().story().find("40s  start    job 1       n[3-4]:0-3") != std::string::npos);
  world.jobs.push_back(gang(2, 0, 1, 10, terms_that(OnFailure::requeue)));
  world.jobs.back().work = world.jobs.back().limit = lasting(1000);
  CHECK(world.run().story().find("gpu, requeued") != std::string::npos);
}

TEST_CASE("two gangs that fail at once do not go on on the same free node") {
  Failure of_both = of_node(40, 0);
  of_both.nodes = {{0, 2}};
  of_both.of_domain = true;
  const Terms stays = terms_that(OnFailure::restart_in_place);
  GangWorld world{{gang(1, 0, 1, 100, stays), gang(2, 0, 1, 100, stays), gang(3, 0, 1, 300)},
                  {of_both}};
  const std::string story = world.run().story();
  CHECK(story.find("40s  start    job 1       n4:0-3") != std::string::npos);
  CHECK(story.find("40s  stop     job 2       gpu, requeued") != std::string::npos);
}

TEST_CASE("a gang does not go on where another one that failed with it stays") {
  Failure of_both = of_node(40, 0);
  of_both.nodes = {{0, 1}, {2, 3}};
  of_both.of_domain = true;
  const Terms stays = terms_that(OnFailure::restart_in_place);
  GangWorld world{{gang(1, 0, 2, 100, stays), gang(2, 0, 2, 100, stays)}, {of_both}};
  world.racks_of_two = 3;
  world.jobs.push_back(gang(3, 0, 1, 300));
  // One node is left, for the first of them; n2 stays its own.
  const std::string story = world.run().story();
  CHECK(story.find("40s  start    job 1       n[2,6]:0-3") != std::string::npos);
  CHECK(story.find("40s  stop     job 2       gpu, requeued") != std::string::npos);
}

TEST_CASE("two elastic gangs that shrink at once do not take each other's nodes") {
  Failure of_both = of_node(40, 0);
  of_both.nodes = {{0, 1}, {2, 3}};
  of_both.of_domain = true;
  const Terms elastic = terms_that(OnFailure::shrink, 1);
  GangWorld world{{gang(1, 0, 2, 100, elastic), gang(2, 0, 2, 100, elastic)}, {of_both}};
  const std::string story = world.run().story();
  CHECK(story.find("40s  start    job 1       n2:0-3") != std::string::npos);
  CHECK(story.find("40s  start    job 2       n4:0-3") != std::string::npos);
}

TEST_CASE("after a failure of software a job restarts in place at once, without any spare") {
  GangWorld world{
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
  GangWorld world{{gang(1, 0, 2, 100, terms_that(OnFailure::restart_in_place))},
                  {mild, of_software(40, 0)}};
  CHECK(world.run().story().find("software, requeued") != std::string::npos);
}

TEST_CASE("a node that is back at once changes places with the spare that a job goes on on") {
  GangWorld world{{gang(1, 0, 1, 60, terms_that(OnFailure::restart_in_place))},
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
  GangWorld world{{gang(1, 0, 3, 90, terms_that(OnFailure::shrink, 2)), urgent(gang(2, 10, 2, 10))},
                  {of_node(70, 0)}};
  CHECK(world.run().story() == R"(          0s  start    job 1       n[1-3]:0-3
       1m10s  stop     job 1       gpu, goes on after 1m10s, loses 10s
       1m10s  start    job 1       n[2-3]:0-3
        2m3s  end      job 1       completed after 53s
        2m3s  start    job 2       n[2-3]:0-3
       2m13s  end      job 2       completed after 10s
)");
  CHECK(world.lost(Loss::redone) == 12 * 10 * gpu_second);
  CHECK(world.lost(Loss::restart) == 8 * 8 * gpu_second);
  CHECK(world.summary.gpu_time.productive == (12 * 90 + 8 * 10) * gpu_second);
  // Of job 1: 90 s of work at its whole size in 123 s. Job 2 did all of its 10 s.
  const WallAndWork& jobs = world.summary.interruptions.all_jobs;
  CHECK(jobs.work == (12 * 90 + 8 * 10) * gpu_second);
  CHECK(jobs.wall == (12 * 123 + 8 * 10) * gpu_second);
}

TEST_CASE("an elastic gang takes what is free in the place of a node that fails") {
  GangWorld world{{gang(1, 0, 3, 90, terms_that(OnFailure::shrink, 2))}, {of_node(70, 0)}};
  CHECK(world.run().story() == R"(          0s  start    job 1       n[1-3]:0-3
       1m10s  stop     job 1       gpu, goes on after 1m10s, loses 10s
       1m10s  start    job 1       n[2-4]:0-3
       1m48s  end      job 1       completed after 38s
)");
}

TEST_CASE("an elastic gang that is smaller is whole again after a later failure, if nobody waits") {
  const std::vector<Stage> soon{{NodeState::reboot, lasting(50)}, {NodeState::test, Duration{}}};
  GangWorld world{{gang(1, 0, 4, 120, terms_that(OnFailure::shrink, 2))},
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
  GangWorld world{{gang(1, 0, 4, 90, terms_that(OnFailure::shrink, 4))}, {of_node(70, 0, soon)}};
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
  GangWorld world{{one}, {}};
  CHECK(world.run().lost(Loss::idle_allocated) == 1 * 100 * gpu_second);
  CHECK(world.summary.gpu_time.productive == 3 * 100 * gpu_second);
  CHECK(world.summary.gpu_time.allocated == 4 * 100 * gpu_second);
}

TEST_CASE(
    "who yields to a job that waits since a failure loses work to a preemption of gpu_second "
    "order") {
  GangWorld world{{urgent(gang(1, 0, 3, 100, terms_that(OnFailure::requeue))),
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
  CHECK(comebacks.destroyed == 4 * 10 * gpu_second);
}

TEST_CASE("a retry succeeds when work is saved before the next failure") {
  const std::vector<Stage> at_once{{NodeState::reboot, Duration{}}, {NodeState::test, Duration{}}};
  GangWorld world{{gang(1, 0, 4, 100, terms_that(OnFailure::requeue))},
                  {of_node(10, 0, at_once), of_node(20, 0, at_once), of_node(70, 0, at_once)}};
  // Starts at 10, 20 and 70 s: the first saves nothing in 10 s, the gpu_second 30 s, the third all.
  const ComebackNumbers& comebacks = world.run().summary.interruptions.comebacks;
  CHECK(comebacks.tried == 3);
  CHECK(comebacks.succeeded == 2);
}
