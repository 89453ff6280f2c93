// Pods that come one by one and start together (minMember of a PodGroup): how many of each group
// run or are done, and who of it waits. They are alike, so that those who start together are one
// gang to everybody who is asked about them.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "scheduler/listener.hpp"
#include "scheduler/request.hpp"

namespace berth {

class PodGangs {
 public:
  // The job belongs to such a group.
  [[nodiscard]] static bool asks(const Request& request) {
    return request.terms && request.terms->min_member > 0;
  }
  // It asks for what those before it asked for, or is the first. REQUIRES: asks().
  [[nodiscard]] bool alike(const Request& request) const;

  // --- what becomes of it; nothing for jobs that do not ask -------------------------------------
  void waits(const Request& request);
  void waits_no_more(const Request& request);
  void started(const Request& request);
  void stopped(const Request& request, Stop how);  // REQUIRES: it started

  // So many of its group have to start together, of which it is one; 0 or 1: it may start alone,
  // as one that was suspended may.
  [[nodiscard]] std::uint32_t missing(const Request& request) const;
  // Those that may start with it. REQUIRES: the job waits.
  [[nodiscard]] const std::set<JobId>& waiting(const Request& request) const;

 private:
  struct Gang {
    Shape shape;
    TenantId tenant;
    std::uint32_t min_member = 0;
    std::uint32_t there = 0;  // that run, are suspended or are done
    std::set<JobId> waiting;
    std::set<JobId> suspended;  // they go on by themselves
  };
  Gang& gang_of(const Request& request) { return gangs_[request.shape.group]; }
  static bool goes_on(Gang& gang, JobId job) { return gang.suspended.erase(job) > 0; }

  std::map<std::uint32_t, Gang> gangs_;  // by group
};

}  // namespace berth
