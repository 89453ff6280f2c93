// Pods of a group that come one by one and start together (minMember).
#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/settings_tree.hpp"
#include "simulator/sinks/event_log.hpp"
#include "tests/simulator/laws.hpp"
#include "tests/simulator/random_failures.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"
#include "tests/workloads/flow_settings.hpp"

using namespace berth;
using namespace berth::test;

namespace {

Job member(Job one, const char* group, std::uint32_t least, std::int32_t priority = 0) {
  Terms terms;
  terms.pod = true;
  terms.group = group;
  terms.min_member = least;
  one.terms = std::make_shared<Terms>(terms);
  one.priority = priority;
  return one;
}

// When pods of a group have started, one after the other, so many run or are done. One that was
// suspended is there all the time.
class Together final : public Sink {
 public:
  void on(SimTime now, const Record& record) override {
    if (now != now_ || !std::holds_alternative<Started>(record)) {
      check();
      now_ = now;
    }
    if (const auto* started = std::get_if<Started>(&record)) {
      starts(started->job);
    } else if (const auto* ended = std::get_if<Ended>(&record)) {
      stops(ended->job, ended->state == EndState::completed);
    } else if (const auto* preempted = std::get_if<Preempted>(&record)) {
      stops(preempted->job, preempted->how == Yield::suspend);
    } else if (const auto* evicted = std::get_if<Evicted>(&record)) {
      stops(evicted->job, false);
    }
  }
  void finish(SimTime /*now*/) override { check(); }

  std::string broken;
  std::uint32_t together = 0;  // groups that started so

 private:
  void starts(const LiveJob& live) {
    if (live.job.terms && live.job.terms->min_member > 0 && !there_.contains(live.sequence)) {
      there_[live.sequence] = live.job.terms->group;
      started_[live.job.terms->group] = live.job.terms->min_member;
    }
  }
  void stops(const LiveJob& live, bool counts) {
    if (!counts) {
      there_.erase(live.sequence);
    }
  }
  void check() {
    for (const auto& [group, least] : started_) {
      const auto count =
          std::ranges::count_if(there_, [&](const auto& one) { return one.second == group; });
      broken += count < least ? group + " has started with " + std::to_string(count) + "\n" : "";
      ++together;
    }
    started_.clear();
  }

  SimTime now_{};
  std::map<std::uint64_t, std::string> there_;  // the group of those that run or are done
  std::map<std::string, std::uint32_t> started_;
};

struct Told {
  std::string log;
  std::string broken;
  std::uint32_t together = 0;
};

Told run(const Fleet& fleet, const std::string& written, const std::vector<Job>& jobs,
         std::uint64_t seed = 0) {
  ListSource source(jobs);
  const SettingsTree tree = testing::flow(written);
  Policy policy = make_policy(tree.root());
  StringOut out;
  const auto log = event_log(out, fleet, Sources::one);
  Promises promises = promises_of(policy);
  promises.yields.grace = written.find("grace: 5s") != std::string::npos ? lasting(5) : Duration{};
  Laws laws(fleet, promises);
  Together together;
  std::vector<Failure> failures = seed > 0 ? random_failures(seed, fleet) : std::vector<Failure>{};
  RunOptions options{RunKey{seed}, {}};
  options.slows = any_slows(failures);
  ListFailures breaks(std::move(failures));
  if (seed > 0) {
    options.failures = &breaks;
    options.causes = &random_causes;
  }
  Simulation simulation(fleet, source, policy, options, {log.get(), &laws, &together});
  simulation.run();
  return {out.written, laws.broken() + together.broken, together.together};
}

std::string log_of(const std::string& policy, const std::vector<Job>& jobs) {
  const Told told = run(plain_fleet(2, 4), policy, jobs);
  CHECK(told.broken == "");
  return told.log;
}

bool has(const std::string& log, const std::string& line) {
  return log.find(line) != std::string::npos;
}

}  // namespace

