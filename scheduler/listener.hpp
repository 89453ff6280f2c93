// What the parts of a policy are told while a run goes on. A part that keeps books (fair share,
// quota, limits) overrides what it needs; it belongs to one run.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "cluster/placement.hpp"
#include "cluster/scopes.hpp"
#include "core/random.hpp"
#include "scheduler/request.hpp"
#include "topology/fleet.hpp"
#include "workloads/catalog.hpp"

namespace berth {

class Admission;
class Leases;
class Placer;
class SlurmSite;

struct RunContext {
  const Fleet& fleet;
  const Placer& placer;
  Scopes& scopes;
  const Catalog& catalog;  // names of tenants, partitions and classes; grows as they are met
  RunKey run;
  const SlurmSite& site;  // partitions, QOS, accounts (scheduler/slurm_site.hpp)
  const std::vector<std::unique_ptr<Admission>>& admission;  // all of the policy
  bool preemption = false;                                   // somebody may have to yield
  const Leases* leases = nullptr;                            // whose the nodes are; null: of all
};

// How a job came to give back what it held, or to leave the queue.
enum class Stop : std::uint8_t {
  completed,
  failed,     // by itself: its limit, an error
  cancelled,  // by others, for good
  requeued,   // by others, and it waits again
  suspended,  // by others, and it waits for its GPUs
};

class Listener {
 public:
  virtual ~Listener() = default;
  // The admission without which it means nothing; "": none. A policy without it is refused.
  [[nodiscard]] virtual std::string_view needs() const { return {}; }
  // Once, before all others; what the context names outlives the run.
  virtual void begin_run(const RunContext& /*context*/) {}
  // It joined the queue for the first time.
  virtual void submitted(const Request& /*request*/, SimTime /*now*/) {}
  virtual void started(const Request& /*request*/, const Placement& /*placement*/,
                       SimTime /*now*/) {}
  // It ran and stopped, or (cancelled) left the queue without having started.
  virtual void stopped(const Request& /*request*/, Stop /*how*/, SimTime /*now*/) {}
};

}  // namespace berth
