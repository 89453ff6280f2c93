// Random contracts, failures, releases and jobs; exact laws; the seed in the failure.
// BERTH_SWARM_SEED=N repeats the run of one seed and prints its log.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include <doctest/doctest.h>

#include "core/check.hpp"
#include "tests/simulator/account_twin.hpp"
#include "tests/simulator/lease_laws.hpp"
#include "tests/simulator/lease_worlds.hpp"
#include "tests/simulator/random_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr std::uint64_t of_leases = 200;  // beyond the purposes of random_failures.cpp
constexpr double horizon_s = 4000;

// Racks of four nodes, one in four of another model, or no domains at all.
Fleet leased_fleet(Dice& dice) {
  if (dice.percent(30)) {
    return plain_fleet(dice.between(2, 12), 2);
  }
  FleetBuilder builder({"rack"});
  for (std::uint32_t rack = dice.between(1, 4); rack > 0; --rack) {
    builder.enter("rack" + std::to_string(rack));
    for (std::uint32_t i = 0; i < 4; ++i) {
      builder.add_node("n" + std::to_string(rack) + "." + std::to_string(i),
                       {2, 0, 0, dice.percent(25) ? "B" : "A"});
    }
    builder.leave();
  }
  return builder.build();
}

Duration some(Dice& dice, std::uint32_t most_s) {
  return dice.percent(10) ? Duration{} : lasting(dice.between(1, most_s));
}

Contract random_contract(Dice& dice, const Fleet& fleet, std::uint32_t number) {
  Contract one =
      contract("l" + std::to_string(number), dice.between(0, 3000), dice.between(1, 1500),
               dice.between(1, fleet.nodes()), static_cast<LeaseKind>(dice.between(0, 2)));
  one.tenant = std::string(1, static_cast<char>('a' + dice.between(0, 2)));
  one.model = fleet.levels() > 0 && dice.percent(20) ? "A" : "";
  if (fleet.levels() > 0 && dice.percent(30)) {
    one.within = LevelId(0);
    one.nodes = std::min(one.nodes, 4U);
  }
  if (fleet.levels() > 0 && dice.percent(20)) {
    one.alone_in = LevelId(0);
  }
  if (dice.percent(20)) {
    one.leaves_after = one.term / 2;
  }
  one.extends = dice.percent(30) ? some(dice, 500) : Duration{};
  if (dice.percent(30)) {
    one.lead_time = Distribution(Distribution::Uniform{some(dice, 100), lasting(500)});
  }
  if (dice.percent(30)) {
    one.replace_after = some(dice, 60);
  }
  return one;
}

Work random_work(Dice& dice, std::uint32_t most_s) {
  Work work;
  work.lasts = Distribution(Distribution::Constant{some(dice, most_s)});
  work.fails = dice.percent(50) ? 0 : 0.01 * dice.between(1, 60);
  work.attempts = dice.between(1, 3);
  work.at_once = dice.percent(30) ? dice.between(1, 3) : 64;
  return work;
}

// What the provider promises beyond single contracts: half of the worlds know of none.
void add_promises(Dice& dice, const Fleet& fleet, BareMetal& terms) {
  if (dice.percent(50)) {
    return;
  }
  for (auto& factor : terms.overbooking) {
    if (&factor != terms.overbooking.data() && dice.percent(40)) {
      factor = 0.25 * dice.between(1, 10);
    }
  }
  terms.defragment = dice.percent(50);
  if (dice.percent(40)) {
    terms.keys.emplace();
    terms.keys->set = random_work(dice, 20);
    terms.keys->set.fails = 0;
    terms.keys->most = dice.between(1, 3);
  }
  if (dice.percent(50)) {
    terms.spares.count = 1;
    terms.spares.per =
        fleet.levels() > 0 && dice.percent(60) ? std::optional(LevelId(0)) : std::nullopt;
  }
  if (dice.percent(50)) {
    terms.spares.handed_over = Work{Distribution(Distribution::Constant{some(dice, 20)}), 0, 1, 2};
  }
}

