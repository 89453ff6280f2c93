// Berth against schedules that others published: every start time, and the averages to the last
// printed digit. See data/README.md of the reference for where they come from.
#include <cmath>
#include <filesystem>
#include <map>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/app/run_berth.hpp"
#include "tests/folders.hpp"
#include "workloads/text_lines.hpp"

namespace {

using namespace berth;
using testing::Folder;

const std::string data = berth::testing::in_shared("data/");

// By job number, in whole seconds, as text.
using Starts = std::map<std::string, std::string>;

Starts published(const std::string& file) {
  auto lines = TextLines::of_file(data + "swf/" + file);
  Starts starts;
  while (const auto line = lines.next()) {
    const auto comma = line->find(',');
    starts.emplace(line->substr(0, comma), line->substr(comma + 1));
  }
  starts.erase("job_id");
  return starts;
}

struct Run {
  nlohmann::json summary;
  Starts starts;
};

Run run(const std::string& log, int gpus, const std::string& policy) {
  const Folder folder;
  folder.write("c.yaml", "seed: 1\ncluster: {kind: uniform, nodes: " + std::to_string(gpus) +
                             ", gpus_per_node: 1}\nworkload: {kind: swf, file: " + data + log +
                             "}\npolicy: {order: fifo, placer: first_fit, " + policy + "}\n");
  const auto outcome = folder.berth({"run", "@c.yaml", "--out", "@out", "-q"});
  REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
  Run result;
  result.summary = nlohmann::json::parse(testing::read_file(folder / "out/summary.json"));
  auto lines = TextLines::of_file(folder / "out/jobs.csv");
  while (const auto line = lines.next()) {  // job_id,tenant,class,submit_s,start_s,...
    std::string_view rest = *line;
    for (int i = 0; i < 4; ++i) {
      rest.remove_prefix(rest.find(',') + 1);
    }
    result.starts.emplace(line->substr(0, line->find(',')), rest.substr(0, rest.find(',')));
  }
  result.starts.erase("job_id");
  return result;
}

double mean(const Run& run, const std::string& key) {
  return run.summary.at(key).at("mean").get<double>();
}

bool absent(const std::string& file) {
  if (std::filesystem::exists(data + file)) {
    return false;
  }
  MESSAGE("SKIPPED: no " << data << file);
  return true;
}

const std::string kth = "swf/kth_sp2.swf.gz";

Run on_kth(const std::string& policy) { return run(kth, 100, policy); }

// True when the average agrees with what was published, as far as digits were printed.
bool agrees(double value, double published, double digit) {
  return std::abs(value - published) <= digit / 2;
}

}  // namespace

TEST_CASE("EASY on KTH-SP2 with users' estimates starts every job when it was published to") {
  if (absent(kth)) {
    return;
  }
  const Run easy = on_kth("backfill: easy, estimates: user, planning: per_event");
  CHECK(easy.starts == published("kth_sp2.easy.start.csv.gz"));
  CHECK(easy.starts.size() == 28481);
  CHECK(agrees(mean(easy, "bounded_slowdown"), 92.5765, 1e-4));
  CHECK(agrees(mean(easy, "wait_s"), 6836.87, 1e-2));
}

TEST_CASE("clairvoyant EASY on KTH-SP2 starts every job when it was published to") {
  if (absent(kth)) {
    return;
  }
  const Run easy = on_kth("backfill: easy, estimates: exact, planning: per_event");
  CHECK(easy.starts == published("kth_sp2.easy_clairvoyant.start.csv.gz"));
  CHECK(agrees(mean(easy, "bounded_slowdown"), 71.7224, 1e-4));
  CHECK(agrees(mean(easy, "wait_s"), 6327.68, 1e-2));
}

TEST_CASE("clairvoyant EASY-SJBF on KTH-SP2 starts every job when it was published to") {
  if (absent(kth)) {
    return;
  }
  const Run sjbf = on_kth(
      "backfill: {kind: easy, scan: shortest_estimate}, estimates: exact, planning: per_event");
  CHECK(sjbf.starts == published("kth_sp2.easy_sjbf_clairvoyant.start.csv.gz"));
  CHECK(agrees(mean(sjbf, "bounded_slowdown"), 49.8477, 1e-4));
  CHECK(agrees(mean(sjbf, "wait_s"), 5436.02, 1e-2));
}

TEST_CASE("planning once per instant gives the published clairvoyant schedules too") {
  if (absent(kth)) {
    return;
  }
  CHECK(on_kth("backfill: easy, estimates: exact, planning: per_instant").starts ==
        published("kth_sp2.easy_clairvoyant.start.csv.gz"));
  CHECK(on_kth("backfill: {kind: easy, scan: shortest_estimate}, estimates: exact, "
               "planning: per_instant")
            .starts == published("kth_sp2.easy_sjbf_clairvoyant.start.csv.gz"));
  // With users' estimates it moves the result: 92.688 by two independent programs.
  CHECK(agrees(mean(on_kth("backfill: easy, planning: per_instant"), "bounded_slowdown"), 92.688,
               1e-3));
}

TEST_CASE("first come, first served on KTH-SP2 waits as two independent programs say") {
  if (absent(kth)) {
    return;
  }
  const Run fcfs = on_kth("backfill: none, planning: per_event");
  CHECK(agrees(mean(fcfs, "bounded_slowdown"), 6814.973, 1e-3));
  CHECK(agrees(mean(fcfs, "wait_s"), 353776.4, 1e-1));
}

// The variant that compresses after an early end; see scheduler/backfills/conservative.cpp.
TEST_CASE("conservative backfilling on KTH-SP2 gives the known value of its variant") {
  if (absent(kth)) {
    return;
  }
  const Run conservative = on_kth("backfill: conservative, planning: per_event");
  CHECK(agrees(mean(conservative, "bounded_slowdown"), 88.99727, 1e-5));
  CHECK(agrees(mean(conservative, "wait_s"), 7310.55117, 1e-5));
}

TEST_CASE("first come, first served on 128 GPUs agrees with four independent programs") {
  const std::string log = "peers/w_n5000_g128.swf.gz";
  if (absent(log)) {
    return;
  }
  const Run fcfs = run(log, 128, "backfill: none");
  CHECK(agrees(mean(fcfs, "wait_s"), 1966.9466, 1e-4));
  CHECK(agrees(mean(fcfs, "turnaround_s"), 7573.2074, 1e-4));
  CHECK(fcfs.summary.at("makespan_s") == 760517);
  CHECK(fcfs.summary.at("wait_s").at("max") == 13323);
}
