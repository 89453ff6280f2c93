// Conservative backfill where nodes come and go: drained, or kept for others by reservations.
// Schedules worked out by hand (see gantt.hpp), and random plans compared with the naive ones.
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "tests/scheduler/gantt.hpp"
#include "tests/scheduler/naive_scheduler.hpp"
#include "tests/scheduler/random_state.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

SimTime seconds(int count) { return SimTime{} + std::chrono::seconds(count); }

std::string with_turns(std::uint32_t nodes, std::uint32_t gpus_per_node,
                       const std::vector<std::string>& lines, const std::vector<TestTurn>& turns) {
  std::vector<Named> jobs;
  for (const std::string& line : lines) {
    jobs.push_back(parsed(line));
  }
  const Fleet fleet = uniform(nodes, gpus_per_node);
  Policy policy{fifo(), first_fit(), conservative(), Planning::per_instant, {}};
  return Gantt(std::move(policy), fleet, jobs, turns).picture();
}

// --- random plans, in ticks ---------------------------------------------------------------------

// Nodes kept for some jobs, or for nobody, so long and again `every` so often.
struct Kept {
  bool for_nobody;
  std::uint32_t node;
  int start;
  int duration;
  int every;
  int times;

  [[nodiscard]] SimTime begin(int time) const { return seconds(start + time * every); }
  [[nodiscard]] SimTime end(int time) const { return begin(time) + std::chrono::seconds(duration); }
  [[nodiscard]] bool meets(SimTime from, SimTime to) const {
    bool any = false;
    for (int time = 0; time < times; ++time) {
      any = any || (begin(time) < to && end(time) > from);
    }
    return any;
  }
  [[nodiscard]] bool holds(SimTime from, SimTime to) const {
    bool any = false;
    for (int time = 0; time < times; ++time) {
      any = any || (begin(time) <= from && end(time) >= to);
    }
    return any;
  }
  [[nodiscard]] Value setting() const {
    const auto in_seconds = [](int count) { return Value(std::to_string(count) + "s"); };
    std::vector<std::pair<std::string, Value>> entries{
        {"name", for_nobody ? "maint" : "course"}, {"start", in_seconds(start)},
        {"duration", in_seconds(duration)},        {"every", in_seconds(every)},
        {"times", Value(std::to_string(times))},   {"nodes", Value("n" + std::to_string(node))}};
    entries.emplace_back(for_nobody ? "flags" : "accounts", for_nobody ? "maint" : "physics");
    return map(entries);
  }
};

Kept random_kept(Dice& dice, const Fleet& fleet, bool for_nobody) {
  const auto below = [&dice](std::uint64_t most) { return static_cast<int>(dice.below(most)); };
  Kept kept{for_nobody, static_cast<std::uint32_t>(dice.below(fleet.nodes())), below(40), 0, 0, 0};
  kept.duration = 1 + below(20);
  kept.every = kept.duration + below(20);
  kept.times = 1 + below(3);
  return kept;
}

bool of_course(const Request& request) { return request.terms != nullptr; }

struct World {
  Fleet fleet;
  std::vector<Kept> kept;
  std::vector<TestTurn> turns;
  std::vector<TestJob> jobs;
};

std::vector<TestTurn> random_turns(Dice& dice, const Fleet& fleet) {
  std::vector<TestTurn> turns;
  std::vector<bool> open(fleet.nodes(), true);
  int at = 0;
  for (int i = 0; i < 10; ++i) {
    at += static_cast<int>(dice.below(20));
    const auto node = static_cast<std::uint32_t>(dice.below(fleet.nodes()));
    open[node] = !open[node];
    turns.push_back({seconds(at), NodeId(node), open[node]});
  }
  return turns;
}

std::vector<TestJob> random_jobs(Dice& dice, const Fleet& fleet, bool with_course) {
  Terms terms;
  terms.account = "physics";
  terms.reservation = "course";
  std::vector<TestJob> jobs;
  SimTime at{};
  while (jobs.size() < 30) {
    at += std::chrono::seconds(dice.below(dice.one_in(5) ? 20 : 3));
    TestJob job;
    job.submit = at;
    job.estimate = std::chrono::seconds(1 + dice.below(dice.one_in(4) ? 30 : 8));
    job.runs = dice.one_in(2) ? job.estimate : std::chrono::seconds(1);
    job.shape = tasks(1 + dice.below(dice.one_in(3) ? fleet.nodes() : 2),
                      1 + dice.below(fleet.gpus_per_node()));
    if (with_course && dice.one_in(5)) {
      job.shape.tasks = 1;
      job.terms = std::make_shared<const Terms>(terms);
    }
    jobs.push_back(job);
  }
  return jobs;
}

