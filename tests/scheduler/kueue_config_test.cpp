#include <string>

#include <doctest/doctest.h>

#include "core/settings_tree.hpp"
#include "scheduler/policy.hpp"
#include "tests/workloads/flow_settings.hpp"

using namespace berth;
using namespace berth::testing;

namespace {

void read(const std::string& text) {
  auto tree = flow(text);
  static_cast<void>(make_admission(tree.root()));
  check_all_used(tree.root());
}

void read_policy(const std::string& text) {
  auto tree = flow(text);
  static_cast<void>(make_policy(tree.root()));
}

}  // namespace

TEST_CASE("quota that contradicts itself is refused where it is written") {
  CHECK_THROWS_WITH_AS(read("{kind: kueue, queues: {a: {nominal: {gpus: -1}}}}"),
                       doctest::Contains("queues.a.nominal.gpus"), InputError);
  CHECK_THROWS_WITH_AS(read("{kind: kueue, queues: {a: {nominal: {gpus: 101%}}}}"),
                       doctest::Contains("from 0% to 100%"), InputError);
  CHECK_THROWS_WITH_AS(read("{kind: kueue, queues: {a: {cohort: c}}}"),
                       doctest::Contains("has no quota at all"), InputError);
  CHECK_THROWS_WITH_AS(read("{kind: kueue, queues: {}}"),
                       doctest::Contains("names no cluster queue"), InputError);
  CHECK_THROWS_WITH_AS(
      read("{kind: kueue, queues: {a: {nominal: {gpus: 1}, borrowing_limit: {gpus: 1}}}}"),
      doctest::Contains("borrowing_limit: needs a cohort"), InputError);
  CHECK_THROWS_WITH_AS(
      read("{kind: kueue, queues: {a: {cohort: c, borrowing_limit: {gpus: 1}}, b: {cohort: c, "
           "nominal: {gpus: 4}}}}"),
      doctest::Contains("queues.a.borrowing_limit.gpus: is of no nominal quota\n  write nominal: "
                        "{gpus: 0} where all of it is borrowed"),
      InputError);
  CHECK_THROWS_WITH_AS(read("{kind: kueue, flavors: {h: {gpu_models: H}, i: {gpu_models: I}}, "
                            "queues: {a: {cohort: c, "
                            "nominal: {h: {gpus: 1}}, borrowing_limit: {i: {gpus: 1}}}}}"),
                       doctest::Contains("queues.a.borrowing_limit.i.gpus: is of no nominal quota"),
                       InputError);
  CHECK_NOTHROW(
      read("{kind: kueue, queues: {a: {cohort: c, nominal: {gpus: 0}, borrowing_limit: {gpus: 1}}, "
           "b: {cohort: c, nominal: {gpus: 4}}}}"));
  CHECK_THROWS_WITH_AS(
      read("{kind: kueue, queues: {a: {cohort: c, nominal: {gpus: 1}, lending_limit: {gpus: 2}}}}"),
      doctest::Contains("lends more gpus than nominal"), InputError);
  CHECK_THROWS_WITH_AS(read("{kind: kueue, queues: {a: {nominal: {gpus: 1}, strategy: Fifo}}}"),
                       doctest::Contains("strategy"), InputError);
  CHECK_THROWS_AS(read("{kind: kueue, queues: {a: {nominal: {gpus: 1}, weight: -1}}}"), InputError);
  CHECK_THROWS_AS(read("{kind: kueue, queues: {a: {nominal: {gpus: 1}, wieght: 1}}}"), InputError);
}

TEST_CASE("cohorts, flavors and queues that there are not are named with those that there are") {
  CHECK_THROWS_WITH_AS(
      read("{kind: kueue, cohorts: {x: {}}, queues: {a: {cohort: y, nominal: {gpus: 1}}}}"),
      doctest::Contains("no such cohort 'y'"), InputError);
  CHECK_THROWS_WITH_AS(read("{kind: kueue, cohorts: {x: {cohort: y}, y: {cohort: x}}, queues: {a: "
                            "{nominal: {gpus: 1}}}}"),
                       doctest::Contains("in a circle"), InputError);
  CHECK_THROWS_WITH_AS(
      read("{kind: kueue, flavors: {h: {gpu_models: H}}, queues: {a: {nominal: {i: {gpus: 1}}}}}"),
      doctest::Contains("no such flavor 'i'"), InputError);
  CHECK_THROWS_WITH_AS(
      read("{kind: kueue, queues: {a: {nominal: {gpus: 1}}}, local_queues: {team: b}}"),
      doctest::Contains("no such cluster queue 'b'"), InputError);
  CHECK_THROWS_WITH_AS(read("{kind: kueue, queues: {a: {nominal: {gpus: 1}}}, otherwise: b}"),
                       doctest::Contains("no such cluster queue 'b'"), InputError);
}

TEST_CASE("an order or a preemption of cluster queues without cluster queues is refused") {
  CHECK_THROWS_WITH_AS(read_policy("{order: kueue_fair}"),
                       doctest::Contains("order: needs the admission kueue"), InputError);
  CHECK_THROWS_WITH_AS(read_policy("{preemption: {kind: kueue}}"),
                       doctest::Contains("preemption: needs the admission kueue"), InputError);
  CHECK_NOTHROW(
      read_policy("{order: kueue_fair, preemption: {kind: kueue}, admission: {kind: kueue, "
                  "queues: {a: {nominal: {gpus: 1}}}}}"));
}

TEST_CASE("a preemption of cluster queues under which nobody yields is refused") {
  const std::string with = ", admission: {kind: kueue, queues: {a: {nominal: {gpus: 1}}}}}";
  CHECK_THROWS_WITH_AS(read_policy("{preemption: {kind: kueue, within_cluster_queue: Never, "
                                   "reclaim_within_cohort: Never}" +
                                   with),
                       doctest::Contains("nobody ever yields"), InputError);
  CHECK_THROWS_WITH_AS(
      read_policy("{preemption: {kind: kueue, borrow_within_cohort: LowerPriority, fair_sharing: "
                  "[LessThanInitialShare]}" +
                  with),
      doctest::Contains("does not go with fair_sharing"), InputError);
}
