#include <algorithm>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/comparison_report.hpp"
#include "app/manifest.hpp"
#include "app/one_run.hpp"
#include "app/parallel.hpp"
#include "app/result_folder.hpp"
#include "app/run_report.hpp"
#include "app/seed.hpp"
#include "app/table.hpp"
#include "app/wall_clock.hpp"
#include "core/error.hpp"
#include "core/settings_tree.hpp"
#include "simulator/sinks/summary_json.hpp"

namespace berth {
namespace {

constexpr std::int64_t seeds_most = 100'000;
constexpr std::int64_t threads_most = 4096;
constexpr std::uint64_t seeds_otherwise = 10;
constexpr std::size_t jobs_to_tell = 2'000'000;

// Those on the command line (one alone is compared to the config's own), else the config's.
std::vector<NamedPolicy> policies_of(const Arguments& arguments, const Scenario& scenario) {
  const ConfigPolicies& config = scenario.policies;
  std::vector<NamedPolicy> policies;
  if (arguments.policies.size() < 2) {
    policies = config.single;
  }
  if (arguments.policies.empty()) {
    policies.insert(policies.end(), config.named.begin(), config.named.end());
  }
  for (const std::string& text : arguments.policies) {
    policies.push_back(find_policy(text, config));
  }
  std::set<std::string> names;
  for (const NamedPolicy& policy : policies) {
    if (!names.insert(policy.name).second) {
      throw InputError({arguments.policies.empty() ? scenario.path : "--policy"},
                       "two policies are named " + shown(policy.name), "keep one of them");
    }
  }
  if (policies.size() < 2) {
    throw InputError({scenario.path}, "there are no two policies to compare",
                     "write policies: [fifo, easy] in it, or give --policy twice");
  }
  return policies;
}

// Whether two seeds would show different jobs. A stream of jobs too long to read to its end is
// taken to depend on it: no claim is made that was not checked.
bool jobs_depend_on_seed(const Scenario& scenario) {
  Catalog catalog;
  const auto first = scenario.open({scenario.seed, 0}, catalog);
  const auto second = scenario.open({scenario.seed, 1}, catalog);
  Job a;
  Job b;
  for (std::size_t i = 0; i < jobs_to_tell; ++i) {
    const bool more = first->next(a);
    if (more != second->next(b) || (more && a != b)) {
      return true;
    }
    if (!more) {
      return false;
    }
  }
  return true;
}

bool draws_lots(const NamedPolicy& policy) {
  const auto placer = policy.setting.find("placer");
  return placer && placer->kind() == "random";
}

struct Plan {
  std::vector<NamedPolicy> policies;
  std::size_t runs = 1;
  bool chance_plays_no_part = false;
  std::size_t threads = 1;
};

Plan plan_of(const Arguments& arguments, const Scenario& scenario) {
  Plan plan;
  plan.policies = policies_of(arguments, scenario);
  plan.runs = scenario.replications.value_or(seeds_otherwise);
  if (arguments.seeds) {
    plan.runs = static_cast<std::size_t>(count_of("--seeds", *arguments.seeds, 1, seeds_most));
  }
  plan.chance_plays_no_part = scenario.reliability.none() &&
                              std::ranges::none_of(plan.policies, draws_lots) &&
                              !jobs_depend_on_seed(scenario);
  if (plan.chance_plays_no_part) {
    plan.runs = 1;
  }
  plan.threads =
      arguments.threads
          ? static_cast<std::size_t>(count_of("--threads", *arguments.threads, 1, threads_most))
          : usable_cores();
  return plan;
}

using Results = std::vector<std::vector<RunResult>>;  // by policy, then run

// The runs of one number one after the other, so that all policies advance together.
Results run_all(const Scenario& scenario, const Plan& plan, std::optional<Progress>& progress) {
  const std::size_t count = plan.policies.size();
  std::vector<Policy> policies;
  for (std::size_t i = 0; i < count * plan.runs; ++i) {
    policies.push_back(plan.policies[i % count].make());
  }
  Results results(count, std::vector<RunResult>(plan.runs));
  std::mutex lock;
  std::size_t done = 0;
  parallel_for(policies.size(), plan.threads, [&](std::size_t i) {
    const RunKey key{scenario.seed, i / count};
    results[i % count][i / count] = simulate(scenario, std::move(policies[i]), key, {});
    const std::lock_guard guard(lock);
    ++done;
    if (progress) {
      progress->show_runs(done, policies.size());
    }
  });
  return results;
}

Comparison compared(const Scenario& scenario, const Plan& plan, const Results& results) {
  std::vector<std::string> names;
  std::vector<std::vector<Summary>> summaries;
  for (std::size_t p = 0; p < results.size(); ++p) {
    names.push_back(plan.policies[p].name);
    auto& of_policy = summaries.emplace_back();
    for (const RunResult& result : results[p]) {
      of_policy.push_back(result.summary);
    }
  }
  Comparison comparison = compare(names, summaries);
  comparison.chance_plays_no_part = plan.chance_plays_no_part;
  comparison.to_horizon = scenario.horizon.has_value();
  return comparison;
}

// What the files of each policy are called. A policy may be named after a file or with arguments,
// of which only letters and digits are kept; those that look alike then get a number.
std::vector<std::string> file_names(const std::vector<NamedPolicy>& policies) {
  const auto plain = [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '-';
  };
  std::vector<std::string> names;
  for (const NamedPolicy& policy : policies) {
    std::string name = policy.name;
    std::ranges::replace_if(name, std::not_fn(plain), '_');
    const bool taken = std::ranges::find(names, name) != names.end();
    names.push_back(taken ? fmt::format("{}-{}", name, names.size() + 1) : name);
  }
  return names;
}

// Of the first run of each policy; what all policies share is said once.
void report_warnings(const Plan& plan, const Results& results, const Console& console) {
  std::set<std::string> said;
  for (std::size_t p = 0; p < results.size(); ++p) {
    for (const SourceWarning& warning : results[p].front().warnings) {
      const std::string text = fmt::format("{} ({})", warning.text, warning.count);
      if (said.insert(text).second) {
        console.log.warning(p == 0 ? text : fmt::format("{}: {}", plan.policies[p].name, text));
      }
    }
  }
}

std::uint64_t total_events(const Results& results) {
  std::uint64_t events = 0;
  for (const auto& of_policy : results) {
    for (const RunResult& result : of_policy) {
      events += result.summary.events;
    }
  }
  return events;
}

}  // namespace

int compare_command(const Arguments& arguments, const Console& console) {
  const Scenario scenario = read_scenario(arguments.configs.front(), with_seed(arguments));
  const Plan plan = plan_of(arguments, scenario);
  std::optional<ResultFolder> folder;
  if (arguments.out) {
    folder.emplace(*arguments.out);
    folder->replace_older("summary_");
  }
  std::optional<Progress> progress;
  if (console.err_is == Terminal::yes && !arguments.quiet) {
    progress.emplace(console.err);
  }
  console.log.info(fmt::format("{} policies, {} runs each, {} at a time", plan.policies.size(),
                               plan.runs, plan.threads));
  const Stopwatch watch;
  const Results results = run_all(scenario, plan, progress);
  const RunCost cost{watch.seconds(), total_events(results)};
  progress.reset();
  const Comparison comparison = compared(scenario, plan, results);
  if (folder) {
    const auto names = file_names(plan.policies);
    for (std::size_t p = 0; p < results.size(); ++p) {
      for (std::size_t run = 0; run < plan.runs; ++run) {
        folder->write(fmt::format("summary_{}_{}.json", names[p], run + 1),
                      summary_json(results[p][run].summary));
      }
    }
    folder->write("comparison.json", comparison_json(comparison, scenario));
    folder->write("manifest.json", manifest_json(scenario, "", cost));
    folder->commit();
  }
  for (const std::string& note : scenario.notes) {
    console.log.warning(note);
  }
  report_warnings(plan, results, console);
  console.log.info(fmt::format("{} events in {}", cost.events, readable_duration(cost.wall_s)));
  const std::string what = fmt::format("{} policies", plan.policies.size());
  console.out << (arguments.json ? comparison_json(comparison, scenario)
                                 : report_head(scenario, what) + comparison_text(comparison));
  return exit_done;
}

}  // namespace berth
