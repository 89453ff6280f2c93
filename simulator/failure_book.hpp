// The books of a summary about failures: which GPUs are out of service and why, and what
// interruptions cost jobs by their size.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "simulator/accounts.hpp"
#include "simulator/failure_numbers.hpp"
#include "simulator/records.hpp"
#include "topology/fleet.hpp"

namespace berth {

class FailureBook {
 public:
  // Both outlive it.
  FailureBook(const Fleet& fleet, Accounts& accounts) : fleet_(fleet), accounts_(accounts) {}

  void on(SimTime now, const Failed& record);
  void on(SimTime now, const Found& record);
  void on(SimTime now, const Alarmed& record);
  void on(SimTime now, const Averted& record);
  void on(SimTime now, const Mended& record);
  void on(SimTime now, const GivenUp& record);
  void on(SimTime now, const UpgradeTold& record);
  void on(SimTime now, const NodeMoved& record);
  void on(SimTime now, const Evicted& record);
  void on(SimTime now, const Started& record);  // of a job that had started before
  void on(const Preempted& record);
  // A start after a failure has come to an end otherwise than by a failure; `got_on`: it was not in
  // vain, else it is not known whether it would have been.
  void tried(const LiveJob& live, bool got_on);
  // A job starts: what it holds of nodes that are lent is none of theirs any more. Before the
  // accounts are told.
  void takes(SimTime now, const LiveJob& live, const Placement& placement) {
    if (serving_ > 0) {
      change_free(now, live, placement, -1);
    }
  }
  // A job that has its blocks for itself has started, of which the accounts know; or it is about
  // to give back what it holds.
  void keeps(SimTime now, const LiveJob& live, const Placement& placement);
  void lets_go(SimTime now, const LiveJob& live, const Placement& placement);
  // A job gave back what it held since its last start.
  void gave_back(SimTime now, const LiveJob& live, const Placement& placement);
  // A job is gone, or left at the end, with so much of its work done.
  WallAndWork gone(SimTime now, const LiveJob& live, Duration done);
  void completed(const LiveJob& live) {
    numbers_.completed_wrong += live.right < live.job.work ? 1U : 0U;
  }

  FailureNumbers finish(SimTime now);

 private:
  struct Out {  // of a node that is not in production
    Loss loss = Loss::down;
    std::uint32_t cause = 0;
    std::uint32_t gpu_milli = 0;
    bool serves = false;  // jobs run on it nevertheless
  };
  struct Down {
    std::uint64_t gpu_milli = 0;
    SimTime since{};
  };
  JobsOfSize& jobs_like(const Shape& shape);
  CauseNumbers& cause(std::uint32_t number, std::string_view name);
  void withdraw(SimTime now, const Out& out, std::int64_t sign);
  void change_free(SimTime now, const LiveJob& live, const Placement& placement, std::int32_t sign);

  void withdraw_kept(SimTime now, NodeId node, std::uint32_t gpu_milli);

  const Fleet& fleet_;
  Accounts& accounts_;
  std::map<NodeId, std::uint32_t> kept_;  // of nodes that jobs have for themselves, what is free
  std::map<NodeId, Out> out_;
  std::size_t serving_ = 0;  // of them: only these take and give back anything
  std::vector<Down> down_;   // by cause
  FailureNumbers numbers_;
  std::map<std::uint32_t, SimTime> upgrades_;  // that are under way: when they began
  std::map<std::uint64_t, SimTime> away_;  // by sequence, of jobs that wait since a failure: when
                                           // it was
  std::set<std::uint64_t> trying_;  // that have started since, and nothing has come of it yet
};

}  // namespace berth
