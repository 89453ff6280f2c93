// Failure processes by themselves: rates, shares, and that nobody else's draws move them.
#include "simulator/failures/failure_source.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <doctest/doctest.h>

#include "core/settings_tree.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;
using testing::map;
using testing::Value;

namespace {

constexpr double day_s = 86'400;

std::unique_ptr<const FailureProcess> process(const Value& value) {
  const SettingsTree tree = testing::tree(value);
  auto made = make_failures(tree.root());
  check_all_used(tree.root());
  return made;
}

std::string refusal(const Value& value) {
  return testing::error_of([&] { process(value); });
}

Topology cluster_of(std::uint32_t nodes) {
  Topology topology;
  topology.fleet = plain_fleet(nodes, 8);
  return topology;
}

// Two racks of four nodes.
Topology racks() {
  FleetBuilder builder({"rack"});
  for (std::uint32_t node = 0; node < 8; ++node) {
    if (node % 4 == 0) {
      builder.enter("r" + std::to_string(node / 4));
    }
    builder.add_node("n" + std::to_string(node), {8, 0, 0, ""});
    if (node % 4 == 3) {
      builder.leave();
    }
  }
  Topology topology;
  topology.fleet = builder.build();
  return topology;
}

std::vector<Failure> failures_of(const FailureProcess& process, const Topology& topology,
                                 double days, std::uint64_t seed = 1) {
  const auto source = process.open(RunKey{seed}, 0, topology);
  std::vector<Failure> all;
  Failure failure;
  while (source->next(failure) && failure.at < at(days * day_s)) {
    all.push_back(failure);
  }
  return all;
}

bool in_order(const std::vector<Failure>& all) {
  return std::ranges::is_sorted(all, {}, &Failure::at);
}

bool alike(const Failure& a, const Failure& b) {
  return a.at == b.at && a.cause == b.cause && a.noticed_after == b.noticed_after &&
         a.course == b.course && a.gpu == b.gpu && a.nodes.front().first == b.nodes.front().first;
}

std::vector<Failure> below(std::vector<Failure> all, std::uint32_t node) {
  std::erase_if(all, [node](const Failure& one) { return one.nodes.front().first >= node; });
  return all;
}

// Failures of the node that has most.
std::size_t most_of_one(const std::vector<Failure>& all) {
  std::map<std::uint32_t, std::size_t> of;
  std::size_t most = 0;
  for (const Failure& one : all) {
    most = std::max(most, ++of[one.nodes.front().first]);
  }
  return most;
}

std::vector<double> shares(const std::vector<Failure>& all, std::size_t causes) {
  std::vector<double> counts(causes);
  for (const Failure& one : all) {
    counts[one.cause] += 1.0 / static_cast<double>(all.size());
  }
  return counts;
}

bool near(double value, double wanted, double tolerance) {
  return value > wanted - tolerance && value < wanted + tolerance;
}

}  // namespace

TEST_CASE("nodes fail as often as the preset says, in order of time") {
  const auto llama = process("llama3_h100");
  const auto all = failures_of(*llama, cluster_of(2048), 10 * 54);
  CHECK(near(static_cast<double>(all.size()), 4190, 3 * 65));  // 3 sigma of a Poisson count
  CHECK(in_order(all));
}

TEST_CASE("components fail in the shares of their table") {
  const auto llama = process("llama3_h100");
  CHECK(llama->causes().size() == 18);
  const auto all = failures_of(*llama, cluster_of(2048), 10 * 54);
  const auto of = shares(all, 18);
  CHECK(near(of[0], 148.0 / 419, 0.03));
  CHECK(near(of[1], 72.0 / 419, 0.025));
  CHECK(near(of[2], 54.0 / 419, 0.02));
}

TEST_CASE("two fleets with a common beginning meet the same failures there") {
  const auto llama = process("llama3_h100");
  const auto small = failures_of(*llama, cluster_of(100), 1000);
  const auto large = below(failures_of(*llama, cluster_of(300), 1000), 100);
  REQUIRE(small.size() == large.size());
  CHECK(std::equal(small.begin(), small.end(), large.begin(), alike));
}

TEST_CASE("the same seed gives the same failures, another seed gives others") {
  const auto rsc = process("rsc1");
  const Topology topology = cluster_of(100);
  const auto one = failures_of(*rsc, topology, 300);
  const auto again = failures_of(*rsc, topology, 300);
  REQUIRE(one.size() == again.size());
  CHECK(std::equal(one.begin(), one.end(), again.begin(), alike));
  CHECK_FALSE(alike(one.front(), failures_of(*rsc, topology, 300, 2).front()));
}

