// How nodes are looked after, as a config says it:
//
//   health:
//     tests: {every: 1h, lasts: 20m, recall: 0.9}
//     crews: [{count: 4, days: weekdays, from: 8h, until: 18h}, {count: 1}]
//     retire: {failures: 3, within: 30d, replaced_after: 14d}
//
// `tests` are active tests of idle nodes (simulator/failures/active_tests.hpp); `{}` takes all
// that is not said as it is there. `crews` are who repairs nodes (repair_crews.hpp), one shift or a
// list of them; `days` are all, weekdays or weekends, and of these the hours.
// `retire` gives up nodes that failed so often within that time (simulation.hpp).
#pragma once

#include <optional>

#include "core/settings.hpp"
#include "simulator/failures/active_tests.hpp"
#include "simulator/failures/repair_crews.hpp"
#include "simulator/simulation.hpp"

namespace berth {

struct Health {
  std::optional<ActiveTests> tests;
  std::optional<CrewPlan> crews;
  std::optional<Retirement> retire;
};

Health read_health(Setting root);

}  // namespace berth
