// What a policy may know of a job: what it asks for and what its user expects of it. The true
// duration, failures to come and the end of the trace are not here, so a policy that peeks does
// not compile.
#pragma once

#include <cstdint>

#include "cluster/shape.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"

namespace berth {

struct Request {
  JobId id;
  std::uint64_t sequence = 0;  // order of submission in the run; breaks every tie
  SimTime submit{};
  Duration estimate{};  // it will not run longer than this
  Shape shape;
  std::int32_t priority = 0;  // higher is more urgent
  TenantId tenant;
  ClassId job_class;
  PartitionId partition;
};

}  // namespace berth