TEST_CASE("twice the rate brings the same failures, each in half the time") {
  const auto once = process(map({{"kind", "exponential"}, {"rate_per_1000_node_days", "10"}}));
  const auto twice = process(map({{"kind", "exponential"}, {"rate_per_1000_node_days", "20"}}));
  const Topology topology = cluster_of(50);
  const auto slow = failures_of(*once, topology, 2000);
  const auto fast = failures_of(*twice, topology, 1000);
  CHECK(std::abs(static_cast<double>(slow.size()) - static_cast<double>(fast.size())) <= 2);
  CHECK(slow.front().course == fast.front().course);
}

TEST_CASE("lemons fail often, and the fleet no more often than without them") {
  const auto lemons = process(map({{"kind", "exponential"},
                                   {"rate_per_1000_node_days", "5"},
                                   {"lemons", map({{"share", "0.02"}, {"times", "50"}})}}));
  const auto all = failures_of(*lemons, cluster_of(2000), 500);
  CHECK(near(static_cast<double>(all.size()), 5000, 700));
  CHECK(most_of_one(all) > 40);
}

TEST_CASE("overdispersed nodes differ by chance, and the fleet fails as often") {
  const auto mixed = process(
      map({{"kind", "exponential"}, {"rate_per_1000_node_days", "5"}, {"overdispersion", "0.5"}}));
  const auto plain = process(map({{"kind", "exponential"}, {"rate_per_1000_node_days", "5"}}));
  const auto all = failures_of(*mixed, cluster_of(2000), 500);
  CHECK(near(static_cast<double>(all.size()), 5000, 500));
  CHECK(most_of_one(all) > 2 * most_of_one(failures_of(*plain, cluster_of(2000), 500)) - 8);
}

TEST_CASE("young nodes fail as often as infancy says: H(t) = t + (a - 1) tau (1 - exp(-t / tau))") {
  const auto young = process(map({{"kind", "exponential"},
                                  {"rate_per_1000_node_days", "10"},
                                  {"infancy", map({{"times", "5"}, {"lasts", "30d"}})}}));
  const auto all = failures_of(*young, cluster_of(2000), 30);
  // 20 a day in the long run; 30 + 4 * 30 * (1 - 1/e) days of it in the first 30.
  CHECK(near(static_cast<double>(all.size()), 20 * (30 + 120 * 0.632), 3 * 46));
}

namespace {

// Of those that come under full load, the part that happens with so many thousandths held.
double happening(const std::vector<Failure>& all, std::uint32_t held_milli) {
  const auto happen = std::ranges::count_if(
      all, [=](const Failure& one) { return one.needs_held_milli <= held_milli; });
  return static_cast<double>(happen) / static_cast<double>(all.size());
}

}  // namespace

TEST_CASE("an idle node fails load_factor times more seldom, a half busy one in between") {
  const auto loaded = process(
      map({{"kind", "exponential"}, {"rate_per_1000_node_days", "20"}, {"load_factor", "4"}}));
  const auto all = failures_of(*loaded, cluster_of(1000), 1000);  // 20,000 under full load
  CHECK(near(happening(all, 8000), 1, 1e-9));
  CHECK(near(happening(all, 4000), (1 + 0.5 * 3) / 4, 0.011));  // 3 sigma
  CHECK(near(happening(all, 0), 1.0 / 4, 0.01));
}

TEST_CASE("what load adds leaves the failures themselves as they are") {
  const auto plain = process(map({{"kind", "rsc1"}}));
  const auto loaded = process(map({{"kind", "rsc1"}, {"load_factor", "3"}}));
  const auto without = failures_of(*plain, cluster_of(100), 500);
  const auto with = failures_of(*loaded, cluster_of(100), 500);
  REQUIRE(without.size() == with.size());
  CHECK(std::equal(without.begin(), without.end(), with.begin(), alike));
}

TEST_CASE("what is silent makes work wrong until a test finds it, and all else is as before") {
  const auto plain = process("llama3_h100");
  const auto silent =
      process(map({{"kind", "llama3_h100"}, {"silent", testing::list({"silent_corruption"})}}));
  const auto without = failures_of(*plain, cluster_of(2048), 540);
  const auto with = failures_of(*silent, cluster_of(2048), 540);
  REQUIRE(without.size() == with.size());
  CHECK(std::equal(without.begin(), without.end(), with.begin(), alike));
  const auto hidden = std::ranges::count(with, Effect::corrupts, &Failure::effect);
  CHECK(hidden == std::ranges::count(with, true, &Failure::until_tested));
  CHECK(near(static_cast<double>(hidden), 60, 3 * 7.7));  // 6 of 419
}

