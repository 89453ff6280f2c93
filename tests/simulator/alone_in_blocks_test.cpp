// Jobs that want nobody else in the blocks that they use (sbatch --exclusive=topo): by hand, and
// whole runs under the laws and the accounts' twin.
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "core/settings_tree.hpp"
#include "simulator/sinks/event_log.hpp"
#include "simulator/summary.hpp"
#include "tests/simulator/account_twin.hpp"
#include "tests/simulator/laws.hpp"
#include "tests/simulator/random_failures.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"
#include "tests/workloads/flow_settings.hpp"

using namespace berth;
using namespace berth::test;

namespace {

// Blocks of nodes n1, n2 ...; every second node is of another GPU model.
Fleet blocks(int count, int nodes, std::uint32_t gpus) {
  FleetBuilder builder({"block"});
  int next = 0;
  for (int block = 0; block < count; ++block) {
    builder.enter("b" + std::to_string(block));
    for (int node = 0; node < nodes; ++node) {
      const std::string name = "n" + std::to_string(++next);
      builder.add_node(name, {gpus, 0, 0, next % 2 == 1 ? "a" : "b"});
    }
    builder.leave();
  }
  return builder.build();
}

Job alone(Job one, Terms terms = {}) {
  terms.block_alone = true;
  one.terms = std::make_shared<Terms>(std::move(terms));
  return one;
}
Job with(Job one, std::int32_t priority) {
  one.priority = priority;
  return one;
}
Terms of_model(const char* model) {
  Terms terms;
  terms.gpu_models = {model};
  return terms;
}
Job only(const char* model, Job one) {
  one.terms = std::make_shared<Terms>(of_model(model));
  return one;
}

struct Told {
  std::string log;
  std::string broken;
  GpuTime time;
};

// With a seed nodes fail, and what is done about it is drawn.
Told run(const Fleet& fleet, const std::string& written, const std::vector<Job>& jobs,
         const std::vector<Drain>& drains = {}, std::uint64_t seed = 0) {
  ListSource source(jobs);
  const SettingsTree tree = testing::flow(written);
  Policy policy = make_policy(tree.root());
  StringOut out;
  const auto log = event_log(out, fleet, Sources::one);
  Promises promises = promises_of(policy);
  promises.yields.grace = written.find("grace: 5s") != std::string::npos ? lasting(5) : Duration{};
  Laws laws(fleet, promises);
  std::vector<Failure> failures = seed > 0 ? random_failures(seed, fleet) : std::vector<Failure>{};
  RunOptions options{RunKey{seed}, {}};
  options.slows = any_slows(failures);
  options.tests = seed > 0 ? random_tests(seed) : std::nullopt;
  laws.tests = options.tests;
  ListFailures breaks(std::move(failures));
  if (seed > 0) {
    options.failures = &breaks;
    options.causes = &random_causes;
    options.crews = random_crews(seed);
    options.spares = random_spares(seed, fleet);
    options.spares.lent_to.clear();
  }
  AccountTwin twin(fleet, SimTime{}, 0, options.tests);
  const Catalog catalog;
  SummarySink summary(fleet, catalog, SimTime{}, 0, options.tests);
  Simulation simulation(fleet, source, policy, options, {log.get(), &laws, &twin, &summary});
  for (const Drain& drain : drains) {
    simulation.drain(drain);
  }
  simulation.run();
  const GpuTime time = summary.summary().gpu_time;
  return {out.written, laws.broken() + twin.difference(time), time};
}

std::int64_t gpu_s(Int128 time) { return static_cast<std::int64_t>(time / 1'000'000'000 / 1000); }

}  // namespace

TEST_CASE("a job with its blocks for itself takes none with others in it, and lets nobody in") {
  const Told told = run(blocks(2, 2, 1), "{placer: slurm_block, backfill: best_effort}",
                        {job(1, 0, 1, 10), alone(job(2, 1, 1, 20)), job(3, 2, 1, 5),
                         job(4, 3, 1, 5), alone(job(5, 4, 1, 5))});
  CHECK(told.broken == "");
  CHECK(told.log == R"(          0s  submit   job 1       1 gpus, limit 10s
          0s  start    job 1       n3:0
          1s  submit   job 2       1 gpus, alone in its blocks, limit 20s
          1s  start    job 2       n1:0
          2s  submit   job 3       1 gpus, limit 5s
          2s  start    job 3       n4:0
          3s  submit   job 4       1 gpus, limit 5s
          4s  submit   job 5       1 gpus, alone in its blocks, limit 5s
          7s  end      job 3       completed after 5s
          7s  start    job 4       n4:0
         10s  end      job 1       completed after 10s
         12s  end      job 4       completed after 5s
         12s  start    job 5       n3:0
         17s  end      job 5       completed after 5s
         21s  end      job 2       completed after 20s
)");
  // Of 4 GPUs: n2 for 20 s, n4 for 5 s.
  CHECK(gpu_s(told.time.lost_to(Loss::idle_allocated)) == 25);
  CHECK(gpu_s(told.time.kept_empty) == 25);
  CHECK(gpu_s(told.time.allocated) == 45);
}

TEST_CASE("who waits for a block of its own is told so, where there would be room") {
  const Told told = run(blocks(1, 2, 1), "{placer: slurm_block, backfill: none}",
                        {job(1, 0, 1, 10), alone(job(2, 1, 1, 1000))});
  CHECK(told.broken == "");
  CHECK(told.log.find("10s  start    job 2       n1:0") != std::string::npos);
}

TEST_CASE("a placer without blocks turns such a job away") {
  const Told told = run(blocks(1, 2, 1), "{placer: best_fit}", {alone(job(1, 0, 1, 10))});
  CHECK(told.log.find("reject   job 1       wants its blocks for itself, and the placer knows of "
                      "none; slurm_block does") != std::string::npos);
}

TEST_CASE("where nodes have no levels the cluster is one block") {
  const Told told = run(plain_fleet(2, 2), "{placer: slurm_block, backfill: best_effort}",
                        {job(1, 0, 1, 10), alone(job(2, 1, 1, 10)), job(3, 12, 1, 1)});
  CHECK(told.broken == "");
  CHECK(told.log.find("10s  start    job 2") != std::string::npos);
  CHECK(told.log.find("20s  start    job 3") != std::string::npos);
}

TEST_CASE("whoever is in the block counts, on nodes that the job may not use, too") {
  const Told told = run(blocks(1, 2, 1), "{placer: slurm_block, backfill: best_effort}",
                        {only("b", job(1, 0, 1, 10)), alone(job(2, 1, 1, 10), of_model("a")),
                         only("b", job(3, 11, 1, 1))});
  CHECK(told.broken == "");
  CHECK(told.log.find("10s  start    job 2       n1:0") != std::string::npos);
  CHECK(told.log.find("20s  start    job 3       n2:0") != std::string::npos);
}

TEST_CASE("a promise of a block of its own keeps it whole: none may overtake into it") {
  // The block is free of others at 10 s; 3 would be there until 31 s, 4 is gone in time.
  const std::vector<Job> jobs{job(1, 0, 1, 10), alone(job(2, 1, 1, 10)), job(3, 2, 1, 29),
                              job(4, 3, 1, 5)};
  for (const char* const backfill :
       {"easy", "conservative", "{kind: slurm, bf_interval: 1s, bf_resolution: 1s}"}) {
    CAPTURE(backfill);
    const Told told = run(blocks(1, 3, 1),
                          "{placer: slurm_block, backfill: " + std::string(backfill) + "}", jobs);
    CHECK(told.broken == "");
    CHECK(told.log.find("10s  start    job 2") != std::string::npos);
    CHECK(told.log.find("20s  start    job 3") != std::string::npos);
    CHECK(told.log.find(" 3s  start    job 4") != std::string::npos);
  }
}

TEST_CASE("all who are in the block yield to a job that wants it for itself") {
  for (const char* const preemption : {"{kind: slurm, by: priority}", "cheapest"}) {
    CAPTURE(preemption);
    const Told told = run(blocks(1, 3, 1),
                          "{order: priority, placer: slurm_block, backfill: easy, preemption: " +
                              std::string(preemption) + "}",
                          {job(1, 0, 1, 10), job(2, 0, 1, 10), with(alone(job(3, 1, 1, 10)), 5)});
    CHECK(told.broken == "");
    CHECK(told.log.find("yield    job 1       to job 3") != std::string::npos);
    CHECK(told.log.find("yield    job 2       to job 3") != std::string::npos);
    CHECK(told.log.find(" 1s  start    job 3") != std::string::npos);
  }
}

TEST_CASE("a job that has a block for itself yields it all to one that wants a free node of it") {
  for (const char* const preemption : {"{kind: slurm, by: priority}", "cheapest"}) {
    CAPTURE(preemption);
    const Told told = run(blocks(1, 3, 1),
                          "{order: priority, placer: slurm_block, backfill: easy, preemption: " +
                              std::string(preemption) + "}",
                          {alone(job(1, 0, 1, 10)), with(job(2, 1, 3, 10), 5)});
    CHECK(told.broken == "");
    CHECK(told.log.find("yield    job 1       to job 2") != std::string::npos);
    CHECK(told.log.find(" 1s  start    job 2       n[1-3]:0") != std::string::npos);
  }
}

TEST_CASE("a node that is kept empty may be drained: the job stays, and nobody counts it twice") {
  const Told told =
      run(blocks(1, 3, 1), "{placer: slurm_block, backfill: best_effort}",
          {alone(job(1, 0, 1, 20)), job(2, 1, 1, 5)}, {{{NodeId(2)}, at(5), at(8), Door::slurm}});
  CHECK(told.broken == "");
  CHECK(told.log.find("20s  end      job 1       completed after 20s") != std::string::npos);
  CHECK(told.log.find("20s  start    job 2") != std::string::npos);
}

namespace {

const std::array policies{
    "{placer: slurm_block, backfill: none}",
    "{placer: slurm_block, backfill: best_effort, planning: per_event}",
    "{placer: {kind: slurm_block, block_sizes: [3, 6]}, backfill: easy}",
    "{placer: {kind: slurm_block, block_sizes: [3, 6], spread: true}, backfill: conservative}",
    "{order: smallest_first, placer: slurm_block, backfill: {kind: slurm, bf_interval: 3s, "
    "bf_resolution: 2s}}",
    "{order: priority, placer: slurm_block, backfill: easy, preemption: {kind: slurm, by: "
    "priority}}",
    "{order: priority, placer: slurm_block, backfill: conservative, preemption: {kind: slurm, by: "
    "priority, mode: suspend}}",
    "{order: priority, placer: slurm_block, backfill: best_effort, preemption: {kind: slurm, by: "
    "priority, mode: cancel, grace: 5s}}",
    "{order: priority, placer: slurm_block, backfill: easy, preemption: cheapest}",
    "{order: srtf, placer: slurm_block, preemption: afresh}"};

// Some of them want their blocks for themselves, or GPUs of one model, or may be smaller.
std::vector<Job> some_alone(std::uint64_t seed, const Fleet& fleet) {
  std::vector<Job> jobs = random_jobs(seed, fleet);
  Dice dice(seed, 97);
  for (Job& one : jobs) {
    Terms terms = dice.percent(25) ? of_model(dice.percent(50) ? "a" : "b") : Terms{};
    terms.tasks_least = dice.percent(20) ? 1 : 0;
    terms.requeue = dice.percent(90);
    terms.on_failure =
        !terms.requeue || dice.percent(50) ? OnFailure::requeue : OnFailure::restart_in_place;
    terms.block_alone = dice.percent(40);
    one.terms = std::make_shared<Terms>(std::move(terms));
  }
  return jobs;
}

}  // namespace

TEST_CASE("a swarm with blocks of their own breaks no law, and the books agree") {
  const Fleet fleet = blocks(5, 3, 4);
  for (const char* const policy : policies) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      CAPTURE(policy);
      CAPTURE(seed);
      CHECK(run(fleet, policy, some_alone(seed, fleet)).broken == "");
      CHECK(run(fleet, policy, some_alone(seed + 100, fleet), {}, seed).broken == "");
    }
  }
}
