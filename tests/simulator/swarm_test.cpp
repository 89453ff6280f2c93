// Random worlds, exact laws, the seed in the failure.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "simulator/simulation.hpp"
#include "simulator/sinks/event_log.hpp"
#include "simulator/summary.hpp"
#include "tests/simulator/account_twin.hpp"
#include "tests/simulator/laws.hpp"
#include "tests/simulator/random_failures.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"
#include "tests/simulator/speed_twin.hpp"

using namespace berth;
using namespace berth::test;

namespace {

// The log of a run; with BERTH_SWARM_SEED it is shown while it happens.
class Log final : public TextOut {
 public:
  void write(std::string_view text) override {
    written += text;
    if (shown_) {
      std::fwrite(text.data(), 1, text.size(), stdout);
    }
  }
  std::string written;

 private:
  bool shown_ = std::getenv("BERTH_SWARM_SEED") != nullptr;
};

struct Outcome {
  std::string complaint;  // "" when all laws were kept
  std::string log;
};

// Half of the worlds with a network have no exact limits, so that promises are kept there.
Overruns overruns_of(std::uint64_t seed, const Network& wiring, std::vector<Job>& jobs) {
  if (wiring.empty()) {
    return Overruns::never;
  }
  if (seed % 2 == 0) {
    return Overruns::of_exact_limits;
  }
  for (Job& one : jobs) {
    one.limit += Duration(one.limit == one.work ? 1 : 0);
  }
  return Overruns::of_exact_estimates;
}

bool writes_to_storage(const Job& job) { return job.terms && job.terms->checkpoint_bytes > 0; }

// Bytes a second: such that a checkpoint takes a moment, or longer than it is until the next.
std::int64_t storage_of(std::uint64_t seed) {
  return Dice(seed, 130).between(1, 100) * std::int64_t{1'000'000};
}

Outcome run(std::uint64_t seed) {
  Outcome outcome;
  const Fleet fleet = with_models(seed, random_fleet(seed));
  std::vector<Job> jobs = random_jobs(seed, fleet);
  add_terms(seed, fleet, jobs);
  const Network wiring = random_network(seed, fleet);
  const Communications profiles = random_profiles(seed, jobs);
  const Overruns overruns = overruns_of(seed, wiring, jobs);
  RandomPolicy choice = random_policy(seed);
  std::vector<Failure> failures = random_failures(seed, fleet);
  choice.failures = !failures.empty();
  if (choice.failures) {
    add_recovery(seed, jobs);
  }
  const bool stands_still = choice.failures && std::ranges::any_of(jobs, writes_to_storage);
  const std::optional<Terms> recovery = random_recovery(seed);
  Catalog catalog;
  for (const char* name : {"others", "borrowers"}) {
    static_cast<void>(catalog.classes.id(name));
  }
  Spares spares = random_spares(seed, fleet);
  for (Job& one : jobs) {
    one.job_class = ClassId(static_cast<std::uint32_t>(one.number % 2));
  }
  ListSource source(std::move(jobs));
  const bool slows = any_slows(failures);
  ListFailures breaks(std::move(failures));
  Policy policy = choice.make(outcome.complaint);
  Log log;
  if (policy.backfill->holds() == Holds::everyone) {
    spares.lent_to.clear();  // it is refused
  }
  Promises promises = choice.promises(overruns);
  if (choice.failures && !spares.lent_to.empty()) {
    promises.borrows = ClassId(1);
    promises.head_is_eager = false;
  }
  Laws laws(fleet, promises);
  std::optional<NetworkModel> network;
  std::optional<SpeedTwin> speeds;
  std::vector<Sink*> sinks{&laws};
  const SimTime warm_up{std::chrono::seconds(seed % 100)};
  const std::uint32_t virtualization_ppm = seed % 5 == 0 ? 150'000 : 0;
  const std::optional<ActiveTests> tests = random_tests(seed);
  SummarySink summary(fleet, catalog, warm_up, virtualization_ppm, tests);
  AccountTwin accounts(fleet, warm_up, virtualization_ppm, tests);
  laws.tests = tests;
  const auto events = event_log(log, fleet, Sources::one);
  try {
    RunOptions options{RunKey{seed}, choice.horizon};
    options.virtualization_ppm = virtualization_ppm;
    options.tests = tests;
    if (choice.failures) {
      options.failures = &breaks;
      options.causes = &random_causes;
      options.slows = slows;
      options.crews = random_crews(seed);
      options.retire = random_retirement(seed);
      options.flaps = random_flaps(seed);
      options.spares = spares;
      options.catalog = &catalog;
      options.recovery = recovery ? &*recovery : nullptr;
      options.interruptions_per_node_s = 1e-3;
      options.storage_bytes_per_s = stands_still ? storage_of(seed) : 0;
    }
    if (!wiring.empty()) {
      options.network = &network.emplace(fleet, wiring, profiles);
      sinks.push_back(&speeds.emplace(fleet, wiring, profiles));
      speeds->flaps = options.flaps;
    }
    sinks.insert(sinks.end(), {&summary, &accounts, events.get()});
    Simulation simulation(fleet, source, policy, options, sinks);
    if (network && choice.horizon) {
      for (const Rewiring& rewiring : random_rewirings(seed, fleet)) {
        simulation.rewire(rewiring.at, rewiring.network);
        speeds->rewire(rewiring.at, rewiring.network);
      }
    }
    if (choice.failures) {
      laws.upgrades = random_upgrades(seed, fleet);
      std::ranges::for_each(laws.upgrades, [&](const Upgrade& one) { simulation.upgrade(one); });
    }
    simulation.on_progress([](const RunProgress& so_far) {
      check(so_far.events < 65'536, "a run of so few jobs ends");
    });
    simulation.run();
    outcome.complaint += accounts.difference(summary.summary().gpu_time);
    outcome.complaint += laws.broken() + (speeds ? speeds->broken() : "");
    const GpuTime time = summary.summary().gpu_time;
    if (seed % 100 == 0 && !stands_still &&
        time.lost_to(Loss::network) + time.lost_to(Loss::straggler) +
                time.lost_to(Loss::detection) !=
            laws.late()) {
      outcome.complaint += "what the network and failures cost is not what jobs were late";
    }
  } catch (const std::exception& error) {
    outcome.complaint += laws.broken() + " | " + error.what();
  }
  if (!outcome.complaint.empty()) {
    outcome.complaint += " (" + choice.name + (choice.failures ? ", failures" : "") + ")";
  }
  outcome.log = log.written;
  return outcome;
}

// BERTH_SWARM_SEED=N repeats the run of one seed, BERTH_SWARM_SEEDS=N runs those from 1 to N.
struct Seeds {
  std::uint64_t first = 1;
#ifdef BERTH_NIGHTLY
  std::uint64_t last = 20'000;
#else
  std::uint64_t last = 200;
#endif
};

Seeds seeds() {
  Seeds range;
  if (const char* one = std::getenv("BERTH_SWARM_SEED")) {
    range.first = range.last = std::strtoull(one, nullptr, 10);
  } else if (const char* many = std::getenv("BERTH_SWARM_SEEDS")) {
    range.last = std::strtoull(many, nullptr, 10);
  }
  return range;
}

}  // namespace

TEST_CASE("no run breaks the laws") {
  const Seeds range = seeds();
  for (std::uint64_t seed = range.first; seed <= range.last; ++seed) {
    CAPTURE(seed);  // repeat it: BERTH_SWARM_SEED=seed test_simulator --test-case="no run*"
    CHECK(run(seed).complaint == "");
  }
}

TEST_CASE("a run repeated is the same run") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    CHECK(run(seed).log == run(seed).log);
  }
}
