// Failures that are foreseen: stories, and the part of interruptions that a warning avoids.
#include <algorithm>

#include <doctest/doctest.h>

#include "core/maths.hpp"
#include "core/samplers.hpp"
#include "tests/simulator/failure_world.hpp"
#include "tests/simulator/gang_study.hpp"

using namespace berth;
using namespace berth::test;
using testing::map;
using testing::Value;

namespace {

// The warning, so long before the failure, and the failure.
std::vector<Failure> foretold(Failure failure, double lead) {
  Failure warning = mild(failure);
  warning.at = failure.at - lasting(lead);
  warning.noticed_after = Duration{};
  warning.warns = true;
  warning.threatens = failure.at;
  failure.foretold = true;
  return {warning, failure};
}

bool says(const World& world, const std::string& line) {
  return world.log.find(line) != std::string::npos;
}

Value predicted(const char* precision, const char* recall, const char* lead) {
  return map({{"kind", "exponential"},
              {"rate_per_1000_node_days", "200"},
              {"noticed_after", "0"},
              {"repair", "5m"},
              {"prediction", map({{"precision", precision}, {"recall", recall}, {"lead", lead}})}});
}

std::vector<Failure> all_of(const Value& value, std::uint32_t nodes, double days) {
  Topology topology;
  topology.fleet = plain_fleet(nodes, 8);
  const Reliability reliability = reliability_of(value);
  const auto source = reliability.open(RunKey{1}, topology);
  std::vector<Failure> all;
  Failure failure;
  while (source->next(failure) && failure.at < at(days * day_s)) {
    all.push_back(failure);
  }
  return all;
}

// Nodes that are never idle: of each job the next one follows, and what is left of it when it
// fails is as long as ever, as it keeps all its work.
FailureNumbers never_idle(const Value& failures, std::uint32_t nodes, double days, double mean_s) {
  Topology topology;
  topology.fleet = plain_fleet(nodes, 8);
  const Reliability reliability = reliability_of(failures);
  auto terms = std::make_shared<Terms>();
  terms->checkpoint_every = lasting(1);
  std::vector<Job> jobs;
  const auto count = static_cast<std::uint64_t>(1.1 * nodes * days * day_s / mean_s);
  for (std::uint64_t number = 1; number <= count; ++number) {
    Random draws(RunKey{1}, Stream::test, number);
    jobs.push_back(job(number, 0, 8, exponential(draws, mean_s)));
    jobs.back().terms = terms;
  }
  const Catalog catalog;
  Policy policy = policy_of(first_fit(), no_backfill());
  ListSource source(std::move(jobs));
  SummarySink summary(topology.fleet, catalog);
  const auto opened = reliability.open(RunKey{1}, topology);
  RunOptions options{RunKey{1}, at(days * day_s)};
  options.failures = opened.get();
  options.causes = &reliability.causes();
  Simulation(topology.fleet, source, policy, options, {&summary}).run();
  return summary.summary().interruptions;
}

}  // namespace

TEST_CASE("a node that will fail is drained, and repaired before it does") {
  World world{{job(1, 0, 4, 50), job(2, 40, 4, 10)}, foretold(of_node(80, 0, 5), 60)};
  CHECK(world.run().log == R"(          0s  submit   job 1       4 gpus, limit 50s
          0s  start    job 1       n1:0-3
         20s  alarm    n1  gpu, to come at 1m20s
         20s  node     n1  production to draining, gpu
         40s  submit   job 2       4 gpus, limit 10s
         40s  start    job 2       n2:0-3
         50s  end      job 1       completed after 50s
         50s  node     n1  draining to reboot, gpu
         50s  end      job 2       completed after 10s
          1m  node     n1  reboot to test, gpu
        1m5s  node     n1  test to production, gpu
       1m20s  averted  n1  gpu
)");
  CHECK(world.summary.interruptions.averted == 1);
  CHECK(world.summary.interruptions.interruptions == 0);
}

TEST_CASE("a job that is longer than the lead meets the failure all the same") {
  World world{{job(1, 0, 4, 100)}, foretold(of_node(80, 0, 0), 60)};
  world.run();
  CHECK(says(world, "1m20s  stop     job 1       gpu, requeued after 1m20s"));
  CHECK(says(world, "1m20s  node     n1  draining to reboot, gpu"));
  CHECK(world.summary.interruptions.averted == 0);
}

TEST_CASE("an idle node is repaired at once, and a failure of later is none of its business") {
  std::vector<Failure> failures = foretold(of_node(80, 0, 0), 60);
  failures.push_back(of_node(85, 0, 0));
  World world{{job(1, 70, 4, 30)}, failures};
  world.run();
  CHECK(says(world, "20s  node     n1  production to reboot, gpu"));
  CHECK(says(world, "1m20s  averted  n1  gpu"));
  CHECK(says(world, "1m25s  stop     job 1       gpu, requeued after 15s"));
}

