#include "simulator/sinks/event_log.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/golden.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

std::string line(SimTime now, const Record& record, Sources sources = Sources::one) {
  const Fleet fleet = plain_fleet(4, 8);
  StringOut out;
  event_log(out, fleet, sources)->on(now, record);
  return out.written;
}

// Twelve nodes in three racks, jobs that wait, overtake, time out, do not fit and are cut off.
std::string small_run() {
  FleetBuilder builder({"rack"});
  for (int rack = 0; rack < 3; ++rack) {
    builder.enter("rack" + std::to_string(rack));
    for (int node = 1; node <= 4; ++node) {
      builder.add_node("n" + std::to_string(4 * rack + node), {8, 0, 0, ""});
    }
    builder.leave();
  }
  const Fleet fleet = builder.build();
  std::vector<Job> jobs{job(1, 0, 64, 3600),   job(2, 0, 48, 1800),  job(3, 60, 12, 1200),
                        job(4, 60, 97, 60),    job(5, 90, 8, 7200),  job(6, 120, 3, 0),
                        job(7, 600, 96, 3600), job(8, 700, 1, 5000), job(9, 5400, 16, 600)};
  jobs[0].limit = lasting(3000);
  jobs[2].limit = lasting(2400);
  jobs[5].limit = lasting(60);
  ListSource source(std::move(jobs));
  Policy policy = policy_of(best_fit(), easy(nullptr));
  StringOut out;
  const auto log = event_log(out, fleet, Sources::one);
  Simulation(fleet, source, policy, {RunKey{1}, at(9000)}, {log.get()}).run();
  return out.written;
}

}  // namespace

TEST_CASE("the event log says each record in one aligned line") {
  LiveJob one = live(job(7, 60, 4, 90), 90);
  one.shape.tasks = 2;
  const Placement nodes{{NodeId(2), 1, 0xF}, {NodeId(0), 1, 0xF0}};
  CHECK(line(at(60), Submitted{one}) ==
        "          1m  submit   job 7       2 x 4 gpus, limit 1m30s\n");
  CHECK(line(at(60), Rejected{one}) ==
        "          1m  reject   job 7       does not fit the empty fleet\n");
  CHECK(line(at(60), Promised{one, at(90)}) ==
        "          1m  promise  job 7       to start by 1m30s\n");
  CHECK(line(at(90), Started{one, nodes}) == "       1m30s  start    job 7       n1:4-7 n3:0-3\n");
  CHECK(line(at(180), Ended{one, nodes, EndState::completed}) ==
        "          3m  end      job 7       completed after 1m30s\n");
  CHECK(line(at(150), Ended{one, nodes, EndState::timed_out}) ==
        "       2m30s  end      job 7       timed out after 1m\n");
  CHECK(line(at(150), LeftRunning{one, nodes}) == "       2m30s  running  job 7       for 1m\n");
  CHECK(line(at(150), LeftWaiting{one, Reason::dependency}) ==
        "       2m30s  waiting  job 7       for 1m30s: Dependency\n");
}

TEST_CASE("the event log says CPU and memory of a task where they are asked for") {
  LiveJob one = live(job(7, 0, 0, 90));
  one.shape.cpu_milli = 1500;
  one.shape.memory = std::int64_t{4} << 30;
  CHECK(line(at(0), Submitted{one}) ==
        "          0s  submit   job 7       0 gpus + 1500 mcpu + 4GiB, limit 1m30s\n");
}

TEST_CASE("the event log folds nodes with the same GPUs, and names no GPU where none is held") {
  const LiveJob one = live(job(7, 0, 1, 90), 0);
  const Placement gang{{NodeId(0), 1, 0xFF}, {NodeId(1), 1, 0xFF}, {NodeId(2), 1, 1}};
  CHECK(line(at(0), Started{one, gang}) == "          0s  start    job 7       n[1-2]:0-7 n3:0\n");
  CHECK(line(at(0), Started{one, {{NodeId(1), 1, 0}}}) ==
        "          0s  start    job 7       n2\n");
}

TEST_CASE("the event log names the source of a job where there are several") {
  LiveJob one = live(job(7, 0, 1, 90));
  one.job.source = 2;
  CHECK(line(at(90), LeftWaiting{one}, Sources::several) ==
        "       1m30s  waiting  job 3.7     for 1m30s: Priority\n");
}

TEST_CASE("a small run says what it always said") {
  const std::string now = small_run();
  CHECK(now == golden("small_run.log", now));
}
