// What failures do to a run: small stories, told by the event log.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/simulator/failure_world.hpp"

using namespace berth;
using namespace berth::test;

TEST_CASE("a job whose node fails stands still, is evicted, and begins anew elsewhere") {
  World world{{job(1, 0, 4, 100)}, {of_node(30, 0, 5)}};
  CHECK(world.run().log == R"(          0s  submit   job 1       4 gpus, limit 1m40s
          0s  start    job 1       n1:0-3
         30s  fail     n1  gpu, noticed after 5s
         30s  hang     job 1       does nothing
         35s  stop     job 1       gpu, requeued after 35s, loses 30s
         35s  node     n1  production to reboot, gpu
         35s  start    job 1       n2:0-3
         45s  node     n1  reboot to test, gpu
         50s  node     n1  test to production, gpu
       2m15s  end      job 1       completed after 1m40s
)");
  CHECK(world.lost(Loss::redone) == 4 * 30 * second);
  CHECK(world.lost(Loss::detection) == 4 * 5 * second);
  CHECK(world.lost(Loss::down) == 4 * 10 * second);
  CHECK(world.lost(Loss::testing) == 4 * 5 * second);
  CHECK(world.summary.gpu_time.productive == 4 * 100 * second);
}

TEST_CASE("a job goes on from its last checkpoint, after its restart") {
  // Work up to 40 s, saved by 42 s, the failure at 65 s in the next stretch; then 8 s to start.
  World world{{with(job(1, 0, 4, 100), saving(40, 2, 8))}, {of_node(65, 0, 0)}};
  world.run();
  CHECK(world.log.find("1m5s  stop     job 1       gpu, requeued after 1m5s, loses 23s") !=
        std::string::npos);
  // 8 s of restart, 60 s of work, one more checkpoint at 80 s of work.
  CHECK(world.log.find("2m15s  end      job 1       completed after 1m10s") != std::string::npos);
  CHECK(world.lost(Loss::checkpoint) == 4 * (2 + 2) * second);
  CHECK(world.lost(Loss::restart) == 4 * 8 * second);
  CHECK(world.lost(Loss::redone) == 4 * 23 * second);
}

TEST_CASE("a failure while a checkpoint is written loses what it was to save") {
  World world{{with(job(1, 0, 4, 100), saving(40, 2, 0))}, {of_node(41, 0, 0)}};
  CHECK(world.run().lost(Loss::redone) == 4 * 40 * second);
  CHECK(world.lost(Loss::checkpoint) == 4 * (1 + 2 + 2) * second);
}

TEST_CASE("a failure of software stops the job that holds the GPU, and the node stays") {
  World world{{job(1, 0, 2, 50), job(2, 0, 2, 50)}, {of_software(10, 0, 2, 3)}};
  CHECK(world.run().log == R"(          0s  submit   job 1       2 gpus, limit 50s
          0s  submit   job 2       2 gpus, limit 50s
          0s  start    job 1       n1:0-1
          0s  start    job 2       n1:2-3
         10s  fail     n1  software, noticed after 3s
         10s  hang     job 2       does nothing
         13s  stop     job 2       software, requeued after 13s, loses 10s
         13s  start    job 2       n1:2-3
         50s  end      job 1       completed after 50s
        1m3s  end      job 2       completed after 50s
)");
  CHECK(world.summary.interruptions.interruptions == 1);
  CHECK(world.lost(Loss::down) == 0);
}

TEST_CASE("a node that fails mildly takes nobody any more, and goes when it is empty") {
  World world{{job(1, 0, 2, 50), job(2, 20, 6, 10)}, {mild(of_node(10, 0, 0))}};
  CHECK(world.run().log == R"(          0s  submit   job 1       2 gpus, limit 50s
          0s  start    job 1       n1:0-1
         10s  fail     n1  gpu, mild
         10s  node     n1  production to draining, gpu
         20s  submit   job 2       3 x 2 gpus, limit 10s
         50s  end      job 1       completed after 50s
         50s  node     n1  draining to reboot, gpu
          1m  node     n1  reboot to test, gpu
        1m5s  node     n1  test to production, gpu
        1m5s  start    job 2       n1:0-3 n2:0-1
       1m15s  end      job 2       completed after 10s
)");
  CHECK(world.lost(Loss::draining) == 2 * 40 * second);
  CHECK(world.summary.interruptions.interruptions == 0);
}

TEST_CASE("whoever starts on a broken node before that is noticed stands still with it") {
  World world{{job(1, 5, 4, 20)}, {of_node(2, 0, 10)}};
  world.run();
  CHECK(world.log.find("5s  hang     job 1") != std::string::npos);
  CHECK(world.log.find("12s  stop     job 1       gpu, requeued after 7s, loses 0s") !=
        std::string::npos);
}

TEST_CASE("a job that stands still is stopped at its limit all the same") {
  Job one = job(1, 0, 4, 20);
  one.limit = lasting(30);
  World world{{one}, {of_node(10, 0, 60)}};
  CHECK(world.run().summary.all.jobs.timed_out == 1);
  CHECK(world.lost(Loss::timed_out) == 4 * 10 * second);
  CHECK(world.lost(Loss::detection) == 4 * 20 * second);
}

