// How a config writes cluster queues, cohorts, flavors and local queues, read and checked as far as
// that goes without a fleet.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/settings.hpp"
#include "scheduler/admissions/kueue_quota.hpp"
#include "topology/fleet.hpp"

namespace berth {

// An amount, or a part of what the nodes of the flavor have.
struct QuotaAmount {
  std::int64_t value = 0;
  bool percent = false;
};
using QuotaAmounts = std::array<QuotaAmount, 3>;

struct KueueNode {
  std::string name;
  std::string cohort;  // "": none
  std::int64_t weight = 1000;
  bool strict = false;                // StrictFIFO
  std::vector<QuotaAmounts> nominal;  // by flavor
  std::vector<QuotaAmounts> borrowing;
  std::vector<QuotaAmounts> lending;
};

struct KueueFlavor {
  std::string name;
  std::vector<std::string> gpu_models;  // nodes of one of these; empty: of any
  std::vector<std::string> labels;      // with all of these
};

struct KueueConfig {
  std::vector<KueueFlavor> flavors;  // at least one
  std::vector<KueueNode> cohorts;    // each after its own cohort
  std::vector<KueueNode> queues;
  std::optional<KueueNode> each_tenant;             // of tenants without a queue
  std::map<std::string, std::string> local_queues;  // to cluster queues
  std::string otherwise;                            // the cluster queue of all others; "": none
  std::array<bool, 3> counted{};                    // resources that anybody names
};

// {queues: {NAME: {cohort, nominal: {gpus, cpus, memory}, borrowing_limit, lending_limit, weight,
// strategy: BestEffortFIFO}}, cohorts: {NAME: ...}, each_tenant: ..., flavors: {NAME: {gpu_models,
// labels}}, local_queues: {NAME: QUEUE}, otherwise: QUEUE}; with flavors `nominal` and the limits
// are maps of them: {FLAVOR: {gpus}}.
KueueConfig read_kueue(Setting setting);

// What the node says, as numbers on this fleet. `flavor_of`: by kind of node; nothing: of none.
QuotaNode resolved(const KueueNode& node, const std::vector<Amounts>& fleet_has);

}  // namespace berth
