#include "app/catalog_of_parts.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "app/fleet_presets.hpp"
#include "app/policies.hpp"
#include "app/topology_formats.hpp"
#include "cluster/life_cycle.hpp"
#include "core/error.hpp"
#include "core/settings_tree.hpp"
#include "scheduler/filter.hpp"
#include "scheduler/policy.hpp"
#include "scheduler/score.hpp"
#include "simulator/failures/failure_source.hpp"
#include "topology/builders.hpp"
#include "workloads/source.hpp"

namespace berth {
namespace {

using Line = std::pair<std::string_view, std::string_view>;

// Parts of a policy say it in their own tables. A part that is missing here is listed without a
// line; tests/app sees to it that none is.
constexpr std::array lines{
    Line{"workloads/synthetic", "jobs drawn from distributions"},
    Line{"workloads/services", "replicas that start at a time and stay"},
    Line{"workloads/jobs", "jobs that the config lists one by one"},
    Line{"workloads/swf", "a job log in the Standard Workload Format, plain, .gz or .zst"},
    Line{"workloads/itp", "a job log of Microsoft ITP, CSV"},
    Line{"workloads/openb",
         "pods of Alibaba's openb trace, CSV; recorded, or all at once as FGD fills it"},
    Line{"workloads/philly", "a job log of Microsoft Philly, CSV"},
    Line{"workloads/muri",
         "training jobs that keep their progress when stopped, as Muri's traces, CSV"},
    Line{"workloads/sacct", "jobs of a Slurm cluster, as sacct -P prints them"},
    Line{"clusters/uniform", "nodes all alike, no domains"},
    Line{"clusters/leveled", "nodes all alike in a regular tree of named domains"},
    Line{"clusters/mixed", "parts of the two above, side by side"},
    Line{"clusters/superpod", "DGX nodes in scalable units of 32, rail-optimised InfiniBand"},
    Line{"clusters/fat_tree", "a k-ary fat tree of switches of one radix"},
    Line{"clusters/nvl72", "racks of 72 GPUs that NVLink joins, InfiniBand above"},
    Line{"clusters/leaf_spine", "Ethernet leaves and spines, oversubscribed as one likes"},
    Line{"clusters/fleet", "sites with halls of any fabric"},
    Line{"clusters/openb", "nodes one by one, as the openb trace lists them, CSV"},
    Line{"clusters/slurm", "the nodes of a slurm.conf, with the switches of a topology.conf"},
};

std::string line_of(std::string_view topic, std::string_view name) {
  if (topic == "placers") {
    return std::string(placer_summary(name));
  }
  if (topic == "scores") {
    return std::string(score_summary(name));
  }
  if (topic == "orders") {
    return std::string(order_summary(name));
  }
  if (topic == "backfills") {
    return std::string(backfill_summary(name));
  }
  if (topic == "preemptions") {
    return std::string(preemption_summary(name));
  }
  if (topic == "admissions") {
    return std::string(admission_summary(name));
  }
  if (topic == "failures") {
    return std::string(failure_summary(name));
  }
  const std::string key = std::string(topic) + "/" + std::string(name);
  const auto found = std::ranges::find(lines, std::string_view(key), &Line::first);
  return found == lines.end() ? "" : std::string(found->second);
}

Topic make_topic(std::string name, std::string summary,
                 const std::vector<std::string_view>& names) {
  Topic topic{std::move(name), std::move(summary), {}};
  for (const std::string_view each : names) {
    topic.parts.push_back({std::string(each), line_of(topic.name, each)});
  }
  return topic;
}

Topic filters() {
  Topic topic{"filters", "which nodes a pod may go to at all, of placers that score", {}};
  for (const Filter& each : all_filters()) {
    topic.parts.push_back({std::string(each.name), std::string(each.does)});
  }
  return topic;
}

Topic policies() {
  Topic topic{"policies", "whole policies that are built in", {}};
  for (const std::string_view each : preset_names()) {
    topic.parts.push_back({std::string(each), preset_summary(each)});
  }
  return topic;
}

Topic presets() {
  Topic topic{"presets", "policies and fleets that are built in", {}};
  for (const std::string_view each : preset_names()) {
    topic.parts.push_back({std::string(each), preset_summary(each), "policy"});
  }
  for (const std::string_view each : fleet_presets()) {
    topic.parts.push_back({std::string(each), fleet_preset_summary(each), "fleet"});
  }
  return topic;
}

// The states of a node: what Kubernetes and Slurm show, what happens there, what may follow.
Topic lifecycle() {
  Topic topic{"lifecycle", "the life of a node; --dot prints it as a graph", {}};
  for (std::size_t i = 0; i < node_states; ++i) {
    const auto state = static_cast<NodeState>(i);
    std::string next;
    for (const Transition& one : life_cycle()) {
      if (one.from == state) {
        next += fmt::format("{}{} ({})", next.empty() ? "" : ", ", to_string(one.to), one.when);
      }
    }
    topic.parts.push_back({std::string(to_string(state)),
                           fmt::format("{}; then {}", meaning(state), next),
                           fmt::format("{} / {}", kubernetes_word(state), slurm_word(state))});
  }
  return topic;
}

std::vector<std::string_view> cluster_kinds() {
  auto kinds = fleet_kinds();
  kinds.insert(kinds.end(), {"slurm", "openb"});
  return kinds;
}

// The workloads that are read from files.
std::vector<std::string_view> log_formats() {
  auto kinds = workload_kinds();
  std::erase(kinds, "synthetic");
  std::erase(kinds, "services");
  std::erase(kinds, "jobs");
  return kinds;
}

Topic formats() {
  Topic topic{"formats", "files of other tools: job logs, and what `berth topology` takes", {}};
  for (const std::string_view each : log_formats()) {
    topic.parts.push_back({std::string(each), line_of("workloads", each), "read"});
  }
  for (const FormatLine& line : topology_formats()) {
    const char* const use = !line.writes ? "read" : line.reads ? "read, written" : "written";
    topic.parts.push_back({std::string(line.name), std::string(line.summary), use});
  }
  return topic;
}

}  // namespace

std::vector<Topic> all_topics() {
  return {make_topic("placers", "where a job goes", placer_names()),
          make_topic("scores", "which nodes a pod goes to rather, of placer score", score_names()),
          filters(),
          make_topic("orders", "who is next", order_names()),
          make_topic("backfills", "who may overtake", backfill_names()),
          make_topic("preemptions", "who must yield", preemption_names()),
          make_topic("admissions", "who may start at all", admission_names()),
          policies(),
          presets(),
          formats(),
          make_topic("workloads", "where jobs come from", workload_kinds()),
          make_topic("clusters", "what the fleet looks like", cluster_kinds()),
          make_topic("failures", "what breaks, and how often", failure_kinds()),
          lifecycle()};
}

Topic topic(const std::string& name) {
  std::vector<std::string> names;
  for (Topic& each : all_topics()) {
    if (each.name == name) {
      return std::move(each);
    }
    names.push_back(each.name);
  }
  throw InputError({"berth list"}, "no such topic " + shown(name),
                   suggestion(name, {names.begin(), names.end()}));
}

}  // namespace berth
