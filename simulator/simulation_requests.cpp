// What a policy is told of a job.
#include <algorithm>

#include "simulator/simulation.hpp"

namespace berth {
namespace {

Duration scaled(Duration limit, double factor) {
  const double length = static_cast<double>(limit.count()) * factor;
  const auto most = static_cast<double>(longest_duration.count());
  return factor == 1.0 ? limit : Duration(static_cast<std::int64_t>(std::min(length, most)));
}

}  // namespace

// What the policy takes its next run to last, at most.
Duration Simulation::planned(const LiveJob& live) const {
  const Duration left = live.job.stopped_after() - live.against_limit;
  if (policy_.estimates.kind == Estimates::Kind::exact) {
    return std::min(live.remaining(), left);
  }
  return scaled(live.job.limit - std::min(live.against_limit, live.job.limit),
                policy_.estimates.factor);
}

// What the policy takes to be left of it, restarts included. A limit that counts anew after each
// start tells no less of a job's work as a whole.
Duration Simulation::left_of(const LiveJob& live) const {
  if (policy_.estimates.kind == Estimates::Kind::exact) {
    return live.remaining();
  }
  const Duration whole = scaled(live.job.limit, policy_.estimates.factor);
  return live.startup + whole - std::min(live.kept, whole);
}

Request Simulation::request_for(JobId id) const {
  const LiveJob& live = jobs_[id.index()];
  Request request;
  request.id = id;
  request.sequence = live.sequence;
  request.submit = live.job.submit;
  request.estimate = planned(live);
  request.shape = live.shape;
  request.priority = live.job.priority;
  request.tenant = live.job.tenant;
  request.job_class = live.job.job_class;
  request.partition = live.job.partition;
  request.terms = live.job.terms;
  request.number = live.job.number;
  request.source = live.job.source;
  request.served = live.served;
  request.kept = live.kept;
  request.left = left_of(live);
  request.starts = live.starts;
  return request;
}

}  // namespace berth
