#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

std::string every(const std::string& gap, const std::string& jobs, const std::string& tenant) {
  return "{kind: synthetic, jobs: " + jobs + ", arrivals: {kind: fixed, gap: " + gap +
         "}, sizes: 1, work: 1h, tenants: " + tenant + "}";
}

// The workloads of one config, opened in order.
struct Opened {
  explicit Opened(const std::vector<std::string>& configs) {
    std::vector<std::unique_ptr<JobSource>> sources;
    for (const auto& config : configs) {
      workloads.push_back(workload(config));
      sources.push_back(
          workloads.back()->open({}, static_cast<std::uint32_t>(sources.size()), catalog));
    }
    merged = merge_sources(std::move(sources));
  }
  std::string timeline() {
    std::string text;
    Job job;
    while (merged->next(job)) {
      text += std::to_string((job.submit - SimTime{}) / 1s) + catalog.tenants.name(job.tenant) +
              std::to_string(job.number) + " ";
    }
    return text;
  }

  Catalog catalog;
  std::vector<std::unique_ptr<const Workload>> workloads;
  std::unique_ptr<JobSource> merged;
};

}  // namespace

TEST_CASE("sources are merged by time; at one instant the earlier source in the list is first") {
  CHECK(Opened({every("10s", "3", "a"), every("15s", "2", "b")}).timeline() ==
        "10a1 15b1 20a2 30a3 30b2 ");
  CHECK(Opened({every("15s", "2", "b"), every("10s", "3", "a")}).timeline() ==
        "10a1 15b1 20a2 30b2 30a3 ");
}

TEST_CASE("merging nothing gives nothing") {
  CHECK(Opened({}).timeline().empty());
  CHECK_FALSE(Opened({}).merged->progress());
}

TEST_CASE("progress is the mean of the sources that have an end") {
  Opened opened({every("10s", "4", "a"),
                 "{kind: synthetic, arrivals: {kind: fixed, gap: 1d}, sizes: 1, work: 1h}"});
  CHECK(opened.merged->progress() == 0.0);
  Job job;
  REQUIRE(opened.merged->next(job));
  CHECK(opened.merged->progress() == 0.5);  // one job was given, one is held ahead
}

TEST_CASE("the warnings of all sources are told") {
  const std::string rest = " 0 -1 10 1 -1 -1 1 -1 -1 1 1 1 1 1 -1 -1 -1\n";
  const TempFile a("1" + rest);
  const TempFile b("1" + rest + "2" + rest);
  Opened opened({"{kind: swf, file: " + a.path() + "}", "{kind: swf, file: " + b.path() + "}"});
  CHECK(opened.timeline() == "0user11 0user11 0user12 ");
  const auto warnings = opened.merged->warnings();
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0].count == 1);
  CHECK(warnings[1].count == 2);
  CHECK(warnings[1].text ==
        b.path() + ": jobs without a requested time: their limit is their run time");
}
