// Who must yield? When a job finds no room, a Preemption names running jobs that give theirs up for
// it, or nobody. It decides by what a policy may know: who they are, how long they run, what their
// checkpoints keep. One preemption is one file in scheduler/preemptions/ and one line in
// preemptions.inc.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "cluster/cluster.hpp"
#include "core/settings.hpp"
#include "scheduler/admission.hpp"
#include "scheduler/listener.hpp"
#include "scheduler/order.hpp"
#include "scheduler/placer.hpp"

namespace berth {

// What becomes of who yields (Slurm's PreemptMode).
enum class Yield : std::uint8_t { cancel, requeue, suspend };

struct Victim {
  JobId job;
  Yield how = Yield::requeue;
  Duration grace{};  // it is told, and runs on for so long; 0: it stops at once
};

struct Eviction {
  std::vector<Victim> victims;
  // Where the job starts at once; nothing when it has to wait for victims with grace, and then it
  // is considered again as they stop.
  std::optional<Placement> placement;
};

// The jobs that run, in the order of their starts.
class RunningJobs {
 public:
  struct Running {
    Request request;
    SimTime since{};       // its last start
    bool leaving = false;  // it was told to yield and has its grace
    // For whom, as long as that one waits; nothing: it makes room for whoever comes first.
    std::optional<JobId> leaves_for{};
  };
  void started(const Request& request, SimTime now);
  void stopped(JobId job);           // REQUIRES: it runs
  void leaves(JobId job, JobId by);  // REQUIRES: it runs
  // It has started, or waits no more: who leaves for it, leaves for nobody.
  void waits_no_more(JobId by);

  [[nodiscard]] const Running& at(JobId job) const;  // REQUIRES: it runs
  template <class Visit>
  void each(const Visit& visit) const {  // visit(const Running&)
    for (const auto& [ticket, running] : running_) {
      visit(running);
    }
  }
  [[nodiscard]] std::size_t size() const { return running_.size(); }
  // Those that leave, in the order in which they were told.
  [[nodiscard]] const std::vector<JobId>& leaving() const { return leaving_; }

 private:
  std::map<std::uint64_t, Running> running_;  // by ticket, in the order of starts
  std::vector<std::uint64_t> ticket_of_;      // by job
  std::vector<JobId> leaving_;
  std::uint64_t tickets_ = 0;
};

// What it looks at. It may stop jobs in the draft to see what that would free, and undoes each stop
// before it answers.
struct PreemptionView {
  Draft& draft;
  const RunningJobs& running;
  SimTime now;
  RunKey run;
  ScopeId scope;  // of the job that asks for room
  const std::vector<std::unique_ptr<Admission>>& admission;
  const JobOrder& order;
};

class Preemption : public Listener {
 public:
  // REQUIRES: the request has no room now.
  [[nodiscard]] virtual std::optional<Eviction> make_room(const Request& request,
                                                          const PreemptionView& view) const = 0;
  // True when it asks for room even where admission refuses the job (Kueue reclaims quota).
  [[nodiscard]] virtual bool overrules(Reason /*refusal*/) const { return false; }
  // True when every plan places all jobs afresh, in order, whoever runs: make_room is not asked.
  [[nodiscard]] virtual bool afresh() const { return false; }
  // InputError when what the site lays down contradicts it, or leaves it nothing to do. `setting`
  // is its own.
  virtual void check_site(const SlurmSite& /*site*/, Setting /*setting*/) const {}
  // True when it suspends jobs.
  [[nodiscard]] virtual bool suspends() const { return false; }
  // The next time after `now` at which its answer changes though nothing happens.
  [[nodiscard]] virtual std::optional<SimTime> wake_at(SimTime /*now*/) const {
    return std::nullopt;
  }

 protected:
  [[nodiscard]] const Placer& placer() const { return *placer_; }
  void begin_run(const RunContext& context) override { placer_ = &context.placer; }

 private:
  const Placer* placer_ = nullptr;
};

// Null for `none`: nobody yields.
std::unique_ptr<Preemption> make_preemption(Setting setting);
std::vector<std::string_view> preemption_names();
std::string_view preemption_summary(std::string_view name);  // what it does, in a line

#define PREEMPTION(name, does) std::unique_ptr<Preemption> name(Setting setting);
#define PREEMPTION_BY(name, maker, does) std::unique_ptr<Preemption> maker(Setting setting);
#include "scheduler/preemptions.inc"
#undef PREEMPTION_BY
#undef PREEMPTION

}  // namespace berth
