#include "app/scenario.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/arguments.hpp"
#include "app/comment.hpp"
#include "app/described_cluster.hpp"
#include "app/drains.hpp"
#include "app/health.hpp"
#include "app/override.hpp"
#include "app/reliability.hpp"
#include "app/spares.hpp"
#include "app/upgrades.hpp"
#include "app/yaml_settings.hpp"
#include "cluster/shape.hpp"
#include "core/error.hpp"
#include "core/settings_tree.hpp"
#include "core/units.hpp"
#include "scheduler/placers/level_option.hpp"
#include "simulator/gpu_time.hpp"

namespace berth {
namespace {

constexpr std::int64_t replications_most = 100'000;

void read_times(Scenario& scenario, Setting root) {
  if (const auto horizon = root.find("horizon")) {
    scenario.horizon = horizon->duration();
    if (scenario.horizon == Duration{}) {
      horizon->fail("must be longer than 0");
    }
  }
  scenario.warmup = root.duration_or("warmup", Duration{});
  if (scenario.horizon && scenario.warmup >= *scenario.horizon) {
    root.at("warmup").fail("must be shorter than the horizon");
  }
}

// The sizes at `key`: one, or the keys of a mix.
std::vector<std::string> sizes_at(Setting workload, std::string_view key) {
  std::vector<std::string> sizes;
  const auto written = workload.find(key);
  if (written && written->is_map()) {
    for (const auto& entry : written->entries()) {
      sizes.push_back(entry.first);
    }
  } else if (written) {
    sizes.push_back(written->text());
  }
  return sizes;
}

// A synthetic size that the empty cluster cannot hold is a slip of the keyboard, not a workload.
void refuse_larger_than(const Fleet& fleet, Setting workload) {
  if (!workload.is_map() || workload.kind() != "synthetic") {
    return;
  }
  const auto refuse = [&](std::string_view key, std::uint32_t Ask::*count, const char* noun) {
    for (const std::string& size : sizes_at(workload, key)) {
      Ask ask;
      ask.*count = static_cast<std::uint32_t>(parse_integer(size).value_or(0));
      if (!shape_of(ask, fleet)) {
        workload.at(key).fail(fmt::format("a job of {} {} is larger than the cluster", size, noun),
                              fmt::format("the cluster has {} nodes with {} GPUs in all",
                                          fleet.nodes(), fleet.gpus()));
      }
    }
  };
  refuse("sizes", &Ask::gpus, "GPUs");
  refuse("nodes", &Ask::whole_nodes, "nodes");
}

// Nor can jobs of so many nodes be made of segments that do not divide them. A segment of more
// nodes than the job has is none.
void refuse_broken_segments(Setting workload) {
  const auto terms =
      workload.is_map() && workload.kind() == "synthetic" ? workload.find("terms") : std::nullopt;
  const auto segment = terms ? terms->find("segment") : std::nullopt;
  const std::int64_t size = segment ? parse_integer(segment->text()).value_or(0) : 0;
  for (const std::string& text :
       size > 0 ? sizes_at(workload, "nodes") : std::vector<std::string>()) {
    const std::int64_t nodes = parse_integer(text).value_or(0);
    if (nodes > size && nodes % size != 0) {
      segment->fail("does not divide the " + text + " nodes of some jobs");
    }
  }
}

// Pods keep apart or are spread by nodes, or by a level that there is; so do jobs that are listed
// one by one.
void refuse_unknown_level(const Fleet& fleet, Setting workload) {
  const auto jobs = workload.is_map() ? workload.find("jobs") : std::nullopt;
  for (const Setting& job : jobs && jobs->is_list() ? jobs->items() : std::vector<Setting>{}) {
    refuse_unknown_level(fleet, job);
  }
  const auto terms = workload.is_map() ? workload.find("terms") : std::nullopt;
  const auto check_level = [&fleet](const std::string& name, Setting where) {
    if (name != "node" && !fleet.find_level(name)) {
      const std::string levels = level_names(fleet);
      where.fail("the fleet has no level " + shown(name),
                 "known: node" + (levels.empty() ? "" : ", " + levels));
    }
  };
  if (const auto apart = terms && terms->is_map() ? terms->find("apart") : std::nullopt) {
    check_level(apart->text(), *apart);
  }
  const auto spread = terms && terms->is_map() ? terms->find("spread") : std::nullopt;
  if (spread && spread->is_map()) {
    for (const auto& [level, rule] : spread->entries()) {
      check_level(level, rule);
    }
  }
}

void read_workloads(Scenario& scenario, Setting root) {
  const Setting workload = root.at("workload");
  const auto items = workload.is_list() ? workload.items() : std::vector{workload};
  if (items.empty()) {
    workload.fail("lists no workload");
  }
  for (const Setting& item : items) {
    scenario.workloads.push_back(make_workload(item));
    refuse_larger_than(scenario.fleet(), item);
    refuse_broken_segments(item);
    refuse_unknown_level(scenario.fleet(), item);
    if (!scenario.workloads.back()->finite() && !scenario.horizon) {
      throw InputError({scenario.path}, "horizon: is missing",
                       item.path() + " never ends by itself; write for example horizon: 7d");
    }
  }
}

// Jobs are kept to leases where there are some; and leases that no policy minds are of no use.
void check_leases(Scenario& scenario, Setting root) {
  bool minded = false;
  bool any = false;
  for (const auto* list : {&scenario.policies.single, &scenario.policies.named}) {
    for (const NamedPolicy& named : *list) {
      const Policy policy = named.make();
      const bool minds = std::ranges::any_of(policy.admission, &Admission::keeps_to_leases);
      if (minds && !scenario.bare_metal) {
        named.setting.at("admission")
            .fail("keeps jobs to leases, but there are none",
                  "write bare_metal: {tenants, contracts}");
      }
      any = true;
      minded = minded || minds;
    }
  }
  if (scenario.bare_metal && any && !minded) {
    scenario.notes.push_back(to_string(root.at("bare_metal").where()) +
                             ": bare_metal binds nobody: no policy has admission: leases");
  }
}

// Who promises nodes to every job has to know which these are.
void check_lent_spares(const Scenario& scenario, Setting root) {
  if (scenario.spares.lent_to.empty()) {
    return;
  }
  for (const auto* list : {&scenario.policies.single, &scenario.policies.named}) {
    for (const NamedPolicy& named : *list) {
      if (named.make().backfill->holds() == Holds::everyone) {
        root.at("spares").at("lent_to").fail(
            "lends nodes that are called in one day, and the backfill promises them to jobs",
            "take easy, slurm or none");
      }
    }
  }
}

void read_root(Scenario& scenario, Setting root) {
  scenario.seed = static_cast<std::uint64_t>(root.count_or("seed", 1, 0, seed_most));
  if (const auto replications = root.find("replications")) {
    scenario.replications = static_cast<std::uint64_t>(replications->count(1, replications_most));
  }
  read_times(scenario, root);
  DescribedCluster cluster = read_cluster(root.at("cluster"));
  scenario.topology = std::move(cluster.topology);
  scenario.notes = std::move(cluster.notes);
  if (!cluster.assumption.empty()) {
    scenario.notes.push_back(cluster.assumption);
  }
  scenario.cluster_files = std::move(cluster.files);
  read_workloads(scenario, root);
  scenario.drains = read_drains(root, scenario.fleet());
  scenario.upgrades = read_upgrades(root, scenario.fleet());
  scenario.policies = read_policies(root);
  scenario.reliability = read_reliability(root, *scenario.topology);
  scenario.recovery = read_default_recovery(root);
  scenario.storage_bytes_per_s = read_storage(root);
  constexpr double most = 0.9;
  scenario.virtualization_ppm =
      static_cast<std::uint32_t>(root.number_or("virt_tax", 0, 0, most) * parts_per_million + 0.5);
  scenario.health = read_health(root);
  scenario.spares = read_spares(root, scenario.fleet());
  if (!scenario.reliability.none() && !scenario.horizon) {
    throw InputError({scenario.path}, "horizon: is missing",
                     "reliability never ends by itself; write for example horizon: 30d");
  }
  scenario.bare_metal = read_bare_metal(root, scenario.fleet());
  if (scenario.bare_metal && !scenario.spares.nodes.empty()) {
    root.at("spares").fail("are of no use beside bare_metal",
                           "write bare_metal: {spares: {count, per}}");
  }
  if (scenario.bare_metal && !scenario.horizon) {
    throw InputError(
        {scenario.path}, "horizon: is missing",
        "bare_metal needs to know when the run is over; write for example horizon: 30d");
  }
  check_leases(scenario, root);
  check_lent_spares(scenario, root);
  check_all_used(root);
}

}  // namespace

Scenario read_scenario(const std::string& path, const std::vector<std::string>& sets) {
  Scenario scenario;
  const std::string text = read_text_file(path, yaml_bytes_max);
  scenario.path = path;
  scenario.question = opening_comment(text);
  scenario.tree = load_yaml_text(text, path);
  for (const std::string& assignment : sets) {
    apply_set(scenario.tree, assignment);
  }
  read_root(scenario, scenario.tree.root());
  return scenario;
}

std::unique_ptr<JobSource> Scenario::open(RunKey run, Catalog& catalog) const {
  std::vector<std::unique_ptr<JobSource>> sources;
  for (std::uint32_t i = 0; i < workloads.size(); ++i) {
    sources.push_back(workloads[i]->open(run, i, catalog));
  }
  return merge_sources(std::move(sources));
}

std::vector<std::string> Scenario::input_files() const {
  std::vector<std::string> files{path};
  files.insert(files.end(), cluster_files.begin(), cluster_files.end());
  for (const auto& workload : workloads) {
    for (std::string& file : workload->files()) {
      files.push_back(std::move(file));
    }
  }
  for (std::string& file : reliability.files()) {
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace berth
