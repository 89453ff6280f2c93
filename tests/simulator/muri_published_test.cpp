// Preemptive policies against the averages that the authors of Muri published for the Philly traces
// 3 and 4 on 8 nodes of 8 GPUs (SIGCOMM'22). See data/README.md of the reference.
#include <cmath>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "simulator/summary.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/folders.hpp"
#include "tests/simulator/small_worlds.hpp"

using namespace berth;
using namespace berth::test;
using berth::testing::map;

namespace {

std::string file_of(const std::string& trace) {
  return berth::testing::in_shared("data/muri/" + trace + ".csv.gz");
}

bool absent(const std::string& trace) {
  if (std::filesystem::exists(file_of(trace))) {
    return false;
  }
  MESSAGE("SKIPPED: no " << file_of(trace));
  return true;
}

struct Averages {
  double jct = 0;
  double makespan = 0;
};

Averages ours(const std::string& trace, const std::string& order) {
  const SettingsTree config =
      testing::tree(map({{"workload", map({{"kind", "muri"}, {"file", file_of(trace)}})},
                         {"policy", map({{"order", order},
                                         {"placer", "first_fit"},
                                         {"preemption", "afresh"},
                                         {"estimates", "exact"}})}}));
  const Fleet fleet = plain_fleet(8, 8);
  Catalog catalog;
  const auto workload = make_workload(config.root().at("workload"));
  const auto source = workload->open({}, 0, catalog);
  Policy policy = make_policy(config.root().at("policy"));
  SummarySink sink(fleet, catalog);
  Simulation(fleet, *source, policy, {}, {&sink}).run();
  const Summary summary = sink.summary();
  return {summary.all.turnaround_s->mean, static_cast<double>(summary.makespan->count()) / 1e9};
}

// How far they are apart, in hundredths.
double off(double ours, double published) { return 100 * std::abs(ours / published - 1); }

}  // namespace

TEST_CASE("SRTF, SRSF and Tiresias-L take the average times published for Muri's trace 3") {
  if (absent("trace3")) {
    return;
  }
  const Averages srtf = ours("trace3", "srtf");
  const Averages srsf = ours("trace3", "srsf");
  const Averages tiresias = ours("trace3", "least_attained");
  MESSAGE("SRTF " << srtf.jct << " s, SRSF " << srsf.jct << " s, Tiresias-L " << tiresias.jct
                  << " s");
  CHECK(off(srtf.jct, 193081.8) < 3);
  CHECK(off(srtf.makespan, 8174135) < 2);
  CHECK(off(srsf.jct, 185021.9) < 3);
  CHECK(off(srsf.makespan, 8174135) < 2);
  CHECK(off(tiresias.jct, 347213.2) < 5);
  CHECK(srsf.jct < srtf.jct);
  CHECK(srtf.jct < tiresias.jct);
}

TEST_CASE("SRTF, SRSF and Tiresias-L take the average times published for Muri's trace 4") {
  if (absent("trace4")) {
    return;
  }
  const Averages srtf = ours("trace4", "srtf");
  const Averages srsf = ours("trace4", "srsf");
  const Averages tiresias = ours("trace4", "least_attained");
  MESSAGE("SRTF " << srtf.jct << " s, SRSF " << srsf.jct << " s, Tiresias-L " << tiresias.jct
                  << " s");
  CHECK(off(srtf.jct, 581982.9) < 3);
  CHECK(off(srtf.makespan, 14787990) < 2);
  CHECK(off(srsf.jct, 487167.2) < 3);
  CHECK(off(srsf.makespan, 14887909) < 2);
  CHECK(off(tiresias.jct, 1319382.9) < 5);
  CHECK(srsf.jct < srtf.jct);
  CHECK(srtf.jct < tiresias.jct);
}
