// Whole runs beside the plainest loop that gives the same schedule: what topology, records and the
// full summary cost. Jobs are generated before the clock starts.
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/support/yardsticks.hpp"
#include "core/check.hpp"
#include "simulator/simulation.hpp"
#include "simulator/summary.hpp"
#include "topology/fleet.hpp"

namespace {

using namespace berth;

constexpr std::uint32_t gpus = 128;

class InMemory final : public JobSource {
 public:
  explicit InMemory(const std::vector<Job>& jobs) : jobs_(jobs) {}
  bool next(Job& job) override {
    if (next_ == jobs_.size()) {
      return false;
    }
    job = jobs_[next_++];
    return true;
  }

 private:
  const std::vector<Job>& jobs_;
  std::size_t next_ = 0;
};

Fleet machine(std::uint32_t gpus_per_node) {
  FleetBuilder builder;
  for (std::uint32_t node = 0; node < gpus / gpus_per_node; ++node) {
    builder.add_node("n" + std::to_string(node + 1), {gpus_per_node, 0, 0, ""});
  }
  return builder.build();
}

Summary simulate(const std::vector<Job>& jobs, const Fleet& fleet,
                 std::unique_ptr<Backfill> backfill) {
  Policy policy;
  policy.order = fifo();
  policy.placer = first_fit();
  policy.backfill = std::move(backfill);
  InMemory source(jobs);
  Catalog catalog;
  const TenantId tenant = catalog.tenants.id("t");
  const ClassId job_class = catalog.classes.id("c");
  const PartitionId partition = catalog.partitions.id("p");
  check(tenant.index() + job_class.index() + partition.index() == 0, "one name of each");
  SummarySink summary(fleet, catalog, SimTime{});
  Simulation simulation(fleet, source, policy, {RunKey{1, 0}, std::nullopt}, {&summary});
  simulation.run();
  return summary.summary();
}

const std::vector<Job>& million() {
  static const auto jobs = bench::lognormal_jobs(1'000'000, gpus, 0.9);
  return jobs;
}

// Offers a tenth more than the machine holds, so that about a thousand jobs wait on average.
const std::vector<Job>& deep() {
  static const auto jobs = bench::lognormal_jobs(20'000, gpus, 1.1);
  return jobs;
}

void per_job(benchmark::State& state, const std::vector<Job>& jobs) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(jobs.size()));
}

void fcfs_plain(benchmark::State& state) {
  for (auto _ : state) {
    auto result = bench::plain_fcfs(million(), gpus);
    benchmark::DoNotOptimize(result);
  }
  per_job(state, million());
}

void fcfs_berth(benchmark::State& state) {
  const Fleet fleet = machine(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) {
    auto summary = simulate(million(), fleet, no_backfill());
    benchmark::DoNotOptimize(summary);
  }
  per_job(state, million());
}

void easy_plain(benchmark::State& state) {
  for (auto _ : state) {
    auto result = bench::plain_easy(deep(), gpus);
    benchmark::DoNotOptimize(result);
  }
  per_job(state, deep());
}

void easy_berth(benchmark::State& state) {
  const Fleet fleet = machine(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) {
    auto summary = simulate(deep(), fleet, easy(nullptr));
    benchmark::DoNotOptimize(summary);
  }
  per_job(state, deep());
}

BENCHMARK(fcfs_plain)->Unit(benchmark::kMillisecond);
BENCHMARK(fcfs_berth)->ArgName("gpus_per_node")->Arg(1)->Arg(8)->Unit(benchmark::kMillisecond);
BENCHMARK(easy_plain)->Unit(benchmark::kMillisecond);
BENCHMARK(easy_berth)->ArgName("gpus_per_node")->Arg(1)->Arg(8)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
