// Kubernetes' PodTopologySpread as a score (whenUnsatisfiable: ScheduleAnyway): pods of one group
// (Terms::group) spread over nodes and domains; see spread.hpp. All pods of the group count, also
// those on nodes that the new one may not use (nodeAffinityPolicy: Ignore). Who is of no group goes
// anywhere.
//
//   max_skew   {node: 1}: the levels over which they are spread, and how uneven they may be there;
//              `node` is each node by itself. Kubernetes' own default is {node: 3, zone: 5}.
#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "scheduler/placers/level_option.hpp"
#include "scheduler/score.hpp"

namespace berth::scores {
namespace {

constexpr std::int64_t skew_most = 1'000'000;

struct Rule {
  std::optional<LevelOption> level;  // nothing: nodes
  std::int64_t max_skew = 1;
};

std::vector<Rule> read_rules(Setting options) {
  const auto written = options.is_map() ? options.find("max_skew") : std::nullopt;
  if (!written) {
    return {Rule{}};
  }
  std::vector<Rule> rules;
  for (const auto& [name, skew] : written->entries()) {
    std::optional<LevelOption> level;
    if (name != "node") {
      level = LevelOption::of(name, skew);
    }
    rules.push_back({std::move(level), skew.count(1, skew_most)});
  }
  if (rules.empty()) {
    written->fail("names no level", "write for example max_skew: {node: 1}");
  }
  return rules;
}

class TopologySpread final : public Score {
 public:
  TopologySpread(const std::vector<Rule>& rules, const Fleet& fleet) {
    for (const Rule& rule : rules) {
      spreads_.push_back({rule.level ? rule.level->in(fleet) : std::nullopt, rule.max_skew});
    }
    std::ranges::sort(spreads_, {}, [&fleet](const Spread& one) {
      return one.level ? one.level->index() : fleet.levels();
    });
  }
  [[nodiscard]] std::int64_t of(const Pod& /*pod*/, NodeId /*node*/,
                                const Occupancy& /*free*/) const override {
    check(false, "a score that spreads pods is not asked of single nodes");
    return 0;
  }
  [[nodiscard]] std::vector<Spread> spreads() const override { return spreads_; }

 private:
  std::vector<Spread> spreads_;
};

}  // namespace

MakeScore topology_spread(Setting options) {
  return {[rules = read_rules(options)](const Fleet& fleet, const SeenPods*) {
            return std::make_unique<TopologySpread>(rules, fleet);
          },
          false, true};
}

}  // namespace berth::scores