TEST_CASE("stragglers slow by what the config says, evenly") {
  const auto slow = process(map({{"kind", "stragglers"},
                                 {"rate_per_1000_node_days", "20"},
                                 {"slowdown", map({{"least", "1"}, {"most", "3"}})},
                                 {"noticed_after", "2h"}}));
  CHECK(slow->slows());
  CHECK(slow->causes() == std::vector<std::string>{"straggler"});
  const auto all = failures_of(*slow, cluster_of(100), 5000);  // 10,000
  double times = 0;
  for (const Failure& one : all) {
    times += 1 / one.slowed_to.value() / static_cast<double>(all.size());
  }
  CHECK(near(times, 2, 0.02));  // 3 sigma
  CHECK(all.front().effect == Effect::slows);
  CHECK_FALSE(all.front().until_tested);
}

TEST_CASE("repairs in vain bring the same fault again, q / (1 - q) times a failure") {
  const auto vain =
      process(map({{"kind", "exponential"},
                   {"rate_per_1000_node_days", "20"},
                   {"repair", map({{"fails_again", map({{"share", "0.25"}, {"after", "6h"}})}})}}));
  const auto all = failures_of(*vain, cluster_of(100), 5000);  // 10,000
  double relapses = 0;
  for (const Failure& one : all) {
    relapses += static_cast<double>(one.relapses.size()) / static_cast<double>(all.size());
  }
  CHECK(near(relapses, 0.25 / 0.75, 0.02));
  const auto again =
      std::ranges::find_if(all, [](const Failure& one) { return !one.relapses.empty(); });
  CHECK(again->relapses.front().after == std::chrono::hours(6));
  CHECK(near(vain->interruptions_per_node_second(cluster_of(1)) * day_s, 0.02 / 0.75, 1e-9));
}

TEST_CASE("of a lemon's failures all but one in `times` are those of a lemon") {
  const auto lemons = process(map({{"kind", "exponential"},
                                   {"rate_per_1000_node_days", "20"},
                                   {"lemons", map({{"share", "0.1"}, {"times", "10"}})}}));
  const auto all = failures_of(*lemons, cluster_of(1000), 1000);
  // 0.1 x 10 of 0.9 + 0.1 x 10 come from lemons, and 9 in 10 of these are theirs alone.
  const auto theirs = std::ranges::count(all, true, &Failure::of_lemon);
  CHECK(near(static_cast<double>(theirs) / static_cast<double>(all.size()), 0.9 / 1.9, 0.05));
  const auto plain = process(map({{"kind", "exponential"}, {"rate_per_1000_node_days", "20"}}));
  const auto others = failures_of(*plain, cluster_of(1000), 1000);
  CHECK(std::ranges::count(others, true, &Failure::of_lemon) == 0);
}

