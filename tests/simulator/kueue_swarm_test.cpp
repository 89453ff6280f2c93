// Random jobs in random cluster queues of one cohort, on nodes of one GPU each, so that quota alone
// says who fits. A sink with books of its own knows the rules of the cohort.
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "core/settings_tree.hpp"
#include "tests/simulator/laws.hpp"
#include "tests/simulator/random_worlds.hpp"
#include "tests/simulator/small_worlds.hpp"
#include "tests/workloads/flow_settings.hpp"

using namespace berth;
using namespace berth::test;

namespace {

struct Queue {
  std::int64_t nominal = 0;
  std::int64_t borrows = 1000;  // at most
  std::int64_t lends = 1000;
  bool strict = false;
};

struct World {
  std::vector<Queue> queues;
  std::int64_t gpus = 0;
  std::string policy;
};

std::string name(std::size_t queue) { return "q" + std::to_string(queue); }

World some_world(Dice& dice, bool with_limits) {
  World world;
  std::string queues;
  for (std::uint32_t i = dice.between(2, 4); i > 0; --i) {
    Queue queue;
    queue.nominal = dice.between(0, 6);
    queue.borrows = with_limits && dice.percent(50) ? dice.between(0, 4) : 1000;
    queue.lends = with_limits && dice.percent(50)
                      ? dice.between(0, static_cast<std::uint32_t>(queue.nominal))
                      : 1000;
    queue.strict = with_limits && dice.percent(30);
    queues += (queues.empty() ? "" : ", ") + name(world.queues.size()) +
              ": {cohort: all, nominal: " + "{gpus: " + std::to_string(queue.nominal) + "}";
    if (queue.borrows < 1000) {
      queues += ", borrowing_limit: {gpus: " + std::to_string(queue.borrows) + "}";
    }
    if (queue.lends < 1000) {
      queues += ", lending_limit: {gpus: " + std::to_string(queue.lends) + "}";
    }
    queues += std::string(", strategy: ") + (queue.strict ? "StrictFIFO}" : "BestEffortFIFO}");
    world.gpus += queue.nominal;
    world.queues.push_back(queue);
  }
  world.gpus = std::max<std::int64_t>(world.gpus, 1);
  const bool fair = dice.percent(50);
  const std::string preemption =
      !with_limits || dice.percent(70)
          ? std::string("{kind: kueue") +
                (fair ? ", fair_sharing: [LessThanOrEqualToFinalShare, LessThanInitialShare]"
                      : "") +
                (dice.percent(30) ? ", within_cluster_queue: LowerOrNewerEqualPriority" : "") + "}"
          : "none";
  world.policy = std::string("{order: ") + (fair ? "kueue_fair" : "kueue_priority") +
                 ", placer: first_fit, backfill: best_effort, preemption: " + preemption +
                 ", admission: {kind: kueue, queues: {" + queues + "}}}";
  return world;
}

std::vector<Job> some_jobs(Dice& dice, const World& world) {
  std::vector<Job> jobs;
  double now = 0;
  for (std::uint64_t number = 1; number <= 40; ++number) {
    now += dice.percent(40) ? 0 : dice.between(1, 20);
    Job one = job(number, now, dice.between(1, 5), dice.between(1, 60));
    Terms terms;
    terms.queue = name(dice.between(0, static_cast<std::uint32_t>(world.queues.size()) - 1));
    one.terms = std::make_shared<Terms>(terms);
    one.priority = static_cast<std::int32_t>(dice.between(0, 2));
    jobs.push_back(one);
  }
  return jobs;
}

class CohortRules final : public Sink {
 public:
  CohortRules(const World& world, bool reclaims) : world_(world), reclaims_(reclaims) {
    uses_.resize(world.queues.size());
  }
  void on(SimTime now, const Record& record) override {
    if (now > now_) {
      end_of_instant();
      // Who yielded is not looked at before something else happens.
      waiting_.insert(yielded_.begin(), yielded_.end());
      yielded_.clear();
      now_ = now;
    }
    planned_ = planned_ || !std::holds_alternative<Rejected>(record);
    if (const auto* submitted = std::get_if<Submitted>(&record)) {
      note(submitted->job);
    } else if (const auto* started = std::get_if<Started>(&record)) {
      waiting_.erase(started->job.sequence);
      uses(started->job) += size(started->job);
    } else if (const auto* yields = std::get_if<Preempted>(&record)) {
      uses(yields->job) -= size(yields->job);
      yielded_.push_back({yields->job.sequence, {queue(yields->job), size(yields->job)}});
    } else if (const auto* ended = std::get_if<Ended>(&record)) {
      uses(ended->job) -= size(ended->job);
    }
  }
  std::string broken;

