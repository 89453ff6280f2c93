// Two front doors: pods and Slurm jobs on one fleet, exclusive nodes and drains.
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/settings_tree.hpp"
#include "simulator/sinks/event_log.hpp"
#include "tests/simulator/laws.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"
#include "tests/workloads/flow_settings.hpp"

using namespace berth;
using namespace berth::test;

namespace {

Job with(Job one, std::int32_t priority, const Terms& terms) {
  one.priority = priority;
  one.terms = std::make_shared<Terms>(terms);
  return one;
}
Job pod(Job one, std::int32_t priority = 0) {
  Terms terms;
  terms.pod = true;
  return with(std::move(one), priority, terms);
}
Job exclusive(Job one, std::int32_t priority = 0) {
  Terms terms;
  terms.exclusive = true;
  return with(std::move(one), priority, terms);
}

Policy under(const char* preemption) {
  auto tree = testing::flow(preemption);
  Policy policy = policy_of(best_fit(), best_effort());
  policy.preemption = make_preemption(tree.root());
  return policy;
}

struct Run {
  std::string log;
  std::string broken;
};

Run run(Policy policy, const std::vector<Job>& jobs, const std::vector<Drain>& drains = {},
        std::optional<SimTime> horizon = std::nullopt) {
  const Fleet fleet = plain_fleet(2, 4);
  ListSource source(jobs);
  StringOut out;
  const auto log = event_log(out, fleet, Sources::one);
  Laws laws(fleet, promises_of(policy));
  RunOptions options;
  options.horizon = horizon;
  Simulation simulation(fleet, source, policy, options, {log.get(), &laws});
  for (const Drain& drain : drains) {
    simulation.drain(drain);
  }
  simulation.run();
  return {out.written, laws.broken()};
}

}  // namespace

TEST_CASE("an exclusive job takes whole nodes, and only such that nobody else is on") {
  const Run told = run(under("none"), {job(1, 0, 1, 50), exclusive(job(2, 1, 2, 10)),
                                       job(3, 2, 3, 10), exclusive(job(4, 3, 5, 10))});
  CHECK(told.broken.empty());
  CHECK(told.log == R"(          0s  submit   job 1       1 gpus, limit 50s
          0s  start    job 1       n1:0
          1s  submit   job 2       4 gpus, limit 10s
          1s  start    job 2       n2:0-3
          2s  submit   job 3       3 gpus, limit 10s
          2s  start    job 3       n1:1-3
          3s  submit   job 4       2 x 4 gpus, limit 10s
         11s  end      job 2       completed after 10s
         12s  end      job 3       completed after 10s
         50s  end      job 1       completed after 50s
         50s  start    job 4       n[1-2]:0-3
          1m  end      job 4       completed after 10s
)");
}

TEST_CASE("an exclusive job evicts pods from the nodes that it takes, and from no others") {
  const Run told = run(under("pods"), {pod(job(1, 0, 4, 50)), pod(job(2, 0, 1, 50), 5),
                                       exclusive(job(3, 10, 1, 20))});
  CHECK(told.broken.empty());
  CHECK(told.log.find("yield    job 1       to job 3, requeued after 10s") != std::string::npos);
  CHECK(told.log.find("yield    job 2") == std::string::npos);
  CHECK(told.log.find("10s  start    job 3       n1:0-3") != std::string::npos);
}

TEST_CASE("pods from the priority that is spared on yield to nobody") {
  const Run told =
      run(under("{kind: pods, spare_from: 5}"),
          {pod(job(1, 0, 4, 50), 5), pod(job(2, 0, 4, 30), 5), exclusive(job(3, 10, 1, 20), 100)});
  CHECK(told.log.find("yield") == std::string::npos);
  CHECK(told.log.find("30s  start    job 3") != std::string::npos);
}

TEST_CASE("a Slurm job yields to a pod of a higher priority only where the policy says so") {
  const std::vector<Job> jobs{job(1, 0, 8, 50), pod(job(2, 10, 1, 20), 3)};
  CHECK(run(under("pods"), jobs).log.find("yield") == std::string::npos);
  const Run told =
      run(under("{kind: pods, to_pods: lower_priority, to_exclusive: lower_priority}"), jobs);
  CHECK(told.log.find("yield    job 1       to job 2") != std::string::npos);
}