TEST_CASE("Weibull times have the mean that the rate says") {
  const auto worn =
      process(map({{"kind", "weibull"}, {"rate_per_1000_node_days", "100"}, {"shape", "3"}}));
  const auto all = failures_of(*worn, cluster_of(200), 1000);
  CHECK(near(static_cast<double>(all.size()), 20'000 - 200 * 0.44, 300));  // less the first wait
}

TEST_CASE("a rack goes out with all its nodes") {
  const auto power =
      process(map({{"kind", "domains"}, {"of", "rack"}, {"mtbf", "10d"}, {"repair", "4h"}}));
  CHECK(power->causes() == std::vector<std::string>{"rack_outage"});
  const auto all = failures_of(*power, racks(), 5000);
  CHECK(near(static_cast<double>(all.size()), 1000, 100));
  CHECK(all.front().of_domain);
  CHECK(all.front().nodes.front().size() == 4);
  CHECK(all.front().course.front().lasts == std::chrono::hours(4));
}

TEST_CASE("processes are merged in order of time, and causes of one name are one") {
  Reliability all;
  all.add(process(map({{"kind", "exponential"}, {"rate_per_1000_node_days", "50"}})));
  all.add(process(map({{"kind", "domains"}, {"of", "rack"}, {"mtbf", "20d"}, {"repair", "4h"}})));
  all.add(process(map({{"kind", "exponential"}, {"rate_per_1000_node_days", "50"}})));
  CHECK(all.causes() == std::vector<std::string>{"node", "rack_outage"});
  const Topology topology = racks();
  const auto source = all.open(RunKey{1}, topology);
  std::vector<Failure> merged(500);
  std::ranges::for_each(merged, [&](Failure& one) { source->next(one); });
  CHECK(in_order(merged));
  const auto of = shares(merged, 2);
  CHECK(near(of[1], 0.1 / 0.9, 0.05));  // 0.8 a day of nodes, 0.1 of racks
  CHECK(near(all.interruptions_per_node_second(topology) * day_s, 0.1 + 0.05, 1e-9));
}

TEST_CASE("a failure takes a node through the gates of its repair") {
  const auto swaps = process(
      map({{"kind", "exponential"},
           {"rate_per_1000_node_days", "50"},
           {"repair", map({{"classes", map({{"swap", "1"}})}, {"swap", "4h"}, {"test", "30m"}})}}));
  using std::chrono::hours;
  using std::chrono::minutes;
  const std::vector<Stage> course{{NodeState::triage, minutes(10), true},
                                  {NodeState::debug, hours(4), true},
                                  {NodeState::onboard, minutes(12), true},
                                  {NodeState::seatrial, minutes(20)},
                                  {NodeState::zap, minutes(2)},
                                  {NodeState::test, minutes(30)}};
  CHECK(failures_of(*swaps, cluster_of(10), 100).front().course == course);
}

TEST_CASE("a failure process that cannot be is refused at its place") {
  CHECK(refusal("llama4") ==
        "c.yaml:1:5: no such kind 'llama4'\n  known: none, exponential, weibull, domains, "
        "llama3_h100, rsc1, rsc2, coreweave, opt_2021, weak_neocloud, gb200, replay, stragglers, "
        "flaps, links");
  CHECK(refusal("exponential") == "c.yaml:1:5: rate_per_1000_node_days: is missing");
  CHECK(refusal(map({{"kind", "exponential"}, {"rate_per_1000_node_days", "-1"}})) ==
        "c.yaml:3:5: rate_per_1000_node_days: must be between 1e-09 and 1000000, is -1");
  CHECK(refusal(map({{"kind", "rsc1"}, {"rate_per_1000_node_days", ".nan"}})) ==
        "c.yaml:3:5: rate_per_1000_node_days: must be a finite number, is '.nan'\n"
        "  write it like 0.5, 12 or 1e-3");
  CHECK(refusal(map({{"kind", "rsc1"}, {"silent", testing::list({"gpu"})}})) ==
        "c.yaml:4:5: silent[0]: no such cause 'gpu'\n"
        "  known: ib_link, filesystem_mount, gpu_memory, pcie, other");
  CHECK(refusal(map({{"kind", "llama3_h100"}, {"silent", testing::list({"software_bug"})}})) ==
        "c.yaml:4:5: silent[0]: tests find what is wrong with a node, and who runs there leaves at "
        "once\n  a cause of high severity that is not of software");
  CHECK(refusal(map({{"kind", "stragglers"}, {"rate_per_1000_node_days", "1"}})) ==
        "c.yaml:1:5: slowdown: is missing");
  CHECK(refusal(
            map({{"kind", "stragglers"}, {"rate_per_1000_node_days", "1"}, {"slowdown", "0.5"}})) ==
        "c.yaml:4:5: slowdown: must be between 1 and 1000, is 0.5");
  CHECK(
      refusal(map({{"kind", "stragglers"}, {"rate_per_1000_node_days", "1"}, {"slowdown", "2"}})) ==
      "c.yaml:1:5: noticed_after: is missing");
  CHECK(refusal(map({{"kind", "rsc1"}, {"prediction", map({{"precision", "0"}})}})) ==
        "c.yaml:4:5: prediction.precision: must be between 0.001 and 1, is 0");
  CHECK(refusal(map({{"kind", "rsc1"}, {"prediction", map({{"jobs", "go"}})}}))
            .starts_with("c.yaml:4:5: prediction.jobs: "));
  CHECK(refusal(map({{"kind", "stragglers"},
                     {"rate_per_1000_node_days", "1"},
                     {"slowdown", "2"},
                     {"noticed_after", "1h"},
                     {"prediction", map({{"recall", "0.5"}})}})) ==
        "c.yaml:6:5: prediction: nothing of what fails can be foreseen\n"
        "  failures of nodes can, of software, of stragglers and what is silent not");
  CHECK(refusal(map({{"kind", "rsc1"}, {"load_factor", "0.5"}})) ==
        "c.yaml:3:5: load_factor: must be between 1 and 10000, is 0.5");
  CHECK(refusal(map({{"kind", "weibull"},
                     {"rate_per_1000_node_days", "5"},
                     {"shape", "2"},
                     {"load_factor", "2"}})) ==
        "c.yaml:5:5: load_factor: is of nodes that fail at a rate, and those of weibull wear\n"
        "  take exponential");
  CHECK(refusal(map({{"kind", "rsc1"}, {"mix", map({{"gpu", "0.5"}, {"host", "0.4"}})}})) ==
        "c.yaml:3:5: mix: shares must add up to 1");
  CHECK(refusal(map({{"kind", "rsc1"}, {"repair", map({{"classes", map({{"swap", "0.5"}})}})}})) ==
        "c.yaml:4:5: repair.classes: shares must add up to 1");
  CHECK(refusal(map({{"kind", "rsc1"}, {"repair", map({{"classes", map({{"paint", "1"}})}})}})) ==
        "c.yaml:5:5: repair.classes.paint: no such repair\n  known: reset, reboot, swap, rma");
}
