// `reliability:` and `recovery:` of a config, from its text to what a run writes.
#include <algorithm>
#include <functional>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/app/run_berth.hpp"

using berth::testing::config;
using berth::testing::Folder;
using berth::testing::Outcome;
using berth::testing::read_file;
using berth::testing::said_of;

namespace {

std::string failing(const std::string& reliability) {
  return config({{"horizon", "30d"}, {"reliability", reliability}});
}

const std::string often = "{kind: exponential, rate_per_1000_node_days: 10000, repair: 5m}";

// The lines of an event log that tell of failures.
std::string failures_in(const std::string& log) {
  std::istringstream lines(log);
  std::string failures;
  for (std::string line; std::getline(lines, line);) {
    failures += line.find("  fail  ") != std::string::npos ? line + "\n" : "";
  }
  return failures;
}

std::string failures_under(const Folder& folder, const std::string& policy) {
  const Outcome ran =
      folder.berth({"run", "@c.yaml", "-q", "--policy", policy, "--events", "--out", "@" + policy});
  REQUIRE_MESSAGE(ran.code == 0, ran.err);
  return failures_in(read_file(folder / (policy + "/events.log")));
}

}  // namespace

TEST_CASE("a run with failures needs a horizon") {
  CHECK(said_of({{"reliability", "llama3_h100"}}) ==
        "c.yaml: horizon: is missing\n"
        "  reliability never ends by itself; write for example horizon: 30d\n");
}

TEST_CASE("what cannot fail so is refused at its place") {
  const auto said = [](const std::string& reliability) {
    return said_of({{"horizon", "30d"}, {"reliability", reliability}});
  };
  CHECK(
      said("lama3_h100") ==
      "c.yaml:4:14: reliability: no such reliability 'lama3_h100'\n"
      "  did you mean 'llama3_h100'? known: none, exponential, weibull, domains, llama3_h100, "
      "rsc1, rsc2, coreweave, opt_2021, weak_neocloud, gb200, replay, stragglers, flaps, links\n");
  CHECK(said("{kind: rsc1, rate_per_1000_node_days: -2}") ==
        "c.yaml:4:52: reliability.rate_per_1000_node_days: must be between 1e-09 and 1000000, is "
        "-2\n");
  CHECK(said("{kind: rsc1, mix: {gpu: 0.5}}") ==
        "c.yaml:4:32: reliability.mix: shares must add up to 1\n");
  CHECK(said("{kind: domains, of: rack, mtbf: 10d, repair: 4h}") ==
        "c.yaml:4:34: reliability: the cluster has no rack\n  it has no domains\n");
  CHECK(said("flaps") == "c.yaml:4:14: reliability.stall: is missing\n");
  CHECK(said("[{kind: flaps, stall: 1s}, {kind: flaps, stall: 2s}]")
            .starts_with("c.yaml:4:41: reliability[1]: links flap already, by another process\n"));
  CHECK(said("{kind: links, repair: 4h, then: degraded}") ==
        "c.yaml:4:14: reliability.slowdown: is missing\n");
  CHECK(said("{kind: links, repair: 4h, slowdown: 2}") ==
        "c.yaml:4:50: reliability.slowdown: is of nodes that stay with a link less\n"
        "  write then: degraded\n");
  CHECK(said("{kind: links, repair: 4h, then: degraded, noticed_after: 5m, slowdown: 2}") ==
        "c.yaml:4:71: reliability.noticed_after: is of nodes that go out, and these stay\n"
        "  leave it out\n");
  CHECK(said_of({{"horizon", "30d"},
                 {"cluster", "{kind: superpod, scalable_units: 1}"},
                 {"reliability", "{kind: links, repair: 4h, per_node: 4}"}}) ==
        "c.yaml:4:50: reliability.per_node: follows from the fabric of the cluster\n"
        "  leave it out\n");
  CHECK(said("[]") ==
        "c.yaml:4:14: reliability: lists no process, or more than 256\n"
        "  none, where nothing fails\n");
}

