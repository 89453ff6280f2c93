// Kueue's cluster queues (semantics: section 7 of the notes on real systems; KEP-79, KEP-1714): a
// job joins the queue that its terms or its tenant name, and may start while that queue's quota and
// what its cohort lends it last. A StrictFIFO queue waits for its first job, a BestEffortFIFO one
// passes it. The order within a queue is that of the policy.
//
// A flavor is a kind of nodes with a quota of its own; a job goes to the first flavor, as the
// config lists them, that has quota for it and could hold it, and then waits for nodes of that one.
// A node is of the first flavor that it suits; a running job is charged to the flavor of its nodes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scheduler/admission.hpp"
#include "scheduler/admissions/kueue_config.hpp"
#include "scheduler/admissions/kueue_quota.hpp"

namespace berth {

class KueueQueues final : public Admission {
 public:
  explicit KueueQueues(KueueConfig config);
  ~KueueQueues() override;

  void begin_run(const RunContext& context) override;
  void begin_pass(SimTime now) override;
  [[nodiscard]] std::optional<Reason> refuses(const Request& request, SimTime now) const override;
  void waits(const Request& request, Reason reason) override;
  [[nodiscard]] ScopeId scope_now(const Request& request, SimTime now) override;
  [[nodiscard]] bool scope_changes() const override { return config_.flavors.size() > 1; }
  [[nodiscard]] bool scope_foretold() const override { return !scope_changes(); }
  [[nodiscard]] std::string never(const Request& request) const override;
  void started(const Request& request, const Placement& placement, SimTime now) override;
  void stopped(const Request& request, Stop how, SimTime now) override;

  // --- for the parts of a policy that share its books -------------------------------------------
  struct Charge {
    std::uint32_t queue = 0;
    std::uint32_t flavor = 0;
    Amounts amounts{};
  };
  // The node of its queue. REQUIRES, as below: never() says nothing.
  [[nodiscard]] std::uint32_t queue_of(const Request& request) const;
  // What it would be charged if it started now.
  [[nodiscard]] Charge wants(const Request& request) const;
  // The same in the first flavor that could hold it, whoever holds what.
  [[nodiscard]] Charge first_choice(const Request& request) const;
  // True when it yielded in this instant. Then it waits until something else happens, or priorities
  // in its queue and shares could have it start and yield again for ever, in no time.
  [[nodiscard]] bool just_yielded(const Request& request, SimTime now) const {
    return request.starts > 0 && yielded_[request.id.index()] == now;
  }
  // What a running job is charged.
  [[nodiscard]] const Charge& charge(JobId job) const { return *charges_[job.index()]; }
  // For what-if: whoever changes it changes it back.
  [[nodiscard]] Quota& quota() const;

 private:
  struct Books;
  [[nodiscard]] std::optional<std::uint32_t> find_queue(const Request& request) const;
  [[nodiscard]] std::optional<std::uint32_t> queue_of_tenant(TenantId tenant) const;
  void sort_nodes(const RunContext& context);
  std::uint32_t add(const KueueNode& node) const;
  // The first flavor that passes, or nothing.
  template <class Passes>
  [[nodiscard]] std::optional<std::uint32_t> first_flavor(const Request& request,
                                                          std::uint32_t queue,
                                                          const Passes& passes) const;
  [[nodiscard]] bool could_hold(std::uint32_t flavor, const Request& request) const;
  [[nodiscard]] std::uint32_t flavor_of(const Placement& placement) const;

  KueueConfig config_;
  const Fleet* fleet_ = nullptr;
  const Catalog* catalog_ = nullptr;
  std::vector<std::optional<std::uint32_t>> flavor_of_kind_;  // nothing: of none
  std::vector<Amounts> fleet_has_;                            // by flavor
  std::vector<ScopeId> scopes_;                               // by flavor
  std::unique_ptr<Books> books_;       // grow when a tenant with a queue of its own is first met
  std::vector<std::uint8_t> blocked_;  // by queue, in this pass
  std::vector<SimTime> yielded_;       // by job, the last time
  std::vector<std::optional<Charge>> charges_;  // by job, while it runs
};

// That of the policy. REQUIRES: it has one (Listener::needs).
KueueQueues& kueue_of(const std::vector<std::unique_ptr<Admission>>& admission);

}  // namespace berth
