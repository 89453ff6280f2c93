// Runs in which jobs yield, worked out by hand and shown as event logs and tables.
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "simulator/sinks/event_log.hpp"
#include "simulator/sinks/preemption_table.hpp"
#include "simulator/summary.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

using Options = std::vector<std::pair<std::string, testing::Value>>;

Policy by_priority(const Options& options, std::unique_ptr<JobOrder> order = priority()) {
  Policy policy = policy_of(first_fit(), no_backfill());
  policy.order = std::move(order);
  Options all{{"kind", "slurm"}};
  all.insert(all.end(), options.begin(), options.end());
  const SettingsTree tree = testing::tree(testing::map(all));
  policy.preemption = make_preemption(tree.root());
  return policy;
}

Job urgent(Job one) {
  one.priority = 1;
  return one;
}

Job on_terms(Job one, double checkpoint_every, double restart, bool requeue = true) {
  Terms terms;
  terms.checkpoint_every = lasting(checkpoint_every);
  terms.restart = lasting(restart);
  terms.requeue = requeue;
  one.terms = std::make_shared<const Terms>(terms);
  one.limit = lasting(1000);
  return one;
}

struct Story {
  std::string log;  // but the lines of submissions
  std::string table;
  Summary summary;
};

Story told(const Fleet& fleet, std::vector<Job> jobs, Policy policy) {
  const Catalog catalog;
  ListSource source(std::move(jobs));
  StringOut log;
  StringOut table;
  const auto log_sink = event_log(log, fleet, Sources::one);
  const auto table_sink = preemption_table(table, Sources::one);
  SummarySink summary(fleet, catalog);
  Simulation run(fleet, source, policy, {}, {log_sink.get(), table_sink.get(), &summary});
  run.run();
  Story story;
  for (std::size_t at = 0; at < log.written.size();) {
    const std::size_t end = log.written.find('\n', at) + 1;
    const std::string line = log.written.substr(at, end - at);
    story.log += line.find("submit") == std::string::npos ? line : "";
    at = end;
  }
  story.table = table.written;
  story.summary = summary.summary();
  return story;
}
// On one node of so many GPUs.
Story told(std::uint32_t gpus, std::vector<Job> jobs, Policy policy) {
  return told(plain_fleet(1, gpus), std::move(jobs), std::move(policy));
}

}  // namespace

TEST_CASE("a job that is requeued goes on from its checkpoint, and starts up first") {
  const Story story =
      told(1, {on_terms(job(1, 0, 1, 20), 4, 2), urgent(job(2, 10, 1, 5))}, by_priority({}));
  CHECK(story.log ==
        "          0s  start    job 1       n1:0\n"
        "         10s  yield    job 1       to job 2, requeued after 10s, loses 2s\n"
        "         10s  start    job 2       n1:0\n"
        "         15s  end      job 2       completed after 5s\n"
        "         15s  start    job 1       n1:0\n"
        "         29s  end      job 1       completed after 14s\n");
  CHECK(story.table ==
        "time_s,job_id,by_job_id,mode,grace_s,ran_s,gpus,lost_gpu_s,started_s,used_gpus\n"
        "10,1,2,requeue,0,10,1,2,10,1\n");
  CHECK(story.summary.gpu_time.lost_to(Loss::redone) == lasting(2).count() * gpu_nanosecond);
  CHECK(story.summary.gpu_time.lost_to(Loss::restart) == lasting(2).count() * gpu_nanosecond);
}

TEST_CASE("a job that is suspended goes on where it was, and loses nothing") {
  const Story story = told(2, {job(1, 0, 1, 20), job(2, 0, 1, 12), urgent(job(3, 10, 1, 5))},
                           by_priority({{"mode", "suspend"}}));
  CHECK(story.log ==
        "          0s  start    job 1       n1:0\n"
        "          0s  start    job 2       n1:1\n"
        "         10s  yield    job 2       to job 3, suspended after 10s, loses 0s\n"
        "         10s  start    job 3       n1:1\n"
        "         15s  end      job 3       completed after 5s\n"
        "         15s  start    job 2       n1:1\n"
        "         17s  end      job 2       completed after 2s\n"
        "         20s  end      job 1       completed after 20s\n");
}

TEST_CASE("a job that waits for its GPUs keeps no others from theirs") {
  const Story story = told(2, {job(1, 0, 2, 20), urgent(job(2, 10, 1, 5)), job(3, 11, 1, 2)},
                           by_priority({{"mode", "suspend"}}));
  CHECK(story.log ==
        "          0s  start    job 1       n1:0-1\n"
        "         10s  yield    job 1       to job 2, suspended after 10s, loses 0s\n"
        "         10s  start    job 2       n1:0\n"
        "         11s  start    job 3       n1:1\n"
        "         13s  end      job 3       completed after 2s\n"
        "         15s  end      job 2       completed after 5s\n"
        "         15s  start    job 1       n1:0-1\n"
        "         25s  end      job 1       completed after 10s\n");
}

