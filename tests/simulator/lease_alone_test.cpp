// A lease is a cluster of its own: what a tenant's jobs do inside a lease that does not change is
// what they would do on a cluster that consists of that lease alone, whoever else leases what.
// BERTH_SWARM_SEED=N repeats the comparison of one seed.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "tests/simulator/lease_worlds.hpp"
#include "tests/simulator/random_worlds.hpp"

using namespace berth;
using namespace berth::test;

namespace {

constexpr std::uint64_t alone = 210;  // beyond the purposes of other worlds

// What each job did, by number: "start at t on nodes; end". Nodes are counted within the lease.
class Story final : public Sink {
 public:
  explicit Story(bool leased) : leased_(leased) {}

  void on(SimTime now, const Record& record) override {
    if (const auto* lease = std::get_if<LeaseTold>(&record);
        lease != nullptr && lease->what == LeaseEvent::takes) {
      nodes_[lease->contract.tenant].push_back(*lease->node);
      std::ranges::sort(nodes_[lease->contract.tenant]);
    } else if (const auto* started = std::get_if<Started>(&record)) {
      std::string& line = line_of(started->job);
      line += " starts " + time(now) + " on";
      for (const Part& part : started->placement) {
        line +=
            " " + std::to_string(number(started->job, part.node)) + ":" + std::to_string(part.gpus);
      }
    } else if (const auto* promised = std::get_if<Promised>(&record)) {
      line_of(promised->job) += " promised " + time(promised->by);
    } else if (const auto* ended = std::get_if<Ended>(&record)) {
      line_of(ended->job) += " ends " + time(now);
    } else if (const auto* rejected = std::get_if<Rejected>(&record)) {
      line_of(rejected->job) += " rejected";
    }
  }
  std::map<std::uint64_t, std::string> lines;

 private:
  static std::string time(SimTime at) { return std::to_string(at.time_since_epoch().count()); }
  std::string& line_of(const LiveJob& live) { return lines[live.job.number]; }
  std::uint32_t number(const LiveJob& live, NodeId node) {
    if (!leased_) {
      return node.index();
    }
    const auto& own = nodes_[std::string(1, static_cast<char>('a' + live.job.tenant.index()))];
    return static_cast<std::uint32_t>(std::ranges::find(own, node) - own.begin());
  }

  bool leased_;
  std::map<std::string, std::vector<NodeId>> nodes_;
};

std::unique_ptr<JobOrder> order_of(std::uint32_t number) {
  constexpr std::array makers{fifo, shortest_estimate, smallest_first, priority};
  return makers.at(number)();
}

// The parts that every cluster of a seed shares.
struct Parts {
  std::uint32_t order;
  std::uint32_t placer;
  std::uint32_t backfill;
  Planning planning;

  // First come, first served, on nodes that are only counted: a plain cluster does the same. Where
  // jobs overtake, one without admissions looks again at newcomers alone.
  [[nodiscard]] bool strict() const { return backfill == 0; }

