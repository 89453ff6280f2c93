// How nodes are looked after, as a config says it:
//
//   health: {tests: {every: 1h, lasts: 20m, recall: 0.9}}
//
// `tests` are active tests of idle nodes (simulator/failures/active_tests.hpp); `{}` takes all
// that is not said as it is there.
#pragma once

#include <optional>

#include "core/settings.hpp"
#include "simulator/failures/active_tests.hpp"

namespace berth {

struct Health {
  std::optional<ActiveTests> tests;
};

Health read_health(Setting root);

}  // namespace berth