TEST_CASE("a job may end by itself in its grace, and then nobody yields") {
  const Story story =
      told(1, {job(1, 0, 1, 20), urgent(job(2, 15, 1, 5))}, by_priority({{"grace", "10s"}}));
  CHECK(story.log ==
        "          0s  start    job 1       n1:0\n"
        "         15s  warn     job 1       to yield to job 2 by 25s\n"
        "         20s  end      job 1       completed after 20s\n"
        "         20s  start    job 2       n1:0\n"
        "         25s  end      job 2       completed after 5s\n");
  CHECK(story.summary.preemptions.warned == 1);
  CHECK(story.summary.preemptions.ended_in_time == 1);
  CHECK(story.summary.preemptions.count == 0);
}

// In the order of arrival job 1 comes first. It must not start again while job 2, which it was
// stopped for, still waits for job 3 to leave: they would take turns for ever.
TEST_CASE("who has stopped for a job does not start again before it") {
  const Story story = told(2, {job(1, 0, 1, 100), job(2, 0, 1, 14), urgent(job(3, 5, 2, 5))},
                           by_priority({{"grace", "10s"}}, fifo()));
  CHECK(story.log ==
        "          0s  start    job 1       n1:0\n"
        "          0s  start    job 2       n1:1\n"
        "          5s  warn     job 1       to yield to job 3 by 15s\n"
        "          5s  warn     job 2       to yield to job 3 by 15s\n"
        "         14s  end      job 2       completed after 14s\n"
        "         15s  yield    job 1       to job 3, requeued after 15s, loses 15s\n"
        "         15s  start    job 3       n1:0-1\n"
        "         20s  end      job 3       completed after 5s\n"
        "         20s  start    job 1       n1:0\n"
        "          2m  end      job 1       completed after 1m40s\n");
}

TEST_CASE("a job that yields is named right though the other has started elsewhere and is gone") {
  const Story story =
      told(2, {job(1, 0, 1, 7), job(2, 1, 1, 100), urgent(job(3, 5, 1, 2)), job(4, 9, 1, 50)},
           by_priority({{"grace", "10s"}, {"youngest_first", "true"}}));
  CHECK(story.log ==
        "          0s  start    job 1       n1:0\n"
        "          1s  start    job 2       n1:1\n"
        "          5s  warn     job 2       to yield to job 3 by 15s\n"
        "          7s  end      job 1       completed after 7s\n"
        "          7s  start    job 3       n1:0\n"
        "          9s  end      job 3       completed after 2s\n"
        "          9s  start    job 4       n1:0\n"
        "         15s  yield    job 2       to job 3, requeued after 14s, loses 14s\n"
        "         15s  start    job 2       n1:1\n"
        "         59s  end      job 4       completed after 50s\n"
        "       1m55s  end      job 2       completed after 1m40s\n");
  CHECK(story.summary.preemptions.freed_unused == 1);
}

TEST_CASE("what was freed and not used is counted") {
  const Story story =
      told(4, {on_terms(job(1, 0, 4, 20), 0, 0, false), urgent(job(2, 10, 1, 5))}, by_priority({}));
  CHECK(story.table ==
        "time_s,job_id,by_job_id,mode,grace_s,ran_s,gpus,lost_gpu_s,started_s,used_gpus\n"
        "10,1,2,cancel,0,10,4,40,10,1\n");
  CHECK(story.summary.preemptions.freed_gpus == 4);
  CHECK(story.summary.preemptions.freed_unused == 3);
  CHECK(story.summary.preemptions.destroyed == 4 * lasting(10).count() * gpu_nanosecond);
  CHECK(story.summary.gpu_time.lost_to(Loss::preempted) ==
        4 * lasting(10).count() * gpu_nanosecond);
}

TEST_CASE("a job is exempt for its minimum run time, and yields when that is over") {
  const Story story = told(1, {job(1, 0, 1, 100), urgent(job(2, 10, 1, 5))},
                           by_priority({{"exempt", "30s"}, {"mode", "suspend"}}));
  CHECK(story.log ==
        "          0s  start    job 1       n1:0\n"
        "         30s  yield    job 1       to job 2, suspended after 30s, loses 0s\n"
        "         30s  start    job 2       n1:0\n"
        "         35s  end      job 2       completed after 5s\n"
        "         35s  start    job 1       n1:0\n"
        "       1m45s  end      job 1       completed after 1m10s\n");
}

TEST_CASE("a placer of whole nodes may place a job beside one that it thought had to yield") {
  // slurm_tree wants two whole nodes for seven tasks, 4 and 3; then job 3, on the last GPU of n2,
  // is in nobody's way.
  const SettingsTree tree = testing::tree(testing::map({{"kind", "cheapest"}}));
  const SettingsTree placer = testing::tree("slurm_tree");
  Policy policy = policy_of(make_placer(placer.root()), no_backfill());
  policy.order = priority();
  policy.preemption = make_preemption(tree.root());
  Job wide = urgent(job(4, 6, 7, 10));
  wide.ask.tasks = 7;
  const Story story =
      told(plain_fleet(2, 4), {job(1, 0, 4, 5), job(2, 0, 3, 5), job(3, 0, 1, 100), wide},
           std::move(policy));
  CHECK(story.log.find("n2:3") != std::string::npos);
  CHECK(story.log.find("yield") == std::string::npos);
  CHECK(story.log.find("6s  start    job 4       n1:0-3 n2:0-2") != std::string::npos);
}
