#include "workloads/synthetic.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include "tests/workloads/jobs.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

// A plain workload of 20,000 jobs with more options.
std::string plain(const std::string& more) {
  return "{kind: synthetic, jobs: 20000, arrivals: {kind: poisson, mean_gap: 90s}, "
         "sizes: {1: 50, 8: 30, 64: 20}, work: {kind: lognormal, median: 2h, sigma: 1.4}" +
         more + "}";
}

template <class Part>
auto each(const std::vector<Job>& jobs, Part part) {
  std::vector<std::decay_t<std::invoke_result_t<Part, const Job&>>> parts;
  for (const Job& job : jobs) {
    parts.push_back(std::invoke(part, job));
  }
  return parts;
}

template <class Part>
auto counts(const std::vector<Job>& jobs, Part part) {
  std::map<std::decay_t<std::invoke_result_t<Part, const Job&>>, int> found;
  for (const Job& job : jobs) {
    ++found[std::invoke(part, job)];
  }
  return found;
}

// Pearson's test of counts against weights that add up to 1.
double chi_square(const std::vector<int>& seen, const std::vector<double>& weights, double all) {
  double sum = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const double expected = weights[i] * all;
    sum += (seen[i] - expected) * (seen[i] - expected) / expected;
  }
  return sum;
}

std::uint32_t gpus(const Job& job) { return job.ask.gpus; }

}  // namespace

