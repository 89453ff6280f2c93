// One event of a machine under conservative backfill with a queue that is always so deep: a job
// ends or a promise falls due, who may start starts, and as many jobs come as left. On machines
// that are only counted and on nodes of 8 GPUs, with estimates that are exact and with those of
// users. Label: how many promises moved for each event.
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/support/yardsticks.hpp"
#include "core/check.hpp"
#include "scheduler/scheduler.hpp"

namespace berth {
namespace {

constexpr std::size_t jobs_known = 100'000;

struct Machine {
  const char* name;
  std::uint32_t nodes;
  std::uint32_t gpus_per_node;
};
constexpr std::array machines{Machine{"counted", 512, 1}, Machine{"small", 64, 8},
                              Machine{"large", 3000, 8}};

// Jobs with lognormal work, of a GPU up to a thirtieth of the machine.
struct Wish {
  Duration runs;
  Duration estimate;
  Shape shape;
};

enum class Estimate { exact, of_users };

std::vector<Wish> wishes(const Machine& machine, Estimate estimate) {
  const std::uint32_t scale = std::max(1U, machine.nodes * machine.gpus_per_node / 512);
  std::vector<Wish> all;
  for (const Job& job : bench::lognormal_jobs(jobs_known, 1, 1.0)) {
    const std::uint32_t gpus = job.ask.gpus * scale;
    const std::uint32_t each = std::min(gpus, machine.gpus_per_node);
    all.push_back({job.work,
                   estimate == Estimate::exact ? job.work : job.limit,
                   {(gpus + each - 1) / each, each, 0, 0}});
  }
  return all;
}

Fleet fleet_of(const Machine& machine) {
  FleetBuilder builder;
  for (std::uint32_t node = 0; node < machine.nodes; ++node) {
    builder.add_node("n" + std::to_string(node), {machine.gpus_per_node, 0, 0, ""});
  }
  return builder.build();
}

Policy conservative_fifo() {
  Policy policy;
  policy.order = fifo();
  policy.placer = best_fit();
  policy.backfill = conservative();
  return policy;
}

class DeepQueue {
 public:
  DeepQueue(const Machine& machine, Estimate estimate, std::size_t depth)
      : depth_(depth),
        wishes_(wishes(machine, estimate)),
        fleet_(fleet_of(machine)),
        policy_(conservative_fifo()),
        cluster_(fleet_),
        scheduler_(policy_, cluster_, {}),
        draft_(cluster_) {
    fill();
  }

  void event() {
    const SimTime due = scheduler_.wake_at(now_).value_or(never);
    now_ = std::min(due, ends_.empty() ? never : ends_.top().first);
    for (; !ends_.empty() && ends_.top().first == now_; ends_.pop()) {
      const JobId job = ends_.top().second;
      cluster_.stop(job);
      scheduler_.ended(job, now_);
      free_.push_back(job);
    }
    plan();
    fill();
  }
  [[nodiscard]] std::uint64_t promises() const { return promises_; }

 private:
  void fill() {
    while (scheduler_.queue().size() < depth_) {
      submit();
      plan();
    }
  }
  void submit() {
    if (free_.empty()) {
      free_.emplace_back(ids_++);
      runs_.resize(ids_);
    }
    Request request;
    request.id = free_.back();
    free_.pop_back();
    const Wish& wish = wishes_[sequence_ % wishes_.size()];
    request.sequence = ++sequence_;
    request.submit = now_;
    request.estimate = wish.estimate;
    request.shape = wish.shape;
    runs_[request.id.index()] = wish.runs;
    scheduler_.submit(request);
  }
  void plan() {
    scheduler_.plan(now_, draft_);
    promises_ += scheduler_.promises().size();
    for (const Draft::Start& start : draft_.starts()) {
      ends_.emplace(now_ + runs_[start.job.index()], start.job);
    }
    draft_.commit();
  }

  using End = std::pair<SimTime, JobId>;
  std::size_t depth_;
  std::vector<Wish> wishes_;
  Fleet fleet_;
  Policy policy_;
  Cluster cluster_;
  Scheduler scheduler_;
  Draft draft_;
  std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
  std::vector<Duration> runs_;  // by job
  std::vector<JobId> free_;
  std::uint32_t ids_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t promises_ = 0;
  SimTime now_{};
};

// Kept from one repetition to the next: filling a deep queue takes a while.
void plan(benchmark::State& state, const Machine& machine, Estimate estimate, std::size_t depth) {
  static std::map<std::string, DeepQueue> queues;
  const std::string name =
      machine.name + std::to_string(static_cast<int>(estimate)) + "/" + std::to_string(depth);
  DeepQueue& queue = queues.try_emplace(name, machine, estimate, depth).first->second;
  const std::uint64_t before = queue.promises();
  for ([[maybe_unused]] auto round : state) {
    queue.event();
  }
  const auto moved = static_cast<double>(queue.promises() - before);
  state.SetLabel(std::to_string(moved / static_cast<double>(state.iterations())));
}

void register_all() {
  for (const Machine& machine : machines) {
    for (const Estimate estimate : {Estimate::exact, Estimate::of_users}) {
      for (const std::size_t depth : {std::size_t{100}, std::size_t{10'000}}) {
        benchmark::RegisterBenchmark(
            (std::string("conservative/") + machine.name +
             (estimate == Estimate::exact ? "/exact/" : "/user/") + std::to_string(depth))
                .c_str(),
            [&machine, estimate, depth](benchmark::State& state) {
              plan(state, machine, estimate, depth);
            });
      }
    }
  }
}

}  // namespace
}  // namespace berth

int main(int argc, char** argv) {
  berth::register_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
