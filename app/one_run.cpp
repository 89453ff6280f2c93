#include "app/one_run.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "app/interrupt.hpp"
#include "simulator/simulation.hpp"
#include "simulator/sinks/event_log.hpp"
#include "simulator/sinks/job_table.hpp"

namespace berth {
namespace {

constexpr std::uint64_t records_a_look = 1024;

// Looks after the run from outside: stops it when asked to, shows how far it is.
class Watch final : public Sink {
 public:
  Watch(const JobSource& source, std::optional<Duration> horizon, Progress* progress)
      : source_(source), horizon_(horizon), progress_(progress) {}

  void follow(const Simulation& simulation) { simulation_ = &simulation; }

  void on(SimTime now, const Record& /*record*/) override {
    stop_if_interrupted();
    if (progress_ != nullptr && ++records_ % records_a_look == 0) {
      progress_->show_run(part(now), now, simulation_->events());
    }
  }

 private:
  [[nodiscard]] std::optional<double> part(SimTime now) const {
    if (!horizon_) {
      return source_.progress();
    }
    return static_cast<double>(now.time_since_epoch().count()) /
           static_cast<double>(horizon_->count());
  }

  const JobSource& source_;
  std::optional<Duration> horizon_;
  Progress* progress_;
  const Simulation* simulation_ = nullptr;
  std::uint64_t records_ = 0;
};

}  // namespace

RunResult simulate(const Scenario& scenario, Policy policy, RunKey run, const RunOutputs& outputs) {
  const Fleet& fleet = *scenario.fleet;
  const Sources sources = scenario.workloads.size() > 1 ? Sources::several : Sources::one;
  Catalog catalog;
  const auto source = scenario.open(run, catalog);
  SummarySink summary(fleet, catalog, SimTime{scenario.warmup});
  Watch watch(*source, scenario.horizon, outputs.progress);
  std::vector<Sink*> sinks{&summary, &watch};
  std::vector<std::unique_ptr<Sink>> writers;
  if (outputs.jobs != nullptr) {
    writers.push_back(job_table(*outputs.jobs, fleet, catalog, sources));
  }
  if (outputs.events != nullptr) {
    writers.push_back(event_log(*outputs.events, fleet, sources));
  }
  std::ranges::for_each(writers, [&](const auto& writer) { sinks.push_back(writer.get()); });

  RunOptions options{run, std::nullopt};
  if (scenario.horizon) {
    options.horizon = SimTime{*scenario.horizon};
  }
  Simulation simulation(fleet, *source, policy, options, sinks);
  watch.follow(simulation);
  simulation.run();

  RunResult result{summary.summary(), source->warnings()};
  result.summary.config = scenario.path;
  result.summary.seed = run.seed;
  result.summary.events = simulation.events();
  result.summary.scheduler = simulation.scheduler();
  if (const std::uint64_t rejected = result.summary.all.jobs.rejected; rejected > 0) {
    result.warnings.push_back(
        {"jobs that the empty cluster has no room for were rejected", rejected});
  }
  return result;
}

}  // namespace berth