TEST_CASE("a job that may leaves when its next checkpoint is written, and loses nothing") {
  std::vector<Failure> failures = foretold(of_node(80, 0, 0), 50);
  failures.front().clears = true;
  World world{{with(job(1, 0, 4, 100), saving(20, 2, 5))}, failures};
  world.run();
  // 20 s of work, 2 s to save it, 20 s of work, and 2 s.
  CHECK(says(world, "30s  node     n1  production to draining, gpu"));
  CHECK(says(world, "44s  stop     job 1       gpu, requeued after 44s, loses 0s"));
  CHECK(says(world, "44s  node     n1  draining to reboot, gpu"));
  CHECK(says(world, "44s  start    job 1       n2:0-3"));
  CHECK(says(world, "1m20s  averted  n1  gpu"));
  CHECK(world.lost(Loss::redone) == 0);
}

TEST_CASE("a job that saves nothing, or too late, stays") {
  std::vector<Failure> failures = foretold(of_node(80, 0, 0), 50);
  failures.front().clears = true;
  World nothing{{job(1, 0, 4, 100)}, failures};
  CHECK(says(nothing.run(), "1m20s  stop     job 1       gpu, requeued after 1m20s, loses 1m20s"));
  World late{{with(job(1, 0, 4, 200), saving(100, 2, 5))}, failures};
  CHECK(says(late.run(), "1m20s  stop     job 1       gpu, requeued after 1m20s, loses 1m20s"));
}

TEST_CASE("warnings come so long before their failures, in order of time") {
  const auto all = all_of(predicted("1", "0.3", "6h"), 50, 1000);
  CHECK(std::ranges::is_sorted(all, {}, &Failure::at));
  const auto warnings = std::ranges::count(all, true, &Failure::warns);
  const auto failures = std::ranges::count(all, false, &Failure::warns);
  CHECK(near(static_cast<double>(warnings) / static_cast<double>(failures), 0.3, 0.014));
  CHECK(std::ranges::all_of(all, [](const Failure& one) {
    return !one.warns || one.at == SimTime{} || one.threatens - one.at == lasting(21'600);
  }));
}

TEST_CASE("of all alarms the precision is true") {
  const auto all = all_of(predicted("0.4", "0.5", "1h"), 50, 1000);
  const auto warnings = std::ranges::count(all, true, &Failure::warns);
  const auto wrong = std::ranges::count_if(
      all, [](const Failure& one) { return one.warns && one.threatens == never; });
  CHECK(near(static_cast<double>(wrong) / static_cast<double>(warnings), 0.6, 0.02));
}

TEST_CASE("a prediction leaves the failures themselves as they are") {
  auto with = all_of(predicted("0.4", "0.5", "1h"), 20, 1000);
  std::erase_if(with, [](const Failure& one) { return one.warns; });
  const auto without = all_of(map({{"kind", "exponential"},
                                   {"rate_per_1000_node_days", "200"},
                                   {"noticed_after", "0"},
                                   {"repair", "5m"}}),
                              20, 1000);
  REQUIRE(with.size() == without.size());
  CHECK(std::equal(with.begin(), with.end(), without.begin(), [](const auto& a, const auto& b) {
    return a.at == b.at && a.nodes.front().first == b.nodes.front().first && a.course == b.course;
  }));
}

namespace {

// A gang that saves its work every half hour, on nodes of which each fails every ten days.
Int128 redone(const Value& failures) {
  Topology topology;
  topology.fleet = plain_fleet(8, 8);
  const Reliability reliability = reliability_of(failures);
  auto terms = std::make_shared<Terms>(saving(1800, 60, 300));
  Job gang = job(1, 0, 32, 1);
  gang.work = gang.limit = longest_duration / 2;
  gang.terms = terms;
  const Catalog catalog;
  Policy policy = policy_of(first_fit(), no_backfill());
  ListSource source({gang});
  SummarySink summary(topology.fleet, catalog);
  const auto opened = reliability.open(RunKey{1}, topology);
  RunOptions options{RunKey{1}, at(1000 * day_s)};
  options.failures = opened.get();
  options.causes = &reliability.causes();
  Simulation(topology.fleet, source, policy, options, {&summary}).run();
  return summary.summary().gpu_time.lost_to(Loss::redone);
}

Value of_gang(const char* recall, const char* jobs) {
  return map({{"kind", "exponential"},
              {"rate_per_1000_node_days", "100"},
              {"repair", "4h"},
              {"prediction",
               map({{"precision", "1"}, {"recall", recall}, {"lead", "2h"}, {"jobs", jobs}})}});
}

}  // namespace

TEST_CASE("a gang that leaves in time does next to nothing again, one that stays all that it did") {
  const auto unseen = static_cast<double>(redone(of_gang("0", "leave")));
  const auto seen = static_cast<double>(redone(of_gang("1", "leave")));
  const auto stays = static_cast<double>(redone(of_gang("1", "stay")));
  CHECK(seen < 0.05 * unseen);
  CHECK(near(stays / unseen, 1, 0.1));
}

// The rest of a job that works for an exponential time of mean L is within the lead with
// probability 1 - exp(-lead / L).
TEST_CASE("a warning avoids recall x (1 - exp(-lead / L)) of the interruptions of jobs of mean L") {
  constexpr double mean_s = 4 * 3600;
  const FailureNumbers numbers = never_idle(predicted("1", "0.6", "3h"), 50, 200, mean_s);
  const auto averted = static_cast<double>(numbers.averted);
  const double avoided = averted / (averted + static_cast<double>(numbers.interruptions));
  CHECK(near(avoided, 0.6 * (1 - exact_exp(-0.75)), 0.035));  // 3 sigma of 2,000 failures
}