TEST_CASE("a recovery that cannot be is refused at its place") {
  const auto said = [](const std::string& recovery) {
    return said_of({{"horizon", "30d"}, {"recovery", recovery}});
  };
  CHECK(said("{checkpoint_every: daly}") ==
        "c.yaml:4:30: recovery.checkpoint_every: goes by what a checkpoint costs, which is "
        "nothing\n"
        "  say it with checkpoint_cost, or how often with checkpoint_every: 1h\n");
  CHECK(said("{checkpoint_cost: 30s}") ==
        "c.yaml:4:29: recovery.checkpoint_cost: is of checkpoints that nobody takes\n"
        "  say how often with checkpoint_every\n");
  CHECK(said("{restart: -1m}") ==
        "c.yaml:4:21: recovery.restart: must not be negative, is '-1m'\n");
  CHECK(said("{on_failure: shrink}") ==
        "c.yaml:4:24: recovery.on_failure: needs to know how far\n"
        "  say it in the terms of the jobs with tasks_least\n");
  CHECK(said("{checkpoint_every: 5m, checkpoint_async: 6m}") ==
        "c.yaml:4:52: recovery.checkpoint_async: is longer than the work between two checkpoints\n"
        "  at most 5m: the next would begin before one is written\n");
}

TEST_CASE("checkpoints of some size need storage to go to") {
  const std::string sized = "{checkpoint_every: 5m, checkpoint_size: 1TB}";
  CHECK(said_of({{"horizon", "30d"}, {"recovery", sized}, {"storage", "{bandwidth: 0}"}}) ==
        "c.yaml:6:22: storage.bandwidth: must be more than 0 bytes a second\n"
        "  for example 200GB\n");
  CHECK(said_of({{"horizon", "30d"}, {"recovery", sized}}) ==
        "c.yaml:4:51: recovery.checkpoint_size: is written to storage, and there is none\n"
        "  write storage: {bandwidth: 200GB}, bytes a second that all of them share\n");
  const std::string of_jobs =
      "[{kind: jobs, jobs: [{name: a, nodes: 1, work: 1h, terms: " + sized + "}]}]";
  CHECK(said_of({{"workload", of_jobs}})
            .find("workload[0].jobs[0].terms.checkpoint_size: is written to storage, and there is "
                  "none\n") != std::string::npos);
}

TEST_CASE("tests that cannot be are refused at their place") {
  const auto said = [](const std::string& health) {
    return said_of({{"horizon", "30d"}, {"health", health}});
  };
  CHECK(said("{tests: {every: 10s}}") ==
        "c.yaml:2:25: health.tests.every: is shorter than a minute\n  longer, as 1h\n");
  CHECK(said("{tests: {every: 10m}}") ==
        "c.yaml:2:25: health.tests.every: a test of 20m every 10m cannot be\n"
        "  lasts is longer than 0, and not longer than every\n");
  CHECK(said("{tests: {lasts: 0}}").starts_with("c.yaml:2:25: health.tests.lasts: a test of 0s"));
  CHECK(said("{tests: {recall: 1.5}}") ==
        "c.yaml:2:26: health.tests.recall: must be between 0 and 1, is 1.5\n");
  CHECK(said("{}") == "c.yaml:2:9: health: says nothing\n  tests, crews, retire\n");
  CHECK(said("{retire: {failures: 1}}") ==
        "c.yaml:2:29: health.retire.failures: must be between 2 and 1000000, is 1\n");
}

TEST_CASE("crews that cannot be are refused at their place") {
  const auto said = [](const std::string& crews) {
    return said_of({{"horizon", "30d"}, {"health", "{crews: " + crews + "}"}});
  };
  CHECK(said("[]") ==
        "c.yaml:2:17: health.crews: lists no shift\n  leave it out where hands are never short\n");
  CHECK(said("{count: 0}") ==
        "c.yaml:2:25: health.crews.count: must be between 1 and 1000000, is 0\n");
  CHECK(
      said("{count: 1, from: 22h, until: 6h}") ==
      "c.yaml:2:17: health.crews: a shift is of one day: from before until, which is 24h at most\n"
      "  write one that goes on after midnight as two\n");
  CHECK(said("{count: 1, days: fridays}").starts_with("c.yaml:2:34: health.crews.days: "));
}

TEST_CASE("few crews keep nodes waiting") {
  const Folder folder;
  const std::string by_hand =
      "{kind: exponential, rate_per_1000_node_days: 3000, repair: {classes: {swap: 1}}}";
  folder.write("c.yaml", config({{"horizon", "30d"},
                                 {"reliability", by_hand},
                                 {"health",
                                  "{crews: {count: 1, days: weekdays, from: 8h, "
                                  "until: 18h}}"}}));
  const Outcome ran = folder.berth({"run", "@c.yaml", "-q", "--json"});
  REQUIRE_MESSAGE(ran.code == 0, ran.err);
  const auto failures = nlohmann::json::parse(ran.out)["failures"];
  CHECK(failures["mended_by_crews"] > 20);
  CHECK(failures["waited_for_crews_h"] > 100);
  CHECK(folder.berth({"run", "@c.yaml", "-q"}).out.find("crews mended") != std::string::npos);
}

