#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/scenario.hpp"
#include "app/seed.hpp"
#include "app/table.hpp"
#include "app/workload_survey.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

namespace berth {
namespace {

using Json = nlohmann::ordered_json;

struct Verdict {
  std::string path;
  std::string error;  // empty: valid
  Json facts;
  std::string text;
};

// The index and names of the nodes, and the program itself; measured on fleets of up to 31,250
// nodes and rounded up. CSV logs are sorted in memory: their jobs come on top.
std::int64_t memory_estimate(const Scenario& scenario) {
  constexpr std::int64_t program = std::int64_t{20} << 20U;
  constexpr std::int64_t node = 512;
  return program + node * std::int64_t{scenario.fleet().nodes()};
}

std::string names_of(const ConfigPolicies& policies) {
  std::vector<std::string> names;
  for (const auto* list : {&policies.single, &policies.named}) {
    for (const NamedPolicy& policy : *list) {
      names.push_back(policy.name);
    }
  }
  return names.empty() ? "none; give --policy" : fmt::format("{}", fmt::join(names, ", "));
}

Json fleet_facts(const Fleet& fleet) {
  Json facts{{"nodes", fleet.nodes()}, {"gpus", fleet.gpus()}, {"levels", Json::object()}};
  for (std::uint32_t i = 0; i < fleet.levels(); ++i) {
    facts["levels"][fleet.level_name(LevelId(i))] = fleet.domains(LevelId(i));
  }
  return facts;
}

Json facts_of(const Scenario& scenario, const WorkloadSurvey& survey) {
  Json facts{{"question", scenario.question},
             {"cluster", fleet_facts(scenario.fleet())},
             {"jobs", survey.jobs},
             {"jobs_complete", survey.complete},
             {"jobs_too_large", survey.too_large},
             {"offered_load", survey.offered_load(scenario.fleet())},
             {"memory_bytes", memory_estimate(scenario)},
             {"resolved", resolved_yaml(scenario.tree.root())}};
  return facts;
}

std::string fleet_text(const Fleet& fleet) {
  std::string text = readable_count(fleet.nodes()) + " nodes, " +
                     readable_count(static_cast<std::int64_t>(fleet.gpus())) + " GPUs";
  for (std::uint32_t i = 0; i < fleet.levels(); ++i) {
    text += fmt::format(", {} {}", readable_count(fleet.domains(LevelId(i))),
                        fleet.level_name(LevelId(i)));
  }
  return text;
}

std::string jobs_text(const Scenario& scenario, const WorkloadSurvey& survey) {
  std::string text = (survey.complete ? "" : "more than ") +
                     readable_count(static_cast<std::int64_t>(survey.jobs)) + " in " +
                     readable_duration(static_cast<double>(survey.span.count()) / 1e9) +
                     ", offered load " + readable_percent(survey.offered_load(scenario.fleet()));
  if (survey.too_large > 0) {
    text += fmt::format("; {} are larger than the cluster and would be rejected",
                        readable_count(static_cast<std::int64_t>(survey.too_large)));
  }
  return text;
}

std::string text_of(const Scenario& scenario, const WorkloadSurvey& survey) {
  Table table({Table::Align::left, Table::Align::left});
  if (!scenario.question.empty()) {
    table.row({"  question", scenario.question});
  }
  table.row({"  cluster", fleet_text(scenario.fleet())});
  table.row({"  jobs", jobs_text(scenario, survey)});
  table.row({"  policies", names_of(scenario.policies)});
  table.row({"  time", scenario.horizon ? "until " + format_duration(*scenario.horizon)
                                        : "until all jobs have ended"});
  table.row({"  memory",
             "about " + readable_number(static_cast<double>(memory_estimate(scenario)) / 1e6, 0) +
                 " MB a run"});
  return scenario.path + ": ok\n" + table.text() + "\n" + resolved_yaml(scenario.tree.root());
}

Verdict verdict_of(const std::string& path, const Arguments& arguments, const Console& console) {
  try {
    const Scenario scenario = read_scenario(path, with_seed(arguments));
    const WorkloadSurvey found = survey(scenario);
    for (const std::string& note : scenario.notes) {
      console.log.warning(note);
    }
    for (const SourceWarning& warning : found.warnings) {
      console.log.warning(fmt::format("{} ({})", warning.text, warning.count));
    }
    return {path, "", facts_of(scenario, found), text_of(scenario, found)};
  } catch (const InputError& error) {
    return {path, error.what(), {}, {}};
  }
}

std::string as_json(const std::vector<Verdict>& verdicts) {
  Json files = Json::array();
  for (const Verdict& verdict : verdicts) {
    Json file{{"path", verdict.path}, {"valid", verdict.error.empty()}};
    if (verdict.error.empty()) {
      file.update(verdict.facts);
    } else {
      file["error"] = verdict.error;
    }
    files.push_back(std::move(file));
  }
  const Json document{{"format_version", 1}, {"files", std::move(files)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

int check_command(const Arguments& arguments, const Console& console) {
  std::vector<Verdict> verdicts;
  int code = exit_done;
  for (const std::string& path : arguments.configs) {
    verdicts.push_back(verdict_of(path, arguments, console));
    const Verdict& verdict = verdicts.back();
    if (!verdict.error.empty()) {
      console.err << verdict.error << "\n";
      code = exit_bad_input;
    } else if (!arguments.json) {
      console.out << (verdicts.size() > 1 ? "\n" : "") << verdict.text;
    }
  }
  if (arguments.json) {
    console.out << as_json(verdicts);
  }
  return code;
}

}  // namespace berth