TEST_CASE("pods wait until so many of their group have come, start together, and others join") {
  CHECK(log_of("{backfill: best_effort, placer: first_fit}",
               {member(job(1, 0, 2, 20), "ring", 3), member(job(2, 1, 2, 20), "ring", 3),
                job(3, 2, 2, 5), member(job(4, 3, 2, 20), "ring", 3),
                member(job(5, 4, 2, 20), "ring", 3)}) ==
        R"(          0s  submit   job 1       2 gpus, limit 20s
          1s  submit   job 2       2 gpus, limit 20s
          2s  submit   job 3       2 gpus, limit 5s
          2s  start    job 3       n1:0-1
          3s  submit   job 4       2 gpus, limit 20s
          3s  start    job 1       n1:2-3
          3s  start    job 2       n2:0-1
          3s  start    job 4       n2:2-3
          4s  submit   job 5       2 gpus, limit 20s
          7s  end      job 3       completed after 5s
          7s  start    job 5       n1:0-1
         23s  end      job 1       completed after 20s
         23s  end      job 2       completed after 20s
         23s  end      job 4       completed after 20s
         27s  end      job 5       completed after 20s
)");
}

TEST_CASE("none of them starts where fewer have room") {
  const std::string log = log_of(
      "{backfill: best_effort, placer: first_fit}",
      {job(1, 0, 3, 10), member(job(2, 1, 2, 5), "ring", 4), member(job(3, 1, 2, 5), "ring", 4),
       member(job(4, 1, 2, 5), "ring", 4), member(job(5, 1, 2, 5), "ring", 4)});
  CHECK(has(log, "10s  start    job 2"));
  CHECK(has(log, "10s  start    job 5"));
}

TEST_CASE("as many start as have room, where that is enough") {
  const std::string log =
      log_of("{backfill: best_effort, placer: first_fit}",
             {job(1, 0, 3, 10), member(job(2, 1, 2, 5), "ring", 2),
              member(job(3, 1, 2, 5), "ring", 2), member(job(4, 1, 2, 5), "ring", 2)});
  CHECK(has(log, " 1s  start    job 2"));
  CHECK(has(log, " 1s  start    job 3"));
  CHECK(has(log, " 6s  start    job 4"));
}

TEST_CASE("too few wait for more of their group, and keep nobody") {
  const std::string log = log_of("{backfill: none, placer: first_fit}",
                                 {member(job(1, 0, 1, 5), "ring", 2), job(2, 1, 8, 5)});
  CHECK(has(log, " 1s  start    job 2"));
  CHECK(has(log, "waiting  job 1"));
  CHECK(has(log, "MinMember"));
}

TEST_CASE("EASY keeps room for all of them, not for the first") {
  // A node is free at 10 s, both are at 20 s. 5 is gone by then, 6 is not.
  const std::string log =
      log_of("{backfill: easy, placer: first_fit}",
             {job(1, 0, 3, 10), job(2, 0, 3, 20), member(job(3, 1, 4, 5), "ring", 2),
              member(job(4, 1, 4, 5), "ring", 2), job(5, 2, 1, 15), job(6, 3, 1, 30)});
  CHECK(has(log, " 2s  start    job 5"));
  CHECK(has(log, "20s  start    job 3"));
  CHECK(has(log, "20s  start    job 4"));
  CHECK(has(log, "25s  start    job 6"));
}

TEST_CASE("others yield to all of them together, or to none") {
  const std::string policy =
      "{order: priority, placer: first_fit, backfill: easy, preemption: {kind: slurm, by: "
      "priority}}";
  const std::string all =
      log_of(policy, {job(1, 0, 4, 50), job(2, 0, 4, 50), member(job(3, 1, 4, 5), "ring", 2, 5),
                      member(job(4, 2, 4, 5), "ring", 2, 5)});
  CHECK(has(all, " 2s  yield    job 1       to job 3"));
  CHECK(has(all, " 2s  yield    job 2       to job 3"));
  CHECK(has(all, " 2s  start    job 3"));
  CHECK(has(all, " 2s  start    job 4"));
  CHECK_FALSE(has(all, " 1s  yield"));
}

TEST_CASE("one that is evicted comes back by itself while the others are enough with it") {
  const std::string log = log_of(
      "{order: priority, placer: first_fit, backfill: easy, preemption: {kind: slurm, by: "
      "priority}}",
      {member(job(1, 0, 4, 50), "ring", 2), member(job(2, 0, 4, 50), "ring", 2), [] {
         Job one = job(3, 10, 4, 5);
         one.priority = 5;
         return one;
       }()});
  CHECK(has(log, "10s  yield    job 2       to job 3"));
  CHECK(has(log, "15s  start    job 2"));
}