TEST_CASE("tests of idle nodes take a third of what was idle, and find what nobody notices") {
  const Folder folder;
  const std::string silent =
      "{kind: exponential, rate_per_1000_node_days: 3000, silent: [node], repair: 5m}";
  folder.write("c.yaml",
               config({{"horizon", "30d"}, {"reliability", silent}, {"health", "{tests: {}}"}}));
  const Outcome ran = folder.berth({"run", "@c.yaml", "-q", "--json"});
  REQUIRE_MESSAGE(ran.code == 0, ran.err);
  const auto summary = nlohmann::json::parse(ran.out);
  CHECK(summary["failures"]["found_by_tests"] > 30);
  CHECK(summary["failures"]["found_by_tests"] == summary["failures"]["found"]);
  const double idle = summary["lost_gpu_h"]["idle"];
  const double testing = summary["lost_gpu_h"]["testing"];
  CHECK(testing / (idle + testing) == doctest::Approx(1.0 / 3).epsilon(0.03));
  const Outcome page = folder.berth({"run", "@c.yaml", "-q"});
  CHECK(page.out.find("of idle nodes that a job takes at any time") != std::string::npos);
  CHECK(page.out.find("that stopped nobody found") != std::string::npos);
}

TEST_CASE("spares that cannot be are refused at their place") {
  const auto said = [](const std::string& spares) {
    return said_of({{"horizon", "30d"}, {"spares", spares}});
  };
  CHECK(said("{count: 4}") == "c.yaml:5:17: spares.count: leaves none of 4 nodes\n  fewer\n");
  CHECK(said("{count: 1, per: rack}") ==
        "c.yaml:5:25: spares.per: the cluster has no level 'rack'\n  it has no domains\n");
  CHECK(said("{nodes: n9}").starts_with("c.yaml:5:17: spares.nodes: "));
  CHECK(said("{count: 1, set_up: 20m}") ==
        "c.yaml:5:28: spares.set_up: is of cold spares, and these are warm\n"
        "  write ready: cold, or leave it out\n");
}

TEST_CASE("all policies meet the same failures") {
  const Folder folder;
  folder.write("c.yaml", failing(often));
  const std::string under_easy = failures_under(folder, "easy");
  CHECK(std::count(under_easy.begin(), under_easy.end(), '\n') > 30);
  CHECK(failures_under(folder, "fifo") == under_easy);
  CHECK(failures_under(folder, "conservative") == under_easy);
}

