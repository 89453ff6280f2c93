#include "app/health.hpp"

namespace berth {
namespace {

ActiveTests read_tests(Setting map) {
  ActiveTests tests;
  tests.every = map.duration_or("every", tests.every);
  tests.lasts = map.duration_or("lasts", tests.lasts);
  tests.recall = map.number_or("recall", tests.recall, 0, 1);
  constexpr Duration least = std::chrono::seconds(ActiveTests::waves);
  if (tests.every < least) {
    map.at("every").fail("is shorter than a minute", "longer, as 1h");
  }
  if (tests.lasts == Duration{} || tests.lasts > tests.every) {
    map.at("lasts").fail("must be longer than 0, and not longer than the time between two tests");
  }
  return tests;
}

}  // namespace

Health read_health(Setting root) {
  Health health;
  if (const auto map = root.find("health")) {
    health.tests = read_tests(map->at("tests"));
  }
  return health;
}

}  // namespace berth
