#include "scheduler/policy.hpp"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/core/settings_trees.hpp"
#include "tests/scheduler/pictures.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

using Entries = std::vector<std::pair<std::string, Value>>;

Policy made(const Entries& entries) {
  const SettingsTree config = tree(map({{"policy", map(entries)}}));
  Policy policy = make_policy(config.root().at("policy"));
  check_all_used(config.root());
  return policy;
}

std::string refusal(const Entries& entries) {
  return error_of([&] { made(entries); });
}

// What the resolved config says of a policy.
std::string resolved(const Entries& entries) {
  const SettingsTree config = tree(map({{"policy", map(entries)}}));
  static_cast<void>(make_policy(config.root().at("policy")));
  return resolved_yaml(config.root());
}

Request some_request() {
  Request request = request_of({2, 4, 0, 0});
  request.estimate = Duration(77);
  request.left = Duration(3'000'000'000);
  request.priority = 5;
  Terms terms;
  terms.deadline = SimTime{Duration(100)};
  request.terms = std::make_shared<const Terms>(std::move(terms));
  return request;
}

std::int64_t key(const char* order) { return made({{"order", order}}).order->key(some_request()); }

using NameList = std::vector<std::string_view>;

}  // namespace

TEST_CASE("what a policy does not say is fifo, best_fit, none, user and per_instant") {
  CHECK(resolved({}) ==
        "policy:\n  order: fifo\n  placer: best_fit\n  backfill: none\n  preemption: none\n"
        "  estimates: user\n  planning: per_instant\n");
}

TEST_CASE("the known names are listed in one order") {
  CHECK(order_names() == NameList{"fifo", "priority", "shortest_estimate", "smallest_first", "srtf",
                                  "srsf", "least_attained", "earliest_deadline", "multifactor",
                                  "kueue_fair", "kueue_priority"});
  CHECK(placer_names() == NameList{"first_fit", "best_fit", "worst_fit", "random", "contiguous",
                                   "slurm_tree", "dragonfly", "slurm_block", "tas", "score",
                                   "most_allocated", "least_allocated", "balanced_allocation",
                                   "fgd", "dot_prod", "gpu_clustering", "gpu_packing",
                                   "topology_spread"});
  CHECK(backfill_names() == NameList{"none", "easy", "conservative", "slurm", "best_effort"});
}

TEST_CASE("every known name makes a part") {
  for (const auto name : order_names()) {
    if (!name.starts_with("kueue")) {  // those go by the quota of the admission of that name
      CHECK(made({{"order", std::string(name)}}).order != nullptr);
    }
  }
  for (const auto name : placer_names()) {
    if (name != "score") {  // it has no scores of its own
      CHECK(made({{"placer", std::string(name)}}).placer != nullptr);
    }
  }
  for (const auto name : backfill_names()) {
    CHECK(made({{"backfill", std::string(name)}}).backfill != nullptr);
  }
}

