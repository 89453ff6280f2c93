#include "app/health.hpp"

#include <chrono>
#include <vector>

#include <fmt/format.h>

#include "core/units.hpp"

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
    const auto lasts = map.find("lasts");
    (lasts ? *lasts : map.at("every"))
        .fail(fmt::format("a test of {} every {} cannot be", format_duration(tests.lasts),
                          format_duration(tests.every)),
              "lasts is longer than 0, and not longer than every");
  }
  return tests;
}

Shift read_shift(Setting map) {
  constexpr std::int64_t most = 1'000'000;
  constexpr Duration day = std::chrono::hours(24);
  Shift shift;
  shift.crews = static_cast<std::uint32_t>(map.at("count").count(1, most));
  constexpr std::uint32_t saturday = 5;
  switch (map.choice_or("days", "all", {"all", "weekdays", "weekends"})) {
    case 1:
      shift.past_day = saturday;
      break;
    case 2:
      shift.first_day = saturday;
      break;
    default:
      break;
  }
  shift.from = map.duration_or("from", Duration{});
  shift.until = map.duration_or("until", day);
  if (shift.until > day || shift.from >= shift.until) {
    map.fail("a shift is of one day: from before until, which is 24h at most",
             "write one that goes on after midnight as two");
  }
  return shift;
}

CrewPlan read_crews(Setting crews) {
  std::vector<Shift> shifts;
  for (const Setting& one : crews.is_list() ? crews.items() : std::vector{crews}) {
    shifts.push_back(read_shift(one));
  }
  if (shifts.empty()) {
    crews.fail("lists no shift", "leave it out where hands are never short");
  }
  return CrewPlan(shifts);
}

Retirement read_retirement(Setting map) {
  constexpr std::int64_t most = 1'000'000;
  Retirement retire;
  retire.failures = static_cast<std::uint32_t>(map.count_or("failures", retire.failures, 2, most));
  retire.within = map.duration_or("within", retire.within);
  retire.replaced_after = map.duration_or("replaced_after", retire.replaced_after);
  return retire;
}

}  // namespace

Health read_health(Setting root) {
  Health health;
  const auto map = root.find("health");
  if (!map) {
    return health;
  }
  if (const auto tests = map->find("tests")) {
    health.tests = read_tests(*tests);
  }
  if (const auto crews = map->find("crews")) {
    health.crews = read_crews(*crews);
  }
  if (const auto retire = map->find("retire")) {
    health.retire = read_retirement(*retire);
  }
  if (!health.tests && !health.crews && !health.retire) {
    map->fail("says nothing", "tests, crews, retire");
  }
  return health;
}

}  // namespace berth
