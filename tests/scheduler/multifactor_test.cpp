#include "scheduler/multifactor.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "scheduler/fair_share.hpp"
#include "scheduler/scheduler.hpp"
#include "tests/cluster/fleets.hpp"
#include "tests/core/settings_trees.hpp"
#include "tests/scheduler/pictures.hpp"

using namespace berth;
using namespace berth::testing;
using namespace std::chrono_literals;

namespace {

using Entries = std::vector<std::pair<std::string, Value>>;

constexpr SimTime start{};

std::string refusal(Entries keys) {
  keys.insert(keys.begin(), {"kind", "multifactor"});
  return error_of([&] {
    const SettingsTree config = tree(map({{"order", map(keys)}}));
    static_cast<void>(make_order(config.root().at("order")));
    check_all_used(config.root());
  });
}

MultifactorOptions options_with(Duration period, Duration half_life) {
  MultifactorOptions options;
  options.period = period;
  options.half_life = half_life;
  return options;
}

// A scheduler with this policy on one node of 8 GPUs, and who waits in which order.
class Queue {
 public:
  explicit Queue(const Entries& policy)
      : config_(tree(map(policy))), policy_(make_policy(config_.root())) {
    scheduler_ = std::make_unique<Scheduler>(policy_, cluster_, RunKey{}, &catalog_);
  }
  Request& job(char name, const std::string& user, std::uint32_t gpus = 8) {
    Request request = request_of({1, gpus, 0, 0}, names_.size() + 1);
    request.id = JobId(static_cast<std::uint32_t>(names_.size()));
    request.number = request.sequence;
    request.estimate = 1h;
    request.tenant = catalog_.tenants.id(user);
    request.partition = catalog_.partitions.id("default");
    names_.push_back(name);
    return requests_.emplace_back(request);
  }
  void submit(SimTime now) {
    for (Request& request : requests_) {
      request.submit = now;
      scheduler_->submit(request);
    }
    requests_.clear();
  }
  std::string plan(SimTime now) {
    Draft draft(cluster_);
    scheduler_->plan(now, draft);
    std::string started;
    for (const auto& one : draft.starts()) {
      started += names_[one.job.index()];
    }
    draft.commit();
    return started + " | " + waiting();
  }
  void cancel(char name, SimTime now) {
    const auto at = std::find(names_.begin(), names_.end(), name) - names_.begin();
    scheduler_->cancel(JobId(static_cast<std::uint32_t>(at)), now);
  }
  Catalog& catalog() { return catalog_; }

 private:
  [[nodiscard]] std::string waiting() const {
    std::string all;
    const WaitingQueue& queue = scheduler_->queue();
    for (auto at = queue.first(); at != queue.end(); at = queue.next(at)) {
      all += names_[queue[at].job.index()];
    }
    return all;
  }

  Fleet fleet_ = fleet_of({gpu_node(8)});
  Cluster cluster_{fleet_};
  Catalog catalog_;
  SettingsTree config_;
  Policy policy_;
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<char> names_;
  std::vector<Request> requests_;
};

Value fair_share() {
  return map({{"kind", "multifactor"}, {"weights", map({{"fair_share", "1000"}})}});
}

}  // namespace

TEST_CASE("what was used is halved in a half-life, as Slurm rounds ln 2") {
  CHECK(decay(7 * 24h, 7 * 24h) == doctest::Approx(0.5).epsilon(1e-3));
  CHECK(decay(1s, 1000s) == doctest::Approx(1 - 0.000693).epsilon(1e-15));
  CHECK(decay(10s, 1000s) == doctest::Approx(0.9930915713).epsilon(1e-9));
  CHECK(decay(1h, 0s) == 1);
}

TEST_CASE("books closed period by period, or after many at once, are the same") {
  const auto options = options_with(5min, 1h);
  const SlurmSite site;
  FairShare often(site, options);
  FairShare seldom(site, options);
  for (FairShare* books : {&often, &seldom}) {
    books->started(JobId(1), books->user({}, TenantId(0)), 8, start + 7min);
    books->started(JobId(2), books->user({}, TenantId(1)), 1, start + 12min);
  }
  for (SimTime now = start + 12min; now < start + 3h; now += 1min) {
    often.refresh(now);
  }
  for (FairShare* books : {&often, &seldom}) {
    books->stopped(JobId(1), start + 3h + 1min);
    books->refresh(start + 9h);
  }
  CHECK(often.usage(1) == seldom.usage(1));
  CHECK(often.usage(2) == seldom.usage(2));
  CHECK(often.factor(1) == 1.0);
  CHECK(often.factor(2) == 0.5);
}