TEST_CASE("policies under which pods and jobs would evict each other for ever are refused") {
  CHECK_THROWS_AS(under("{kind: pods, to_pods: lower_priority}"), InputError);
  CHECK_THROWS_AS(under("{kind: pods, to_pods: never, to_jobs: never, to_exclusive: never}"),
                  InputError);
}

TEST_CASE("nobody starts on a drained node, pod or job; who runs there stays") {
  const Drain drain{{NodeId(0)}, at(5), at(30), Door::kubernetes};
  const Run told =
      run(under("pods"), {job(1, 0, 4, 20), job(2, 6, 4, 10), pod(job(3, 7, 4, 10))}, {drain});
  CHECK(told.broken.empty());
  CHECK(told.log == R"(          0s  submit   job 1       4 gpus, limit 20s
          0s  start    job 1       n1:0-3
          5s  drain    n1  by kubernetes
          6s  submit   job 2       4 gpus, limit 10s
          6s  start    job 2       n2:0-3
          7s  submit   job 3       4 gpus, limit 10s
         16s  end      job 2       completed after 10s
         16s  start    job 3       n2:0-3
         20s  end      job 1       completed after 20s
         26s  end      job 3       completed after 10s
         30s  open     n1  by kubernetes
)");
}

TEST_CASE("a node that both doors drained opens when both have opened it") {
  const Run told = run(under("none"), {job(1, 6, 4, 10), job(2, 6, 4, 10)},
                       {{{NodeId(0)}, at(5), at(30), Door::kubernetes},
                        {{NodeId(0), NodeId(1)}, at(6), at(20), Door::slurm}});
  CHECK(told.broken.empty());
  CHECK(told.log.find("6s  drain    n2  by slurm") != std::string::npos);
  CHECK(told.log.find("20s  open     n2  by slurm") != std::string::npos);
  CHECK(told.log.find("20s  start    job 1       n2:0-3") != std::string::npos);
  CHECK(told.log.find("30s  open     n1  by kubernetes") != std::string::npos);
}

TEST_CASE("a job that waits for drained nodes for ever is told of as waiting") {
  const Run told =
      run(under("none"), {job(1, 6, 8, 10)}, {{{NodeId(0)}, at(5), never, Door::slurm}}, at(100));
  CHECK(told.broken.empty());
  CHECK(told.log.find("waiting  job 1") != std::string::npos);
}

TEST_CASE("pods, exclusive jobs and drains break no law") {
  std::string broken;
  for (std::uint64_t seed = 1; seed <= 150 && broken.empty(); ++seed) {
    const Fleet fleet = random_fleet(seed);
    std::vector<Job> jobs = random_jobs(seed, fleet);
    Dice dice(seed, 77);
    for (Job& one : jobs) {
      Terms terms;
      terms.pod = dice.percent(50);
      terms.exclusive = !terms.pod && dice.percent(30);
      terms.requeue = dice.percent(80);
      one.terms = std::make_shared<Terms>(terms);
    }
    ListSource source(std::move(jobs));
    constexpr std::array policies{
        "pods", "{kind: pods, to_jobs: any}", "none",
        "{kind: pods, to_pods: lower_priority, to_exclusive: lower_priority}"};
    Policy policy = under(policies.at(dice.between(0, 3)));
    policy.order = dice.percent(50) ? priority() : fifo();
    policy.backfill = dice.percent(30) ? easy(nullptr) : best_effort();
    Laws laws(fleet, promises_of(policy));
    Simulation simulation(fleet, source, policy, {}, {&laws});
    for (std::uint32_t i = dice.between(0, 3); i > 0; --i) {
      const std::uint32_t node = dice.between(0, fleet.nodes() - 1);
      const double from = dice.between(0, 200);
      simulation.drain({{NodeId(node)}, at(from), at(from + dice.between(1, 300)), Door::slurm});
    }
    simulation.run();
    broken = laws.broken().empty() ? "" : std::to_string(seed) + ": " + laws.broken();
  }
  CHECK(broken == "");
}