TEST_CASE("sizes come as often as their weights say") {
  auto found = counts(jobs_of(plain("")), gpus);
  REQUIRE(found.size() == 3);
  const double limit_once_in_10000 = 18.42;  // two degrees of freedom
  CHECK(chi_square({found[1], found[8], found[64]}, {0.5, 0.3, 0.2}, 20'000) < limit_once_in_10000);
}

TEST_CASE("so many jobs fail by themselves or are cancelled, after any part of their work") {
  const auto all = jobs_of(plain(""));
  const auto some = jobs_of(plain(", ends: {failed: 0.3, cancelled: 0.1}"));
  REQUIRE(some.size() == all.size());
  std::map<Ends, int> found;
  double parts = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    ++found[some[i].ends];
    Job whole = some[i];
    whole.work = all[i].work;
    whole.ends = Ends::completed;
    REQUIRE(whole == all[i]);  // nothing else of it changes, its limit neither
    REQUIRE(some[i].work <= all[i].work);
    REQUIRE(some[i].work > Duration{});
    const bool completes = some[i].ends == Ends::completed;
    REQUIRE((!completes || some[i].work == all[i].work));
    parts += completes
                 ? 0
                 : static_cast<double>(some[i].work / 1ns) / static_cast<double>(all[i].work / 1ns);
  }
  const std::vector<int> seen{found[Ends::completed], found[Ends::failed], found[Ends::cancelled]};
  CHECK(chi_square(seen, {0.6, 0.3, 0.1}, 20'000) < 18.42);  // once in 10,000
  CHECK(parts / (seen[1] + seen[2]) == doctest::Approx(0.5).epsilon(0.02));
}

TEST_CASE("work has the median of its distribution, and limits are exact unless said otherwise") {
  auto jobs = jobs_of(plain(""));
  for (const Job& job : jobs) {
    REQUIRE(job.limit == job.work);
  }
  std::ranges::nth_element(jobs, jobs.begin() + 10'000, {}, &Job::work);
  CHECK(jobs[10'000].work / 1s == doctest::Approx(7200).epsilon(0.03));
}

TEST_CASE("jobs are numbered from 1 in order of submission") {
  const auto jobs = jobs_of(plain(""));
  REQUIRE(jobs.size() == 20'000);
  CHECK(jobs.front().number == 1);
  CHECK(jobs.back().number == 20'000);
  CHECK(std::ranges::is_sorted(jobs, {}, &Job::submit));
}

TEST_CASE("equal keys give equal jobs; another seed, replication or place gives others") {
  const auto jobs = jobs_of(plain(""));
  CHECK(jobs == jobs_of(plain("")));
  CHECK(jobs != jobs_of(plain(""), RunKey{2, 0}));
  CHECK(jobs != jobs_of(plain(""), RunKey{1, 1}));
  CHECK(jobs != jobs_of(plain(""), RunKey{}, 1));
}

TEST_CASE("one more option changes nothing but what it is about") {
  const auto before = jobs_of(plain(""));
  const auto after =
      jobs_of(plain(", tenants: {a: 3, b: 1}, priority: {0: 90, 10: 10}, limits: {kind: inflated, "
                    "factor: {kind: uniform, low: 1, high: 10}}, cpus_per_gpu: 8"));
  CHECK(each(before, &Job::submit) == each(after, &Job::submit));
  CHECK(each(before, gpus) == each(after, gpus));
  CHECK(each(before, &Job::work) == each(after, &Job::work));
  CHECK(each(before, &Job::limit) != each(after, &Job::limit));
}

TEST_CASE("another rhythm changes only the times of submission") {
  const auto poisson = jobs_of(plain(""));
  const auto fixed = jobs_of(replaced(plain(""), "kind: poisson, mean_gap", "kind: fixed, gap"));
  CHECK(each(poisson, &Job::work) == each(fixed, &Job::work));
  CHECK(each(poisson, gpus) == each(fixed, gpus));
  CHECK(fixed[2].submit == SimTime{270s});
}

TEST_CASE(
    "shares of a GPU are asked for in thousandths, with their part of what a GPU comes with") {
  const auto jobs = jobs_of(
      "{kind: synthetic, jobs: 100, arrivals: {kind: fixed, gap: 0s}, gpu_milli: {250: 5, 500: 1}, "
      "work: 1h, cpus_per_gpu: 6, memory_per_gpu: 10}");
  CHECK(counts(jobs, [](const Job& job) { return job.ask.gpu_milli; }).size() == 2);
  const auto half = std::ranges::find(jobs, 500U, [](const Job& job) { return job.ask.gpu_milli; });
  CHECK(half->ask.gpus == 0);
  CHECK(half->ask.cpu_milli == 3000);
  CHECK(half->ask.memory == 5);
  const auto quarter =
      std::ranges::find(jobs, 250U, [](const Job& job) { return job.ask.gpu_milli; });
  CHECK(quarter->ask.memory == 3);
}

TEST_CASE("whole nodes are asked for as nodes") {
  const auto jobs = jobs_of(
      "{kind: synthetic, jobs: 100, arrivals: {kind: fixed, gap: 0s}, nodes: {1: 5, 128: 1}, work: "
      "1h}");
  CHECK(counts(jobs, [](const Job& job) { return job.ask.whole_nodes; }).size() == 2);
  CHECK(jobs[0].ask.gpus == 0);
  CHECK(jobs.back().submit == SimTime{});
}

TEST_CASE("CPUs and memory go with each GPU") {
  const auto jobs = jobs_of(
      "{kind: synthetic, jobs: 1, arrivals: {kind: fixed, gap: 1s}, sizes: 8, work: 1h, "
      "cpus_per_gpu: 1.5, memory_per_gpu: 2GiB}");
  CHECK(jobs[0].ask == Ask{8, 0, 12'000, 16LL << 30});
}

TEST_CASE("work may depend on the size: the largest key up to it holds") {
  const auto jobs = jobs_of(
      "{kind: synthetic, jobs: 1000, arrivals: {kind: fixed, gap: 1s}, sizes: {1: 1, 8: 1, 64: 1, "
      "65: 1}, work: {by_size: {64: 3h, 1: 1h}}}");
  for (const Job& job : jobs) {
    REQUIRE(job.work == (job.ask.gpus >= 64 ? 3h : 1h));
  }
}

TEST_CASE("tenants have their weights, or weights after Zipf") {
  auto weighted = counts(jobs_of(plain(", tenants: {a: 3, b: 1}")),
                         [](const Job& job) { return job.tenant.index(); });
  CHECK(weighted[0] == doctest::Approx(15'000).epsilon(0.02));
  auto zipf = counts(jobs_of(plain(", tenants: {count: 20, zipf: 1}")),
                     [](const Job& job) { return job.tenant.index(); });
  REQUIRE(zipf.size() == 20);
  CHECK(zipf[0] == doctest::Approx(20'000 / 3.59774).epsilon(0.03));  // the 20th harmonic number
  CHECK(zipf[1] == doctest::Approx(10'000 / 3.59774).epsilon(0.05));
}

TEST_CASE("priorities have their weights") {
  auto found = counts(jobs_of(plain(", priority: {0: 90, -10: 10}")), &Job::priority);
  CHECK(found[-10] == doctest::Approx(2'000).epsilon(0.07));
  CHECK(counts(jobs_of(plain(", priority: 7")), &Job::priority).size() == 1);
}

TEST_CASE("inflated limits are the work times a factor, rounded up to what people type") {
  const auto jobs = jobs_of(plain(
      ", limits: {kind: inflated, factor: {kind: uniform, low: 1, high: 10}, round_up_to: 15m, "
      "least: 30m, most: 7d}"));
  for (const Job& job : jobs) {
    REQUIRE(job.limit % 15min == Duration{});
    REQUIRE(job.limit >= 30min);
    REQUIRE(job.limit <= 168h);
    REQUIRE((job.limit >= job.work || job.limit == 168h));
  }
}

TEST_CASE("a limit by a fixed factor is that many times the work") {
  const auto jobs = jobs_of(plain(", limits: {kind: inflated, factor: 2}"));
  CHECK(jobs[0].limit == 2 * jobs[0].work);
}

TEST_CASE("a source without `jobs` never ends; one with `jobs` knows how far it is") {
  Catalog catalog;
  const auto endless = workload(replaced(plain(""), "jobs: 20000, ", ""));
  CHECK_FALSE(endless->finite());
  CHECK_FALSE(endless->open({}, 0, catalog)->progress());
  const auto finite = workload(plain(""));
  CHECK(finite->finite());
  const auto source = finite->open({}, 0, catalog);
  (void)first_jobs(*source, 5'000);
  CHECK(source->progress() == 0.25);
}

TEST_CASE("the tasks of an array come together, of one size and owner, each with its own work") {
  const auto jobs = jobs_of(
      "{kind: synthetic, jobs: 7, arrivals: {kind: fixed, gap: 1h}, sizes: {1: 50, 2: 50}, "
      "tenants: {a: 50, b: 50}, work: {kind: uniform, low: 1h, high: 2h}, "
      "array: {tasks: 3, at_once: 2}}");
  REQUIRE(jobs.size() == 7);
  CHECK(jobs[0].submit == jobs[2].submit);
  CHECK(jobs[3].submit == jobs[0].submit + 1h);
  CHECK(jobs[4].ask == jobs[3].ask);
  CHECK(jobs[5].tenant == jobs[3].tenant);
  CHECK(jobs[4].work != jobs[3].work);
  CHECK(jobs[2].terms->array == 1);
  CHECK(jobs[3].terms->array == 4);
  CHECK(jobs[6].terms->array == 7);
  CHECK(jobs[6].terms->array_limit == 2);
}

TEST_CASE("each job of a chain depends on the one before it, the first on nobody") {
  const auto jobs = jobs_of(
      "{kind: synthetic, jobs: 4, arrivals: {kind: fixed, gap: 1h}, sizes: 1, work: 1h, "
      "chain: {jobs: 2, after: any}}");
  REQUIRE(jobs.size() == 4);
  CHECK(jobs[0].terms == nullptr);
  CHECK(jobs[1].submit == jobs[0].submit);
  CHECK(jobs[1].terms->after ==
        std::vector<Dependency>{{Dependency::Kind::after_any, 1, Duration{}}});
  CHECK(jobs[2].terms == nullptr);
  CHECK(jobs[3].terms->after ==
        std::vector<Dependency>{{Dependency::Kind::after_any, 3, Duration{}}});
}

TEST_CASE("jobs come as an array or as a chain, not as both") {
  const std::string both = plain(", array: {tasks: 2}, chain: {jobs: 2}");
  CHECK(error_of([&] { (void)jobs_of(both); }).find("chain: stands beside an array") !=
        std::string::npos);
}