TEST_CASE("under load_factor all policies meet the same failures of nodes that are busy alike") {
  const Folder folder;
  folder.write("c.yaml", failing("{kind: exponential, rate_per_1000_node_days: 10000, repair: 5m, "
                                 "load_factor: 1}"));
  const std::string all = failures_under(folder, "easy");
  folder.write("c.yaml", failing("{kind: exponential, rate_per_1000_node_days: 10000, repair: 5m, "
                                 "load_factor: 3}"));
  std::istringstream lines(failures_under(folder, "fifo"));
  std::size_t some = 0;
  for (std::string line; std::getline(lines, line); ++some) {
    CHECK(all.find(line) != std::string::npos);
  }
  CHECK(some > 10);
  CHECK(some < static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n')));
}

TEST_CASE("a summary tells of interruptions and of what failures cost") {
  const Folder folder;
  folder.write("c.yaml", failing(often));
  const Outcome ran = folder.berth({"run", "@c.yaml", "-q", "--json"});
  REQUIRE_MESSAGE(ran.code == 0, ran.err);
  const auto summary = nlohmann::json::parse(ran.out);
  CHECK(summary["failures"]["total"] > 30);
  CHECK(summary["interruptions"]["total"] > 0);
  CHECK(summary["interruptions"]["by_cause"]["node"] == summary["interruptions"]["total"]);
  CHECK(summary["interruptions"]["mttf_h"] > 0);
  CHECK(summary["ettr"]["mean"] > 0);
  CHECK(summary["ettr"]["mean"] < 1);
  CHECK(summary["lost_gpu_h"]["down"] > 0);
  CHECK(summary["lost_gpu_h"]["detection"] > 0);
  double all = summary["gpus"]["productive_gpu_h"];
  for (const auto& lost : summary["lost_gpu_h"]) {
    all += lost.get<double>();
  }
  CHECK(all == doctest::Approx(summary["gpus"]["capacity_gpu_h"].get<double>()).epsilon(1e-12));
}

TEST_CASE("tenants have their own interruptions and ETTR, and a summary says how jobs came back") {
  const Folder folder;
  folder.write("c.yaml",
               config({{"horizon", "30d"},
                       {"reliability", often},
                       {"recovery", "{on_failure: restart_in_place, checkpoint_every: 10m}"},
                       {"spares", "{count: 1}"},
                       {"workload",
                        "{kind: synthetic, jobs: 50, arrivals: {kind: poisson, mean_gap: 9m}, "
                        "sizes: {1: 50, 8: 30, 16: 5}, work: {kind: lognormal, median: 1h, sigma: "
                        "1}, tenants: {a: 1, b: 1}}"}}));
  const Outcome ran = folder.berth({"run", "@c.yaml", "-q", "--json"});
  REQUIRE_MESSAGE(ran.code == 0, ran.err);
  const auto summary = nlohmann::json::parse(ran.out);
  const auto& tenants = summary["by_tenant"];
  const auto& all = summary["interruptions"];
  CHECK(tenants["a"]["interruptions"].get<int>() + tenants["b"]["interruptions"].get<int>() ==
        all["total"].get<int>());
  CHECK(tenants["a"]["ettr"] > 0);
  CHECK(tenants["a"]["ettr"] <= 1);
  CHECK(all["in_place"] > 0);
  CHECK(all["in_place"] < all["total"]);
  CHECK(all["in_place"].get<int>() + summary["jobs"]["requeued"].get<int>() ==
        all["total"].get<int>());
  CHECK(all["time_to_replacement_s"]["mean"] > 0);
  CHECK(all["retries"]["success"] > 0);
  CHECK(all["second_order_preemptions"]["count"] == 0);
}

TEST_CASE("the page of a run has a table of interruptions by size") {
  const Folder folder;
  folder.write("c.yaml", failing(often));
  const Outcome ran = folder.berth({"run", "@c.yaml", "-q"});
  CHECK(ran.out.find("GPUs  interruptions") != std::string::npos);
  CHECK(ran.out.find("stood still until a failure was noticed") != std::string::npos);
}

TEST_CASE("the life cycle is listed, and drawn") {
  const Folder folder;
  const Outcome listed = folder.berth({"list", "lifecycle"});
  CHECK(listed.out.find("Ready,SchedulingDisabled / draining") != std::string::npos);
  const Outcome drawn = folder.berth({"list", "lifecycle", "--dot"});
  CHECK(drawn.out.starts_with("digraph lifecycle {"));
  CHECK(folder.berth({"list", "placers", "--dot"}).code == 2);
}

namespace {

double variance(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double each : values) {
    squares += (each - mean) * (each - mean);
  }
  return squares / (count - 1);
}

}  // namespace

TEST_CASE("a comparison under the same failures is at least twice as sharp as one under others") {
  const Folder folder;
  folder.write("c.yaml", failing(often));
  const Outcome ran =
      folder.berth({"compare", "@c.yaml", "--policy", "fifo", "--seeds", "10", "--json", "-q"});
  REQUIRE_MESSAGE(ran.code == 0, ran.err);
  const auto policies = nlohmann::json::parse(ran.out)["policies"];
  const std::vector<double> easy = policies[0]["metrics"]["makespan_s"]["runs"];
  const std::vector<double> fifo = policies[1]["metrics"]["makespan_s"]["runs"];
  std::vector<double> differences(easy.size());
  std::transform(easy.begin(), easy.end(), fifo.begin(), differences.begin(), std::minus{});
  CHECK(4 * variance(differences) <= variance(easy) + variance(fifo));
}

TEST_CASE("links that are down in a fabric cost gangs time, and out of it their node") {
  const auto run = [](const std::string& more) {
    const Folder folder;
    folder.write(
        "c.yaml",
        config({{"horizon", "30d"},
                {"cluster", "{kind: superpod, scalable_units: 1}"},
                {"workload",
                 "{kind: synthetic, jobs: 20, arrivals: {kind: fixed, gap: 1d}, nodes: 16, "
                 "work: 20h, communication: dense}"},
                {"reliability", "{kind: links, mtbf: 50d, repair: 1d" + more + "}"}}));
    const Outcome ran = folder.berth({"run", "@c.yaml", "-q", "--json"});
    REQUIRE_MESSAGE(ran.code == 0, ran.err);
    return nlohmann::json::parse(ran.out);
  };
  const auto degraded = run(", then: degraded");
  CHECK(degraded["interruptions"]["total"] == 0);
  CHECK(degraded["failures"]["by_cause"]["nic_or_cable"] > 50);
  CHECK(degraded["lost_gpu_h"]["network"] > 0);
  const auto out = run("");
  CHECK(out["interruptions"]["total"] > 10);
  CHECK(out["failures"]["down_gpu_h_by_cause"]["nic_or_cable"] > 100);
}
