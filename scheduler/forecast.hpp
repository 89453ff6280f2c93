// What will be free when: the running jobs by the time they are expected to end at the latest, and
// an occupancy index that can be moved along that time. Moving costs the jobs that are passed, so
// a shadow time that shifts a little is found again quickly; nothing is rebuilt.
#pragma once

#include <memory_resource>
#include <set>
#include <utility>
#include <vector>

#include "cluster/occupancy_by_scope.hpp"
#include "core/time.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/request.hpp"

namespace berth {

class Forecast {
 public:
  // REQUIRES: every node is available throughout; nodes that go out come with failures.
  // Both outlive it.
  Forecast(const Fleet& fleet, const Scopes& scopes);

  // REQUIRES: every job that holds anything is told of.
  void started(const Request& request, const Placement& placement, SimTime expected_end);
  void ended(JobId job);
  // True when a job that runs should have ended by now; then expect_longer(now) comes before the
  // next question.
  [[nodiscard]] bool overrun(SimTime now) const {
    return !ends_.empty() && ends_.begin()->first <= now;
  }
  void expect_longer(SimTime now);

  // Who is to fit: a request, among the nodes that it may use then.
  struct Asked {
    const Request& request;
    const Placer& placer;
    RunKey run;
    ScopeId scope = all_nodes;
  };
  // Moves to the earliest time at which the placer finds room, given that nothing else starts;
  // `never` when even an empty fleet has none.
  SimTime move_to_fit(const Asked& asked);

  // A node closes for newcomers, or opens again: it is taken to stay so.
  void turned(NodeId node, bool open) { future_.set_available(node, open); }
  // What is free at the time moved to.
  [[nodiscard]] const Occupancy& future(ScopeId scope = all_nodes) { return future_.of(scope); }
  // True when it fits there still with `placement` of `other` taken as well.
  [[nodiscard]] bool fits_beside(const Asked& asked, const Request& other,
                                 const Placement& placement);

 private:
  struct Running {
    Shape shape;
    Placement placement;
    SimTime start{};
    SimTime end{};
  };
  using Ends = std::pmr::set<std::pair<SimTime, JobId>>;

  [[nodiscard]] bool fits(const Asked& asked);
  bool step_forward();
  bool step_back();
  bool wait_longer(const Asked& asked);

  std::vector<Running> running_;  // by job
  std::pmr::unsynchronized_pool_resource pool_;
  Ends ends_;
  SimTime at_ = SimTime::min();  // jobs that end by then are given back in future_
  OccupancyByScope future_;
};

}  // namespace berth
