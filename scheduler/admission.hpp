// May it at all? Partitions, quotas, limits, reservations, dependencies: asked of each job before
// the four questions. Who is refused waits with a reason, and others pass it. One admission is one
// file in scheduler/admissions/ and one line in admissions.inc; a policy may have several, and a
// job starts when none refuses it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/settings.hpp"
#include "scheduler/listener.hpp"
#include "scheduler/reason.hpp"
#include "scheduler/request.hpp"

namespace berth {

// What an admission goes by of the terms of jobs.
struct Minds {
  bool reservation = false;
  bool queue = false;
  bool limits = false;  // not of jobs: what policy.slurm lets them have
};

class Admission : public Listener {
 public:
  // Terms that nothing in a policy minds are as if not asked.
  [[nodiscard]] virtual Minds minds() const { return {}; }
  // A pass over the queue from its head begins.
  virtual void begin_pass(SimTime /*now*/) {}
  // True when a start in this pass lets in jobs that it may have refused before: then it is asked
  // anew.
  [[nodiscard]] virtual bool lets_in() const { return false; }
  // Why it may not start now, whatever is free; nothing when it may.
  [[nodiscard]] virtual std::optional<Reason> refuses(const Request& /*request*/,
                                                      SimTime /*now*/) const {
    return std::nullopt;
  }
  // It was looked at in this pass and waits.
  virtual void waits(const Request& /*request*/, Reason /*reason*/) {}
  // The nodes that it is kept to at all times.
  [[nodiscard]] virtual ScopeId scope(const Request& /*request*/) { return all_nodes; }
  // The same for a start now: reservations come and go.
  [[nodiscard]] virtual ScopeId scope_now(const Request& /*request*/, SimTime /*now*/) {
    return all_nodes;
  }
  // True when scope_now() gives a job other nodes at other times.
  [[nodiscard]] virtual bool scope_changes() const { return false; }
  // True when scope_now() goes by the clock alone, so that it can be asked of a time to come.
  [[nodiscard]] virtual bool scope_foretold() const { return true; }
  // True when it goes by what jobs ask of their start: Terms::asks_to_wait().
  [[nodiscard]] virtual bool heeds_terms() const { return false; }
  // Jobs of different queues never may have the same nodes at a time, so they do not wait for each
  // other: each queue has a head, a promise and a scan of its own. Nothing: all are of one queue.
  [[nodiscard]] virtual std::optional<std::uint32_t> queue(const Request& /*request*/) const {
    return std::nullopt;
  }
  // True when it needs leases of bare metal (cluster/leases.hpp).
  [[nodiscard]] virtual bool keeps_to_leases() const { return false; }
  // Why it can never start, so that it is rejected; "" when it may some day.
  [[nodiscard]] virtual std::string never(const Request& /*request*/) const { return {}; }
  // The next time after `now` at which an answer changes though nothing happens.
  [[nodiscard]] virtual std::optional<SimTime> wake_at(SimTime /*now*/) const {
    return std::nullopt;
  }
};

std::unique_ptr<Admission> make_admission(Setting setting);  // NAME or {kind: NAME, key: value}
std::vector<std::string_view> admission_names();
std::string_view admission_summary(std::string_view name);  // what it does, in a line

#define ADMISSION(name, does) std::unique_ptr<Admission> name(Setting setting);
#include "scheduler/admissions.inc"
#undef ADMISSION

}  // namespace berth