  [[nodiscard]] Policy make() const {
    const std::array<std::function<std::unique_ptr<const Placer>()>, 3> placers{first_fit, best_fit,
                                                                                worst_fit};
    const std::array<std::function<std::unique_ptr<Backfill>()>, 4> backfills{
        no_backfill, [] { return easy(nullptr); }, [] { return easy(shortest_estimate()); },
        best_effort};
    Policy policy = policy_of(placers.at(placer)(), backfills.at(backfill)(), planning);
    policy.order = order_of(order);
    return policy;
  }
};

std::vector<Job> jobs_of_three(Dice& dice) {
  std::vector<Job> jobs;
  double now = 1;
  for (std::uint32_t i = dice.between(5, 80); i > 0; --i) {
    now += dice.percent(40) ? 0 : dice.between(1, 60);
    Job one = job(jobs.size() + 1, now, dice.between(1, 8), dice.between(1, 400));
    one.limit = dice.percent(50) ? one.work : one.work * dice.between(1, 4);
    one.priority = static_cast<std::int32_t>(dice.between(0, 2));
    one.tenant = TenantId(dice.between(0, 2));
    jobs.push_back(one);
  }
  return jobs;
}

std::map<std::uint64_t, std::string> run(const Fleet& fleet, std::vector<Job> jobs, Policy policy,
                                         const BareMetal* terms) {
  Catalog catalog;
  for (const char* name : {"a", "b", "c"}) {
    static_cast<void>(catalog.tenants.id(name));
  }
  if (terms != nullptr) {
    policy.admission.push_back(make_leases());
  }
  ListSource source(std::move(jobs));
  RunOptions options{RunKey{1}, at(100'000)};
  options.catalog = &catalog;
  options.bare_metal = terms;
  Story story(terms != nullptr);
  Simulation(fleet, source, policy, options, {&story}).run();
  return story.lines;
}

std::string difference(std::uint64_t seed) {
  Dice dice(seed, alone);
  Parts parts{dice.between(0, 3), dice.between(0, 2), dice.between(0, 3), Planning::per_instant};
  // Somebody else's arrival is an event, too: then who comes at the same instant is not there yet.
  if (parts.order == 0 && parts.backfill != 2 && dice.percent(50)) {
    parts.planning = Planning::per_event;
  }
  const std::array<std::uint32_t, 3> sizes{dice.between(1, 6), dice.between(1, 6),
                                           dice.between(1, 6)};
  std::vector<Contract> contracts;
  std::uint32_t nodes = dice.between(0, 2);
  for (std::uint32_t i = 0; i < sizes.size(); ++i) {
    const std::string tenant(1, static_cast<char>('a' + i));
    contracts.push_back(of(tenant, contract(tenant, 0, 100'000, sizes.at(i))));
    nodes += sizes.at(i);
  }
  BareMetal terms = plain_terms(contracts);
  terms.provision.lasts = always(0);
  const std::vector<Job> jobs = jobs_of_three(dice);
  auto together = run(plain_fleet(nodes, 2), jobs, parts.make(), &terms);
  for (std::uint32_t i = 0; i < sizes.size(); ++i) {
    std::vector<Job> own;
    std::ranges::copy_if(jobs, std::back_inserter(own),
                         [i](const Job& one) { return one.tenant == TenantId(i); });
    const std::string tenant(1, static_cast<char>('a' + i));
    BareMetal one = terms;
    one.contracts = {of(tenant, contract(tenant, 0, 100'000, sizes.at(i)))};
    const BareMetal* leased = parts.strict() ? nullptr : &one;
    for (const auto& [number, line] : run(plain_fleet(sizes.at(i), 2), own, parts.make(), leased)) {
      if (together[number] != line) {
        return "job " + std::to_string(number) + " of " + std::to_string(i) + " alone:" + line +
               " | together:" + together[number];
      }
    }
  }
  return "";
}

}  // namespace

TEST_CASE("inside a lease that does not change a tenant's schedule is that of the lease alone") {
  const char* one = std::getenv("BERTH_SWARM_SEED");
  const std::uint64_t first = one != nullptr ? std::strtoull(one, nullptr, 10) : 1;
#ifdef BERTH_NIGHTLY
  const std::uint64_t last = one != nullptr ? first : 10'000;
#else
  const std::uint64_t last = one != nullptr ? first : 300;
#endif
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    CAPTURE(seed);
    CHECK(difference(seed) == "");
  }
}

TEST_CASE("the first of one tenant that waits holds up no other tenant") {
  LeaseWorld world{plain_terms({contract("x", 0, 900, 1), of("b", contract("y", 0, 900, 1))}),
                   {job(1, 20, 2, 100), job(2, 30, 2, 100), job(3, 40, 2, 50)}};
  world.jobs[2].tenant = TenantId(1);
  world.backfill = no_backfill;
  CHECK(world.run().story().find("40s  start    job 3") != std::string::npos);
}

TEST_CASE("in Slurm's main loop a tenant's jobs block a partition for nobody else") {
  LeaseWorld world{plain_terms({contract("x", 0, 900, 1), of("b", contract("y", 0, 900, 1))}),
                   {job(1, 20, 2, 100), job(2, 31, 2, 100), job(3, 40, 2, 50)}};
  world.jobs[2].tenant = TenantId(1);
  world.backfill = [] { return slurm_backfill({}); };
  CHECK(world.run().story().find("40s  start    job 3") != std::string::npos);
}

TEST_CASE("a moldable job starts with what its tenant leases") {
  Job any = job(1, 20, 6, 100);
  auto terms = std::make_shared<Terms>();
  terms->tasks_least = 1;
  any.terms = terms;
  any.ask.tasks = 3;
  LeaseWorld world{plain_terms({contract("x", 0, 900, 2)}), {any}};
  CHECK(world.run().story().find("20s  start    job 1       n[1-2]:0-1") != std::string::npos);
}

TEST_CASE("with easy backfill the first of each tenant is promised its start") {
  LeaseWorld world{
      plain_terms({contract("x", 0, 900, 1), of("b", contract("y", 0, 900, 1))}),
      {job(1, 20, 2, 100), job(2, 20, 2, 300), job(3, 30, 2, 100), job(4, 30, 2, 100)}};
  world.jobs[1].tenant = world.jobs[3].tenant = TenantId(1);
  const std::string story = world.run().story();
  CHECK(story.find("30s  promise  job 3       to start by 2m\n") != std::string::npos);
  CHECK(story.find("30s  promise  job 4       to start by 5m20s\n") != std::string::npos);
}