TEST_CASE("what load brings on happens where so much of a node is held, and not with less") {
  const auto under = [](Failure failure, std::uint32_t held_milli) {
    failure.needs_held_milli = held_milli;
    return failure;
  };
  World world{{job(1, 0, 2, 50)}, {under(of_node(10, 0, 0), 2001), under(of_node(20, 1, 0), 1)}};
  CHECK(world.run().summary.interruptions.failures == 0);
  world.failures.push_back(under(of_node(30, 0, 0), 2000));
  CHECK(world.run().summary.interruptions.interruptions == 1);
}

TEST_CASE("a node that is out does not fail again, but stays out as long as its rack does") {
  const Failure power =
      of_domain(of_node(40, 0, 0, {{NodeState::triage, lasting(100)}, {NodeState::test, {}}}), 2);
  World world{{job(1, 0, 8, 20)}, {of_node(30, 0, 0), of_node(35, 0, 0), power}};
  CHECK(world.run().log == R"(          0s  submit   job 1       2 x 4 gpus, limit 20s
          0s  start    job 1       n[1-2]:0-3
         20s  end      job 1       completed after 20s
         30s  fail     n1  gpu
         30s  node     n1  production to reboot, gpu
         35s  fail     n1  gpu
         40s  fail     n[1-2]  rack
         40s  node     n2  production to triage, rack
         40s  node     n1  reboot to test, gpu
       2m20s  node     n2  triage to test, rack
       2m20s  node     n2  test to production, rack
       2m20s  node     n1  test to production, gpu
)");
}

TEST_CASE("a job is given up when it may not come back, or not so often") {
  Terms never_again;
  never_again.requeue = false;
  Terms once;
  once.retries = 1;
  World world{{with(job(1, 0, 4, 50), never_again), with(job(2, 0, 4, 50), once)},
              {of_node(10, 0, 0), of_node(11, 1, 0), of_node(40, 1, 0), of_node(41, 0, 0)}};
  const JobCounts& jobs = world.run().summary.all.jobs;
  CHECK(jobs.failed == 2);
  CHECK(jobs.requeued == 1);
  CHECK(world.summary.interruptions.given_up == 2);
  CHECK(world.summary.gpu_time.productive == 0);
}

TEST_CASE("jobs that say nothing of it come back as the config says") {
  World world{{job(1, 0, 4, 100)}, {of_node(65, 0, 0)}, saving(40, 2, 8)};
  CHECK(world.run().lost(Loss::redone) == 4 * 23 * second);
}

TEST_CASE("Daly's interval is the root of twice the cost times the time between interruptions") {
  Terms daly;
  daly.checkpoint_daly = true;
  daly.checkpoint_cost = lasting(2);
  // M = 1 / (2 nodes x 1/800 per second) = 400 s; sqrt(2 x 2 x 400) = 40 s.
  World world{{with(job(1, 0, 8, 100), daly)}, {of_node(65, 0, 0)}, {}, {}, 1.0 / 800};
  CHECK(world.run().lost(Loss::redone) == 8 * 23 * second);
}

