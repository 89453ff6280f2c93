#include "scheduler/spread_limits.hpp"

#include <algorithm>

#include "scheduler/term_scopes.hpp"

namespace berth {

SpreadLimits::SpreadLimits(const Pod& pod, const Occupancy& free) : fleet_(free.fleet()) {
  for (const SpreadRule& asked : pod.terms->spread) {
    Rule rule;
    rule.level = asked.level == "node" ? std::nullopt : fleet_.find_level(asked.level);
    const std::size_t domains = rule.level ? fleet_.domains(*rule.level) : fleet_.nodes();
    rule.pods.resize(domains);
    std::vector<bool> eligible(domains);
    for (std::uint32_t i = 0; i < fleet_.nodes(); ++i) {
      const NodeId node(i);
      if (selects(*pod.terms, fleet_.kind(node))) {
        const std::size_t place = place_of(node, rule);
        eligible[place] = true;
        rule.pods[place] += free.pods().on(node, pod.shape.group);
      }
    }
    std::int64_t least = -1;
    std::uint32_t count = 0;
    for (std::size_t place = 0; place < domains; ++place) {
      if (eligible[place]) {
        ++count;
        least = least < 0 ? rule.pods[place] : std::min(least, rule.pods[place]);
      }
    }
    least = count < asked.min_domains ? 0 : least;
    rule.at_most = least + asked.max_skew - 1;
    rules_.push_back(std::move(rule));
  }
}

std::size_t SpreadLimits::place_of(NodeId node, const Rule& rule) const {
  return rule.level
             ? fleet_.domain_of(node, *rule.level).index() - fleet_.domain(*rule.level, 0).index()
             : node.index();
}

bool SpreadLimits::allow(NodeId node) const {
  return std::ranges::all_of(
      rules_, [&](const Rule& rule) { return rule.pods[place_of(node, rule)] <= rule.at_most; });
}

}  // namespace berth
