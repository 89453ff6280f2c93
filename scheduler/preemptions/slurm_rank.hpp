// Who ranks above whom for Slurm's preemption, and how a job of a rank yields: by its own priority,
// or by what the site (scheduler/slurm_site.hpp) says of its QOS or its partition (preempt.shtml;
// semantics.md, section 6).
#pragma once

#include <compare>
#include <cstdint>

#include "core/settings.hpp"
#include "scheduler/listener.hpp"
#include "scheduler/preemption.hpp"
#include "scheduler/slurm_site.hpp"

namespace berth {

struct PreemptRank {
  std::int64_t tier = 0;    // PriorityTier, a QOS's priority, or the job's own
  std::int64_t within = 0;  // the job's priority, where jobs of one tier make each other yield
  auto operator<=>(const PreemptRank&) const = default;
};

class PreemptRanks {
 public:
  // {by: priority | qos | partition, mode: requeue | cancel | suspend, grace: 0s, exempt: 0s}; with
  // qos and partition also `within: true`. The site's modes, graces and exempt times come first.
  explicit PreemptRanks(Setting setting);
  // InputError when a QOS may stop jobs of one that is not of lower priority: two could stop each
  // other for ever. Or when the site lets nobody stop anybody.
  void check_site(const SlurmSite& site, Setting setting) const;
  void begin_run(const RunContext& context);

  [[nodiscard]] PreemptRank rank(const Request& request) const;
  // True when `by` may stop it; then `by` ranks above it.
  [[nodiscard]] bool may_stop(const Request& by, const Request& victim) const;
  // How it yields, and with which grace. Who may not be requeued is cancelled; who is suspended
  // stops at once.
  [[nodiscard]] Victim victim(const Request& request) const;
  // From its start on it does not yield for so long.
  [[nodiscard]] Duration exempt(const Request& request) const;
  // True when it never yields (PreemptMode=OFF).
  [[nodiscard]] bool off(const Request& request) const {
    return site_of(request).mode == PreemptMode::off;
  }
  [[nodiscard]] bool suspends() const { return mode_ == Yield::suspend || by_ != By::priority; }
  // True when all jobs of a rank may stop the same jobs.
  [[nodiscard]] bool rank_says_all() const { return by_ != By::qos; }

 private:
  enum class By : std::uint8_t { priority, qos, partition };
  [[nodiscard]] const SlurmPreemption& site_of(const Request& request) const;

  By by_ = By::priority;
  Yield mode_ = Yield::requeue;
  Duration grace_{};
  Duration exempt_{};
  bool within_ = false;
  const SlurmSite* site_ = nullptr;
  const Catalog* catalog_ = nullptr;
};

}  // namespace berth