TEST_CASE("without decay the books are what was used: the period only says when it is seen") {
  const auto options = options_with(5min, 0s);
  FairShare books(SlurmSite(), options);
  const auto user = books.user({}, TenantId(0));
  books.started(JobId(1), user, 8, start + 1min);
  books.stopped(JobId(1), start + 3min);
  CHECK(books.refresh(start + 4min));  // a user is new
  CHECK_FALSE(books.refresh(start + 4min));
  CHECK(books.usage(user) == 0);
  CHECK(books.refresh(start + 5min));
  CHECK(books.usage(user) == 960);
}

TEST_CASE("the queue is sorted anew at the end of a period, by what was used until then") {
  Queue queue({{"order", fair_share()}});
  queue.job('a', "alice");
  queue.submit(start);
  CHECK(queue.plan(start) == "a | ");
  queue.job('b', "alice");
  queue.job('c', "bob");
  queue.submit(start + 1min);
  CHECK(queue.plan(start + 1min) == " | bc");
  CHECK(queue.plan(start + 5min) == " | cb");
}

TEST_CASE("a job leaves the queue though its user is new and the period not over") {
  Queue queue({{"order", fair_share()}});
  queue.job('a', "alice");
  queue.job('b', "bob");
  queue.submit(start + 2min);
  queue.cancel('b', start + 2min);
  CHECK(queue.plan(start + 2min) == "a | ");
}

TEST_CASE("the PriorityTier of the partition comes before any priority") {
  Queue queue({{"order", map({{"kind", "multifactor"}})},
               {"slurm", map({{"partitions", map({{"low", map({{"priority_tier", "1"}})},
                                                  {"high", map({{"priority_tier", "2"}})}})}})}});
  queue.job('x', "alice", 8);
  queue.submit(start);
  CHECK(queue.plan(start) == "x | ");
  Request& first = queue.job('a', "alice");
  first.priority = 1'000'000'000;
  Request& second = queue.job('b', "alice");
  second.partition = queue.catalog().partitions.id("high");
  queue.submit(start);
  CHECK(queue.plan(start) == " | ba");
}

TEST_CASE("age counts from when admission lets a job") {
  Queue queue(
      {{"order",
        map({{"kind", "multifactor"}, {"weights", map({{"age", "1000"}})}, {"max_age", "1h"}})},
       {"admission", "dependencies"}});
  queue.job('x', "alice");
  queue.submit(start);
  CHECK(queue.plan(start) == "x | ");
  Terms later;
  later.begin = start + 20min;
  Request& waits = queue.job('a', "alice");
  waits.terms = std::make_shared<const Terms>(later);
  queue.submit(start);
  queue.job('b', "bob");
  queue.submit(start + 10min);
  CHECK(queue.plan(start + 15min) == " | ba");
  CHECK(queue.plan(start + 20min) == " | ba");
  CHECK(queue.plan(start + 2h) == " | ab");  // both as old as can be: by time of submission
}

TEST_CASE("weights and times that cannot be are refused") {
  CHECK(refusal({{"weights", map({{"age", "-1"}})}}) ==
        "c.yaml:5:5: order.weights.age: must be between 0 and 4294967295, is -1");
  CHECK(refusal({{"weights", map({{"age", "4294967295"}, {"qos", "1"}})}}) ==
        "c.yaml:4:5: order.weights: sum to 4294967296, more than a priority can be\n"
        "  a priority is at most 4294967295");
  CHECK(refusal({{"max_age", "0"}}) == "c.yaml:4:5: order.max_age: must be 1s or longer");
  CHECK(refusal({{"period", "500ms"}}) == "c.yaml:4:5: order.period: must be 1s or longer");
  CHECK(refusal({{"half_life", "500ms"}}) ==
        "c.yaml:4:5: order.half_life: must be 1s or longer, or 0 to forget nothing");
  CHECK(refusal({{"weights", map({{"gae", "1"}})}}).find("order.weights.gae: no such key") !=
        std::string::npos);
  CHECK(refusal({{"no_normal", "pos"}}).find("order.no_normal: no such no_normal 'pos'") !=
        std::string::npos);
}
