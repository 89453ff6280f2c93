// A config as a whole: the fleet, what arrives, by which policies, and for how long.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/health.hpp"
#include "app/policies.hpp"
#include "core/settings_tree.hpp"
#include "core/time.hpp"
#include "simulator/failures/failure_source.hpp"
#include "simulator/simulation.hpp"
#include "topology/topology.hpp"
#include "workloads/source.hpp"

namespace berth {

struct Scenario {
  SettingsTree tree;
  std::string path;      // of the config
  std::string question;  // the comment it opens with
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> replications;  // runs of each policy in a comparison
  std::optional<Duration> horizon;
  Duration warmup{};  // jobs submitted before are in no statistic
  std::shared_ptr<const Topology> topology;
  std::vector<std::string> notes;          // of the importer of the cluster
  std::vector<std::string> cluster_files;  // that it was imported from
  std::vector<std::unique_ptr<const Workload>> workloads;
  std::vector<Drain> drains;
  std::vector<Upgrade> upgrades;
  Reliability reliability;
  std::optional<BareMetal> bare_metal;
  Health health;
  Spares spares;
  std::uint32_t virtualization_ppm = 0;
  std::optional<Terms> recovery;         // of jobs that do not say their own
  std::int64_t storage_bytes_per_s = 0;  // that all checkpoints share; 0: no such storage
  ConfigPolicies policies;

  [[nodiscard]] const Fleet& fleet() const { return topology->fleet; }
  // The sources of one run, merged. `catalog` outlives it.
  [[nodiscard]] std::unique_ptr<JobSource> open(RunKey run, Catalog& catalog) const;
  // Config, cluster, logs of jobs and of failures.
  [[nodiscard]] std::vector<std::string> input_files() const;
};

// Reads a config and puts `sets` (key.path=value) over it. InputError for whatever is wrong.
Scenario read_scenario(const std::string& path, const std::vector<std::string>& sets);

}  // namespace berth