TEST_CASE("who cannot be in such a group is rejected, and told why") {
  const auto told = [](const std::string& policy, const std::vector<Job>& jobs) {
    const std::string log = run(plain_fleet(2, 4), policy, jobs).log;
    const auto at = log.find("reject   job ");
    return at == std::string::npos ? log : log.substr(at + 21, log.find('\n', at) - at - 21);
  };
  const Job one = member(job(1, 0, 4, 50), "ring", 2);
  CHECK(told("{backfill: conservative}", {one}) ==
        "the backfill promises slots to single pods, not to groups of them");
  CHECK(told("{preemption: afresh}", {one}) ==
        "each job is placed anew by itself, not together with its group");
  CHECK(told("{admission: limits}", {one}) ==
        "limits are kept for single pods, not for groups of them");
  CHECK(told("{backfill: none}", {one, member(job(2, 0, 2, 50), "ring", 2)}) ==
        "is not like the pods of its group before it: those that start together ask for the same");
  CHECK(told("{backfill: none}", {member(job(1, 0, 4, 50), "ring", 3)}) ==
        "does not fit the empty fleet");
}

TEST_CASE("quota is asked for all who have to start together, and too few are no head of a queue") {
  const std::string queue =
      "{placer: first_fit, backfill: best_effort, admission: {kind: kueue, queues: {q: {strategy: "
      "StrictFIFO, nominal: {gpus: 6}}}, otherwise: q}}";
  CHECK(has(log_of(queue, {member(job(1, 0, 2, 5), "ring", 4)}), "reject   job 1"));
  const std::string log =
      log_of(queue, {member(job(1, 0, 2, 5), "ring", 3), job(2, 0, 2, 9),
                     member(job(3, 1, 2, 5), "ring", 3), member(job(4, 2, 2, 5), "ring", 3)});
  CHECK(has(log, " 0s  start    job 2"));
  CHECK(has(log, " 9s  start    job 1"));
  CHECK(has(log, " 9s  start    job 4"));
}

TEST_CASE("a swarm of groups starts together or not at all, and breaks no law") {
  const std::array policies{
      "{placer: first_fit, backfill: none}",
      "{placer: best_fit, backfill: best_effort, planning: per_event}",
      "{placer: gpu_packing, backfill: easy}",
      "{placer: contiguous, backfill: {kind: easy, scan: shortest_estimate}}",
      "{order: priority, placer: worst_fit, backfill: easy, preemption: {kind: slurm, by: "
      "priority}}",
      "{order: priority, placer: best_fit, backfill: best_effort, preemption: {kind: slurm, by: "
      "priority, mode: suspend}}",
      "{order: priority, placer: first_fit, backfill: best_effort, preemption: {kind: slurm, by: "
      "priority, mode: cancel, grace: 5s}}",
      "{order: priority, placer: best_fit, backfill: easy, preemption: cheapest}",
      "{order: {kind: least_attained, thresholds: [100]}, placer: best_fit, backfill: "
      "best_effort}"};
  const Fleet fleet = plain_fleet(8, 4);
  std::uint32_t groups = 0;
  for (const char* const policy : policies) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(policy);
      CAPTURE(seed);
      std::vector<Job> jobs = random_jobs(seed, fleet);
      Dice dice(seed, 96);
      for (Job& one : jobs) {
        const std::uint32_t group = dice.between(1, 4);
        const std::array names{"a", "b", "c", "d"};
        if (dice.percent(50)) {
          one.ask = Ask{};
          one.ask.gpus = group == 4 ? 0 : group;
          one.ask.gpu_milli = group == 4 ? 300 : 0;
          one = member(one, names.at(group - 1), 1 + group, one.priority);
        }
      }
      const Told told = run(fleet, policy, jobs, dice.percent(50) ? seed : 0);
      CHECK(told.broken == "");
      groups += told.together;
    }
  }
  CHECK(groups > 300);
}
