#include "app/comparison_report.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/table.hpp"
#include "core/units.hpp"

namespace berth {
namespace {

using Json = nlohmann::ordered_json;
using Align = Table::Align;

std::string value_text(Unit unit, double value) {
  switch (unit) {
    case Unit::fraction:
      return readable_percent(value);
    case Unit::seconds:
      return readable_duration(value);
    case Unit::ratio:
      return readable_number(value, 2);
    case Unit::count:
      return readable_number(value, value == std::floor(value) ? 0 : 1);
  }
  return "";
}

// Differences of parts are in points of a hundred, not in percent of either.
std::string distance_text(Unit unit, double value) {
  return unit == Unit::fraction ? fmt::format("{:.1f} pts", 100 * value) : value_text(unit, value);
}

std::string signed_text(Unit unit, double value) {
  return (value < 0 ? "-" : "+") + distance_text(unit, std::abs(value));
}

std::string difference_text(Unit unit, const Difference& difference) {
  if (difference.is_none()) {
    return "same  ";
  }
  std::string text = signed_text(unit, difference.mean);
  if (difference.half_width) {
    text += " ± " + distance_text(unit, *difference.half_width);
  }
  return text + (difference.is_significant() ? " *" : "  ");
}

bool any_policy(const Comparison& comparison, const std::function<bool(const PolicyResult&)>& is) {
  return std::ranges::any_of(comparison.policies, is);
}

// Metrics that are 0 throughout say nothing; a run to the end of all jobs is told by its makespan,
// a run to a horizon by the jobs it completed.
std::vector<std::size_t> metrics_to_show(const Comparison& comparison) {
  const std::string_view unfit = comparison.to_horizon ? "makespan_s" : "completed";
  std::vector<std::size_t> shown;
  for (std::size_t m = 0; m < comparison_metrics().size(); ++m) {
    if (comparison_metrics()[m].name != unfit &&
        any_policy(comparison, [m](const PolicyResult& each) { return each.means[m] != 0; })) {
      shown.push_back(m);
    }
  }
  return shown;
}

std::vector<std::size_t> metrics_that_differ(const Comparison& comparison) {
  std::vector<std::size_t> shown = metrics_to_show(comparison);
  std::erase_if(shown, [&](std::size_t m) {
    return !any_policy(comparison, [m](const PolicyResult& each) {
      return !each.differences.empty() && !each.differences[m].is_none();
    });
  });
  return shown;
}

Table empty_table(const std::vector<std::size_t>& shown, const std::string& corner) {
  std::vector<Align> align(shown.size() + 1, Align::right);
  align.front() = Align::left;
  Table table(std::move(align));
  std::vector<std::string> titles{corner};
  for (const std::size_t m : shown) {
    titles.emplace_back(comparison_metrics()[m].title);
  }
  table.row(std::move(titles));
  return table;
}

std::string means_text(const Comparison& comparison, const std::vector<std::size_t>& shown) {
  Table table = empty_table(shown, "policy");
  for (const PolicyResult& policy : comparison.policies) {
    std::vector<std::string> row{policy.name};
    for (const std::size_t m : shown) {
      row.push_back(value_text(comparison_metrics()[m].unit, policy.means[m]));
    }
    table.row(std::move(row));
  }
  return table.text();
}

std::string differences_text(const Comparison& comparison, const std::vector<std::size_t>& shown) {
  Table table = empty_table(shown, "less " + comparison.policies.front().name);
  for (std::size_t p = 1; p < comparison.policies.size(); ++p) {
    const PolicyResult& policy = comparison.policies[p];
    std::vector<std::string> row{policy.name};
    for (const std::size_t m : shown) {
      row.push_back(difference_text(comparison_metrics()[m].unit, policy.differences[m]));
    }
    table.row(std::move(row));
  }
  return table.text();
}

std::string legend(const Comparison& comparison) {
  if (comparison.chance_plays_no_part) {
    return "One run of each: neither the jobs nor the policies depend on the seed, so the\n"
           "differences are exact for these jobs, and there is no interval to give.\n";
  }
  if (comparison.runs == 1) {
    return "One run of each: the differences may be chance. More --seeds would tell.\n";
  }
  return fmt::format(
      "Means of {} runs. Below, the mean difference to {} on the same jobs, ± its 95 %\n"
      "confidence interval; * marks those that leave out zero, the others show no difference.\n",
      comparison.runs, comparison.policies.front().name);
}

// What the table says of one policy, in words.
std::string sentence(const Comparison& comparison, const PolicyResult& policy) {
  constexpr std::size_t wait = 1;
  const Difference& difference = policy.differences[wait];
  const std::string& base = comparison.policies.front().name;
  const double before = comparison.policies.front().means[wait];
  const bool exact = comparison.chance_plays_no_part;
  if (before == 0 || difference.mean == 0 || (!difference.is_significant() && !exact)) {
    return fmt::format("  {}: no difference in mean wait shown\n", policy.name);
  }
  const double ratio = policy.means[wait] / before;
  const std::string how = ratio < 2 ? fmt::format("{:.0f} % {} than", 100 * std::abs(ratio - 1),
                                                  ratio < 1 ? "less" : "longer")
                                    : fmt::format("{:.0f} times as long as", ratio);
  return fmt::format("  {}: jobs wait {} under {}, {} instead of {}\n", policy.name, how, base,
                     readable_duration(policy.means[wait]), readable_duration(before));
}

double rounded(double value) { return parse_number(fmt::format("{:.12g}", value)).value_or(value); }

Json difference_json(const Difference& difference) {
  Json json{{"mean", rounded(difference.mean)}};
  if (difference.half_width) {
    json["ci95_low"] = rounded(difference.mean - *difference.half_width);
    json["ci95_high"] = rounded(difference.mean + *difference.half_width);
    json["significant"] = difference.is_significant();
  }
  return json;
}

Json policy_json(const PolicyResult& policy) {
  Json json{{"name", policy.name}, {"metrics", Json::object()}};
  for (std::size_t m = 0; m < policy.means.size(); ++m) {
    Json values = Json::array();
    for (const double value : policy.values[m]) {
      values.push_back(rounded(value));
    }
    Json metric{{"mean", rounded(policy.means[m])}, {"runs", std::move(values)}};
    if (!policy.differences.empty()) {
      metric["difference"] = difference_json(policy.differences[m]);
    }
    json["metrics"][std::string(comparison_metrics()[m].name)] = std::move(metric);
  }
  return json;
}

}  // namespace

std::string comparison_text(const Comparison& comparison) {
  const auto shown = metrics_to_show(comparison);
  std::string text = means_text(comparison, shown);
  if (comparison.policies.size() == 1) {
    return text;
  }
  text += "\n" + legend(comparison) + "\n" +
          differences_text(comparison, metrics_that_differ(comparison)) + "\n";
  for (std::size_t p = 1; p < comparison.policies.size(); ++p) {
    text += sentence(comparison, comparison.policies[p]);
  }
  return text;
}

std::string comparison_json(const Comparison& comparison, const Scenario& scenario) {
  Json document{{"format_version", 1},
                {"config", scenario.path},
                {"question", scenario.question},
                {"seed", scenario.seed},
                {"runs", comparison.runs},
                {"depends_on_seed", !comparison.chance_plays_no_part},
                {"baseline", comparison.policies.front().name},
                {"policies", Json::array()}};
  for (const PolicyResult& policy : comparison.policies) {
    document["policies"].push_back(policy_json(policy));
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace berth
