// What a run is given beside its fleet, its jobs and its policy: how long it lasts, what breaks and
// how that is mended, who leases nodes, and what nodes are kept back or closed.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/distribution.hpp"
#include "core/random.hpp"
#include "simulator/allocator/contract.hpp"
#include "simulator/failures/active_tests.hpp"
#include "simulator/failures/failure_source.hpp"
#include "simulator/failures/repair_crews.hpp"
#include "simulator/network/network_model.hpp"
#include "simulator/records.hpp"
#include "topology/network.hpp"
#include "workloads/catalog.hpp"

namespace berth {

// Nodes that are kept back. When another one goes out of service the nearest of them stands in for
// it, the lowest of equals; the other is kept back in its place when it is mended.
struct Spares {
  std::vector<NodeId> nodes;
  std::optional<LevelId> within;  // they stand in for nodes of their domain of this level only
  std::optional<Distribution> set_up{};  // cold ones, before that; none: they are warm
  std::vector<std::string> lent_to{};    // classes of jobs that run on them meanwhile
};

// A node that failures took out of service so often within that time is given up. Another comes in
// its place after a while, which is no lemon.
struct Retirement {
  std::uint32_t failures = 3;
  Duration within = std::chrono::hours(30 * 24);
  Duration replaced_after = std::chrono::hours(14 * 24);
};

struct RunOptions {
  RunKey run;
  std::optional<SimTime> horizon;  // the run stops there; nothing: when nothing is left to happen
  // Of this run alone; outlives it. Null: where a job runs does not change how fast.
  NetworkModel* network = nullptr;
  // The names that the source's jobs carry; outlives the run. Null: they have none.
  const Catalog* catalog = nullptr;
  // What breaks; outlives the run. Null: nothing does.
  FailureSource* failures = nullptr;
  const std::vector<std::string>* causes = nullptr;  // by Failure::cause; there with `failures`
  // How jobs come back that do not say so themselves (Terms::checkpoint_every and what follows);
  // outlives the run. Null: they begin anew, at no cost.
  const Terms* recovery = nullptr;
  double interruptions_per_node_s = 0;  // on average, for Daly's interval
  bool slows = false;                   // some failures slow jobs (Effect::slows)
  // The network while these links are down (Effect::narrows), in order; null: the failures
  // themselves say how much that slows jobs. There only with a network model.
  std::function<Network(const std::vector<NodeLink>&)> network_without{};
  std::optional<ActiveTests> tests{};  // of idle nodes
  std::optional<Flaps> flaps{};        // of links
  std::optional<Retirement> retire{};  // nothing: no node is given up
  std::optional<CrewPlan> crews{};     // nothing: whoever needs hands finds some
  // Who leases nodes; outlives the run, which then has a horizon. Null, or a policy that keeps no
  // jobs to leases: nobody does.
  const BareMetal* bare_metal = nullptr;
  Spares spares{};
  std::uint32_t virtualization_ppm = 0;  // millionths of all work that a virtual machine takes
  // Bytes a second that all share who write checkpoints of some size; 0: there is no such storage.
  std::int64_t storage_bytes_per_s = 0;
};

// Nodes that somebody takes out of service for newcomers: an admin of Slurm (scontrol update
// state=drain) or of Kubernetes (kubectl cordon). Both doors know of it at once.
struct Drain {
  std::vector<NodeId> nodes;
  SimTime from{};
  SimTime until = never;
  Door by = Door::slurm;
};

struct RunProgress {
  SimTime now{};
  std::uint64_t events = 0;
  std::optional<double> source;  // part of the workload that was read, where it has an end
};

}  // namespace berth