BareMetal random_terms(Dice& dice, const Fleet& fleet) {
  BareMetal terms;
  terms.tenants = {"a", "b", "c"};
  for (std::uint32_t i = dice.between(1, 20); i > 0; --i) {
    terms.contracts.push_back(random_contract(dice, fleet, i));
  }
  terms.when_full = dice.percent(50) ? BareMetal::WhenFull::refuse : BareMetal::WhenFull::queue;
  terms.provision = random_work(dice, 60);
  terms.clean = random_work(dice, 60);
  terms.test = Distribution(Distribution::Constant{some(dice, 30)});
  terms.burn_in = Distribution(Distribution::Constant{some(dice, 100)});
  terms.repair = Distribution(Distribution::Constant{lasting(dice.between(1, 300))});
  if (dice.percent(40)) {
    terms.deliveries.push_back({{NodeId(fleet.nodes() - 1)}, at(dice.between(0, 2000))});
  }
  add_promises(dice, fleet, terms);
  return terms;
}

std::vector<Job> leased_jobs(Dice& dice) {
  std::vector<Job> jobs;
  double now = 0;
  for (std::uint32_t i = dice.between(0, 60); i > 0; --i) {
    now += dice.percent(20) ? 0 : dice.between(1, 60);
    Job one = job(jobs.size() + 1, now, dice.between(1, 8), dice.between(1, 400));
    one.tenant = TenantId(dice.between(0, 2));
    jobs.push_back(one);
  }
  return jobs;
}

struct Result {
  std::string complaint;
  std::uint64_t taken = 0;
};

Result run(std::uint64_t seed) {
  Dice dice(seed, of_leases);
  const Fleet fleet = leased_fleet(dice);
  const BareMetal terms = random_terms(dice, fleet);
  ListSource source(leased_jobs(dice));
  std::vector<Failure> failures = random_failures(seed, fleet);
  ListFailures breaks(failures);
  Catalog catalog;
  for (const std::string& name : terms.tenants) {
    static_cast<void>(catalog.tenants.id(name));
  }
  Policy policy = policy_of(dice.percent(50) ? first_fit() : worst_fit(),
                            dice.percent(50) ? easy(nullptr) : no_backfill());
  policy.admission.push_back(make_leases());
  LeaseLaws leases(fleet, catalog, terms);
  leases.draw_leads(RunKey{seed}, at(horizon_s));
  Laws laws(fleet, promises_of(policy));
  const std::optional<ActiveTests> tests = random_tests(seed);
  AccountTwin accounts(fleet, SimTime{}, 0, tests);
  SummarySink summary(fleet, catalog, SimTime{}, 0, tests);
  laws.tests = tests;
  StringOut log;
  const auto events = event_log(log, fleet, Sources::one);
  Result result;
  try {
    RunOptions options{RunKey{seed}, at(horizon_s)};
    options.catalog = &catalog;
    options.bare_metal = &terms;
    options.tests = tests;
    if (!failures.empty()) {
      options.failures = &breaks;
      options.causes = &random_causes;
      options.slows = any_slows(failures);
      options.crews = random_crews(seed);
      options.retire = random_retirement(seed);
    }
    Simulation simulation(fleet, source, policy, options,
                          {&leases, &laws, &accounts, &summary, events.get()});
    laws.upgrades = random_upgrades(seed, fleet);
    std::ranges::for_each(laws.upgrades, [&](const Upgrade& one) { simulation.upgrade(one); });
    simulation.on_progress([](const RunProgress& so_far) {
      check(so_far.events < 65'536, "a run of so few leases ends");
    });
    simulation.run();
    result.complaint =
        leases.broken() + laws.broken() + accounts.difference(summary.summary().gpu_time);
  } catch (const std::exception& error) {
    result.complaint = leases.broken() + laws.broken() + " | " + error.what();
  }
  result.taken = leases.taken();
  if (std::getenv("BERTH_SWARM_SEED") != nullptr) {
    std::fputs(log.written.c_str(), stdout);
  }
  return result;
}

}  // namespace

TEST_CASE("leases and jobs survive any interleaving of failure, repair, release and preemption") {
  const char* one = std::getenv("BERTH_SWARM_SEED");
  const std::uint64_t first = one != nullptr ? std::strtoull(one, nullptr, 10) : 1;
#ifdef BERTH_NIGHTLY
  const std::uint64_t last = one != nullptr ? first : 10'000;
#else
  const std::uint64_t last = one != nullptr ? first : 200;
#endif
  std::uint64_t taken = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    CAPTURE(seed);
    const Result result = run(seed);
    CHECK(result.complaint == "");
    taken += result.taken;
  }
  CHECK((one != nullptr || taken > 5 * last));
}