World random_world(std::uint64_t seed) {
  Dice dice(seed);
  const bool drained = dice.one_in(2);
  World world{
      uniform(2 + dice.below(4), drained ? 2 + dice.below(3) : 1 + dice.below(4)), {}, {}, {}};
  if (drained) {
    world.turns = random_turns(dice, world.fleet);
  }
  if (!drained || dice.one_in(2)) {
    world.kept = {random_kept(dice, world.fleet, true), random_kept(dice, world.fleet, false)};
  }
  world.jobs = random_jobs(dice, world.fleet, !world.kept.empty());
  return world;
}

Policy policy_for(const World& world, std::uint64_t seed) {
  Policy policy{fifo(),
                seed % 3 == 0 ? best_fit() : first_fit(),
                conservative(),
                seed % 2 == 0 ? Planning::per_event : Planning::per_instant,
                {}};
  if (!world.kept.empty()) {
    std::vector<Value> reservations;
    for (const Kept& kept : world.kept) {
      reservations.push_back(kept.setting());
    }
    const SettingsTree config =
        tree(map({{"kind", "reservations"}, {"reservations", list(reservations)}}));
    policy.admission.push_back(make_admission(config.root()));
  }
  return policy;
}

class Lockstep final : public Driver {
 public:
  Lockstep(const World& world, std::uint64_t seed)
      : Driver(policy_for(world, seed), world.fleet, {}),
        world_(world),
        closed_(world.fleet.nodes()),
        naive_policy_{fifo(), seed % 3 == 0 ? best_fit() : first_fit(), Backfilling::conservative,
                      nullptr},
        naive_(naive_policy_, world.fleet, {}) {
    std::vector<SimTime> changes;
    for (const Kept& kept : world.kept) {
      for (int time = 0; time < kept.times; ++time) {
        changes.insert(changes.end(), {kept.begin(time), kept.end(time)});
      }
    }
    naive_.keep_to([this](NodeId node, const Request& request,
                          SimTime start) { return may_have(node, request, start); },
                   changes,
                   [this](const Request& request, SimTime now) {
                     return of_course(request) &&
                            !world_.kept[1].holds(now, now + request.estimate);
                   });
    run(world.jobs, world.turns);
  }

  int beside_a_wait = 0;

 private:
  [[nodiscard]] bool may_have(NodeId node, const Request& request, SimTime start) const {
    bool may = !closed_[node.index()];
    for (const Kept& kept : world_.kept) {
      const bool own = of_course(request) && !kept.for_nobody;
      may =
          may && (own ? node.index() == kept.node
                      : node.index() != kept.node || !kept.meets(start, start + request.estimate));
    }
    return may;
  }
  void submitted(const Request& request) override { naive_.submit(request); }
  void ended(JobId job) override { naive_.ended(job, now()); }
  void turned(const TestTurn& turn) override {
    closed_[turn.node.index()] = !turn.open;
    naive_.turned(turn.node, turn.open);
  }
  void planned(const std::vector<Draft::Start>& starts) override {
    const auto expected = naive_.plan(now());
    REQUIRE(starts.size() == expected.size());
    for (std::size_t i = 0; i < starts.size(); ++i) {
      REQUIRE(starts[i].job == expected[i].first);
      REQUIRE(starts[i].placement == expected[i].second);
    }
    beside_a_wait += !starts.empty() && naive_.waiting() > 0 ? 1 : 0;
  }

  const World& world_;
  std::vector<bool> closed_;
  NaivePolicy naive_policy_;
  NaiveScheduler naive_;
};

}  // namespace

TEST_CASE("who was promised a node that closes is promised another start, beside all other slots") {
  CHECK(with_turns(2, 2, {"a 4 4", "b 2 2", "c 2 9"}, {{seconds(2), NodeId(0), false}}) == R"(
aaaa...........
aaaa...........
aaaacccccccccbb
aaaacccccccccbb)");
}

TEST_CASE("when a node opens again everybody may move up, in the order of the queue") {
  CHECK(with_turns(2, 1, {"a 1 9", "b 1 4", "c 1 2 @3"},
                   {{seconds(0), NodeId(1), false}, {seconds(3), NodeId(1), true}}) == R"(
aaaaaaaaa
...bbbbcc)");
}

TEST_CASE("who fits on no open node is promised nothing, and delays nobody") {
  CHECK(with_turns(2, 1, {"a 1 3", "b 2 4", "c 1 2 @1"},
                   {{seconds(0), NodeId(1), false}, {seconds(7), NodeId(1), true}}) == R"(
aaacc..bbbb
.......bbbb)");
}

TEST_CASE("conservative plans beside drains and reservations are those worked out afresh") {
  int beside_a_wait = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    const World world = random_world(seed);
    beside_a_wait += Lockstep(world, seed).beside_a_wait;
  }
  CHECK(beside_a_wait > 1000);
}