TEST_CASE("an order goes by what its name says, the smallest key first") {
  CHECK(key("fifo") == 0);
  CHECK(key("priority") == -5);
  CHECK(key("shortest_estimate") == 77);
  CHECK(key("smallest_first") == 8);
  CHECK(key("srtf") == 3'000'000'000);
  CHECK(key("srsf") == 24'000);
  CHECK(key("earliest_deadline") == 100);
}

TEST_CASE("a job without a deadline comes after all that have one") {
  Request patient = some_request();
  patient.terms = nullptr;
  const auto order = made({{"order", "earliest_deadline"}}).order;
  CHECK(order->key(patient) > order->key(some_request()));
}

TEST_CASE("thresholds of queues ascend, and there is one at least") {
  const auto refused = [](const Value& thresholds) {
    return refusal({{"order", map({{"kind", "least_attained"}, {"thresholds", thresholds}})}});
  };
  CHECK(refused(list({"10", "10"})).find("order.thresholds[1]: ") != std::string::npos);
  CHECK(refused(list({})).find("is a list of GPU-seconds, is empty") != std::string::npos);
}

TEST_CASE("where every plan places all jobs afresh nothing is promised") {
  CHECK(refusal({{"preemption", "afresh"}, {"backfill", "easy"}}) ==
        "c.yaml:4:5: policy.backfill: promises nothing where every plan places all jobs afresh\n"
        "  leave backfill: none");
}

TEST_CASE("the scan of EASY is the order of the queue, or another") {
  CHECK(made({{"backfill", "easy"}}).backfill->scan_order() == nullptr);
  CHECK(made({{"backfill", map({{"kind", "easy"}, {"scan", "fifo"}})}}).backfill->scan_order() ==
        nullptr);
  const Policy sjbf = made({{"backfill", map({{"kind", "easy"}, {"scan", "shortest_estimate"}})}});
  REQUIRE(sjbf.backfill->scan_order() != nullptr);
  CHECK(sjbf.backfill->scan_order()->key(some_request()) == 77);
}

TEST_CASE("estimates are the user's, times a factor, or exact") {
  CHECK(made({}).estimates.kind == Estimates::Kind::user);
  CHECK(made({{"estimates", "exact"}}).estimates.kind == Estimates::Kind::exact);
  const Policy padded = made({{"estimates", map({{"kind", "user"}, {"factor", "2.5"}})}});
  CHECK(padded.estimates.kind == Estimates::Kind::user);
  CHECK(padded.estimates.factor == 2.5);
}

TEST_CASE("planning is per instant or per event") {
  CHECK(made({}).planning == Planning::per_instant);
  CHECK(made({{"planning", "per_event"}}).planning == Planning::per_event);
}

namespace {

std::string known(const std::vector<std::string_view>& names) {
  std::string all;
  for (const std::string_view name : names) {
    all += (all.empty() ? "" : ", ") + std::string(name);
  }
  return all;
}

}  // namespace

TEST_CASE("a name that is not known is refused, with the nearest one") {
  CHECK(refusal({{"order", "fito"}}) ==
        "c.yaml:3:5: policy.order: no such order 'fito'\n"
        "  did you mean 'fifo'? known: " +
            known(order_names()));
  CHECK(refusal({{"placer", "bestfit"}}) ==
        "c.yaml:3:5: policy.placer: no such placer 'bestfit'\n"
        "  did you mean 'best_fit'? known: " +
            known(placer_names()));
  CHECK(refusal({{"backfill", "easyy"}}) ==
        "c.yaml:3:5: policy.backfill: no such backfill 'easyy'\n"
        "  did you mean 'easy'? known: none, easy, conservative, slurm, best_effort");
}

TEST_CASE("a misspelt name within a part is refused at its place") {
  CHECK(refusal({{"backfill", map({{"kind", "easy"}, {"scan", "shortest_estmate"}})}}) ==
        "c.yaml:5:5: policy.backfill.scan: no such scan 'shortest_estmate'\n"
        "  did you mean 'shortest_estimate'? known: " +
            known(order_names()));
  CHECK(refusal({{"estimates", "exakt"}}) ==
        "c.yaml:3:5: policy.estimates: no such estimates 'exakt'\n"
        "  did you mean 'exact'? known: user, exact");
}

TEST_CASE("a key that no part asks for is refused") {
  CHECK(refusal({{"backfil", "easy"}}) ==
        "c.yaml:3:1: policy.backfil: no such key\n"
        "  did you mean 'backfill'? known: order, placer, backfill, preemption, admission, "
        "slurm, estimates, planning");
  CHECK(refusal({{"backfill", map({{"kind", "none"}, {"scan", "fifo"}})}})
            .find("policy.backfill.scan: no such key") != std::string::npos);
  CHECK(refusal({{"estimates", map({{"kind", "exact"}, {"factor", "2"}})}})
            .find("policy.estimates.factor: no such key") != std::string::npos);
}

TEST_CASE("a factor on estimates is at least 1: a job is stopped at its limit") {
  CHECK(refusal({{"estimates", map({{"kind", "user"}, {"factor", "0.5"}})}})
            .find("policy.estimates.factor: must be between 1 and 1000, is 0.5") !=
        std::string::npos);
}

TEST_CASE("who yields is nobody, or as a known preemption says") {
  CHECK(refusal({{"preemption", "afersh"}}).find("did you mean 'afresh'?") != std::string::npos);
}
