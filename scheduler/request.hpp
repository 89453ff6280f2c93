// What a policy may know of a job: what it asks for and what its user expects of it. The true
// duration, failures to come and the end of the trace are not here, so a policy that peeks does
// not compile.
#pragma once

#include <cstdint>
#include <memory>

#include "cluster/placement.hpp"
#include "cluster/scopes.hpp"
#include "cluster/shape.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "workloads/terms.hpp"

namespace berth {

struct Request {
  JobId id;
  std::uint64_t sequence = 0;  // order of submission in the run; breaks every tie
  SimTime submit{};
  Duration estimate{};  // it will not run longer than this, from its next start on
  Shape shape;
  std::int32_t priority = 0;  // higher is more urgent
  TenantId tenant;
  ClassId job_class;
  PartitionId partition;
  std::shared_ptr<const Terms> terms{};  // null: nothing beyond its size
  std::uint64_t number = 0;              // its name in its source, by which others depend on it
  std::uint32_t source = 0;
  ScopeId scope = all_nodes;  // the nodes that it may use whatever the time
  Duration served{};          // it ran so long already, in all its starts so far
  Duration kept{};            // of its work, so much is done and will not be done again
  Duration left{};            // what it still has to do, as far as its estimate tells
  std::uint32_t starts = 0;   // it had so many
  // Suspended there: it goes on on these GPUs or not at all. Null: anywhere.
  std::shared_ptr<const Placement> pinned{};
};

}  // namespace berth