 private:
  struct Waiting {
    std::size_t queue;
    std::int64_t gpus;
  };
  static std::size_t queue(const LiveJob& live) {
    return static_cast<std::size_t>(std::stoul(live.job.terms->queue.substr(1)));
  }
  static std::int64_t size(const LiveJob& live) {
    return static_cast<std::int64_t>(live.shape.total_gpus());
  }
  std::int64_t& uses(const LiveJob& live) { return uses_[queue(live)]; }
  void note(const LiveJob& live) { waiting_[live.sequence] = {queue(live), size(live)}; }
  void demand(bool kept, const std::string& rule) {
    if (!kept && broken.empty()) {
      broken = rule + " at " + std::to_string(now_.time_since_epoch().count()) + "ns";
    }
  }
  void end_of_instant() {
    if (!std::exchange(planned_, false)) {
      return;  // somebody was rejected, and nothing looked at
    }
    std::int64_t lent = 0;
    std::int64_t asked = 0;
    for (std::size_t i = 0; i < uses_.size(); ++i) {
      const Queue& one = world_.queues[i];
      const std::int64_t keeps = std::max<std::int64_t>(0, one.nominal - one.lends);
      demand(uses_[i] <= one.nominal + one.borrows, "a queue borrows no more than its limit");
      lent += one.nominal - keeps;
      asked += std::max<std::int64_t>(0, uses_[i] - keeps);
    }
    demand(asked <= lent, "queues use no more than the cohort lends");
    for (const auto& [sequence, job] : waiting_) {
      const bool nominal = uses_[job.queue] + job.gpus <= world_.queues[job.queue].nominal;
      demand(!reclaims_ || !nominal,
             "nobody waits for what is nominal, job " + std::to_string(sequence));
    }
  }

  const World& world_;
  bool reclaims_;
  bool planned_ = false;
  SimTime now_{};
  std::vector<std::int64_t> uses_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::vector<std::pair<std::uint64_t, Waiting>> yielded_;  // in this instant
};

std::string broken_by(std::uint64_t seed, bool with_limits) {
  Dice dice(seed, with_limits ? 501 : 502);
  const World world = some_world(dice, with_limits);
  const Fleet fleet = plain_fleet(static_cast<std::uint32_t>(world.gpus), 1);
  ListSource source(some_jobs(dice, world));
  auto tree = testing::flow(world.policy);
  Policy policy = make_policy(tree.root());
  Laws laws(fleet, promises_of(policy));
  CohortRules rules(world, !with_limits);
  Simulation simulation(fleet, source, policy, {}, {&laws, &rules});
  simulation.run();
  return !laws.broken().empty() ? laws.broken() : rules.broken;
}

std::string first_broken(bool with_limits) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    if (const std::string broken = broken_by(seed, with_limits); !broken.empty()) {
      return "seed " + std::to_string(seed) + ": " + broken;
    }
  }
  return "";
}

}  // namespace

TEST_CASE("no queue uses more than its limits and its cohort allow, whoever yields") {
  CHECK(first_broken(true) == "");
}

TEST_CASE("what is nominal is always reclaimed: nobody who asks for it waits") {
  CHECK(first_broken(false) == "");
}