TEST_CASE(
    "interruptions are counted by cause and size, and the ETTR is work by time since the start") {
  World world{{job(1, 0, 4, 100), job(2, 0, 4, 100)}, {of_node(50, 0, 0)}};
  const FailureNumbers numbers = world.run().summary.interruptions;
  CHECK(numbers.failures == 1);
  CHECK(numbers.interruptions == 1);
  CHECK(numbers.by_cause.at(0).interruptions == 1);
  CHECK(numbers.by_cause.at(0).down == 4 * 15 * second);
  // Job 1 waits from 50 s to 65 s, and is done at 165 s; job 2 at 100 s.
  CHECK(numbers.by_gpus.at(2).interruptions == 1);
  CHECK(numbers.by_gpus.at(2).productive_ns == Int128{200'000'000'000});
  CHECK(numbers.by_gpus.at(2).wall_ns == Int128{265'000'000'000});
  CHECK(numbers.by_gpus.at(2).held_ns == Int128{250'000'000'000});
}

TEST_CASE("a spare stands in for a node that fails, which is kept back in its place when mended") {
  World world{{job(1, 0, 4, 100)}, {of_node(30, 0, 0)}};
  world.spares = {NodeId(1)};
  CHECK(world.run().log == R"(          0s  node     n2  production to spare, kept back
          0s  submit   job 1       4 gpus, limit 1m40s
          0s  start    job 1       n1:0-3
         30s  fail     n1  gpu
         30s  stop     job 1       gpu, requeued after 30s, loses 30s
         30s  node     n1  production to reboot, gpu
         30s  node     n2  spare to production, gpu
         30s  start    job 1       n2:0-3
         40s  node     n1  reboot to test, gpu
         45s  node     n1  test to spare, kept back
       2m10s  end      job 1       completed after 1m40s
)");
  CHECK(world.lost(Loss::spare) == 4 * (30 + 85) * second);
}

TEST_CASE("a cold spare stands in when it is set up") {
  World world{{job(1, 0, 4, 100)}, {of_node(30, 0, 0)}};
  world.spares = {NodeId(1)};
  world.set_up = Distribution(Distribution::Constant{lasting(20)});
  world.run();
  CHECK(world.log.find("30s  node     n2  spare to provision, gpu") != std::string::npos);
  CHECK(world.log.find("50s  node     n2  provision to production, gpu") != std::string::npos);
  CHECK(world.log.find("2m30s  end      job 1") != std::string::npos);
  CHECK(world.lost(Loss::provisioning) == 4 * 20 * second);
}

TEST_CASE("a spare that is lent to a gang which goes on there is not called in") {
  // The gang of both nodes, one of them lent, loses the other, and shrinks to what was lent to it.
  Terms elastic;
  elastic.on_failure = OnFailure::shrink;
  elastic.tasks_least = 1;
  Job gang = job(1, 0, 0, 100);
  gang.ask.whole_nodes = 2;
  gang.job_class = ClassId(1);
  World world{{with(gang, elastic)}, {of_node(30, 0, 0)}};
  world.spares = {NodeId(1)};
  world.lent_to = {"batch"};
  world.run();
  CHECK(world.log.find("30s  start    job 1       n2:0-3") != std::string::npos);
  CHECK(world.log.find("n2  lent to spare") == std::string::npos);
}

TEST_CASE("how long a cold spare is set up is drawn for the call, of a stream of its own") {
  World world{{job(1, 0, 4, 100)}, {of_node(30, 0, 0)}};
  world.spares = {NodeId(1)};
  world.set_up = Distribution(Distribution::Exponential{lasting(20)});
  world.run();
  Random draws(RunKey{1}, Stream::spares, 0);
  const Duration drawn = world.set_up->sample(draws);
  CHECK(world.lost(Loss::provisioning) == 4 * second * drawn.count() / 1'000'000'000);
}

TEST_CASE("a spare that is lent runs jobs of its class until it is called in") {
  World world{{job(1, 0, 4, 100), job(2, 0, 4, 100), job(3, 0, 4, 10)}, {of_node(30, 0, 0)}};
  world.jobs[1].job_class = ClassId(1);
  world.spares = {NodeId(1)};
  world.lent_to = {"batch"};
  CHECK(world.run().log == R"(          0s  node     n2  production to lent, kept back
          0s  submit   job 1       4 gpus, limit 1m40s
          0s  submit   job 2       4 gpus, limit 1m40s
          0s  submit   job 3       4 gpus, limit 10s
          0s  promise  job 3       to start by 1m40s
          0s  start    job 1       n1:0-3
          0s  start    job 2       n2:0-3
         30s  fail     n1  gpu
         30s  stop     job 1       gpu, requeued after 30s, loses 30s
         30s  node     n1  production to reboot, gpu
         30s  stop     job 2       gpu, requeued after 30s, loses 30s
         30s  node     n2  lent to spare, kept back
         30s  node     n2  spare to production, gpu
         30s  promise  job 2       to start by 2m10s
         30s  start    job 1       n2:0-3
         40s  node     n1  reboot to test, gpu
         45s  node     n1  test to lent, kept back
         45s  promise  job 3       to start by 2m10s
         45s  start    job 2       n1:0-3
       2m10s  end      job 1       completed after 1m40s
       2m10s  start    job 3       n2:0-3
       2m20s  end      job 3       completed after 10s
       2m25s  end      job 2       completed after 1m40s
)");
  CHECK(world.lost(Loss::redone) == 4 * 60 * second);
  CHECK(world.lost(Loss::spare) == 0);
  CHECK(world.summary.interruptions.interruptions == 2);
}

TEST_CASE("a spare fails like any other node, and is a spare again when it is mended") {
  World world{{job(1, 0, 4, 100)}, {of_node(10, 1, 0), of_node(12, 0, 0)}};
  world.spares = {NodeId(1)};
  world.run();
  CHECK(world.log.find("10s  node     n2  spare to reboot, gpu") != std::string::npos);
  CHECK(world.log.find("25s  node     n2  test to spare, kept back") != std::string::npos);
  CHECK(world.log.find("27s  node     n1  test to production, gpu") != std::string::npos);
}

TEST_CASE("V18: bare metal does 1 / (1 - tax) of the work of virtual machines") {
  World world{{job(1, 0, 4, 85)}, {}};
  world.virtualization_ppm = 150'000;
  CHECK(world.run().log.find("1m40s  end      job 1       completed after 1m40s") !=
        std::string::npos);
  CHECK(world.lost(Loss::virtualization) == 4 * 15 * second);
  CHECK(world.summary.gpu_time.productive == 4 * 85 * second);
}

TEST_CASE(
    "free GPUs are fragmented while the first job that waits cannot use as many as it asks for") {
  // Each node has one free GPU, and job 3 wants two on one node.
  World world{{job(1, 0, 3, 50), job(2, 0, 3, 80), job(3, 10, 2, 5)}, {}};
  world.run();
  CHECK(world.lost(Loss::fragmentation) == 2 * 40 * second);
}
