// What it is worth that policies are compared under the same jobs and the same failures: the
// intervals of differences that are taken run by run, beside those of two means that know nothing
// of each other. A comparison writes the values of each run, so both follow from comparison.json.
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/app/run_berth.hpp"
#include "tests/folders.hpp"

namespace {

using berth::testing::Folder;
using berth::testing::Outcome;

double variance(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double each : values) {
    squares += (each - mean) * (each - mean);
  }
  return squares / (count - 1);
}

// Of the second policy less the first, on the shipped example under failures.
class Widths {
 public:
  Widths() {
    const Folder folder;
    const Outcome ran =
        folder.berth({"compare", berth::testing::in_project("configs/demo.yaml"), "--policy",
                      "easy", "--policy", "easy_sjbf", "--set", "horizon=40d", "--set",
                      "reliability=weak_neocloud", "--seeds", "10", "--json", "-q"});
    REQUIRE_MESSAGE(ran.code == 0, ran.err);
    const auto policies = nlohmann::json::parse(ran.out)["policies"];
    of_first_ = policies[0]["metrics"];
    of_second_ = policies[1]["metrics"];
  }
  // The paired interval by the unpaired one; both have the same number of runs.
  [[nodiscard]] double ratio(const char* metric) const {
    const std::vector<double> first = of_first_[metric]["runs"];
    const std::vector<double> second = of_second_[metric]["runs"];
    std::vector<double> differences;
    for (std::size_t run = 0; run < first.size(); ++run) {
      differences.push_back(second[run] - first[run]);
    }
    return std::sqrt(variance(differences) / (variance(first) + variance(second)));
  }

 private:
  nlohmann::json of_first_;
  nlohmann::json of_second_;
};

}  // namespace

TEST_CASE("paired intervals are at most half as wide as unpaired ones on the shipped example") {
  const Widths widths;
  CHECK(widths.ratio("utilization") <= 0.5);
  CHECK(widths.ratio("mean_wait_s") <= 0.5);
  CHECK(widths.ratio("p95_wait_s") <= 0.5);
  CHECK(widths.ratio("completed") <= 0.5);
}
