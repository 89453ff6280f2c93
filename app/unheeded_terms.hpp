// Terms that jobs came with and that no part of the policy looks at: a run that goes as if they had
// not been written says so. (Of those that ask to wait the scheduler itself counts:
// SchedulerCounts::unheeded.)
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "scheduler/policy.hpp"
#include "simulator/records.hpp"
#include "workloads/source.hpp"

namespace berth {

class UnheededTerms final : public Sink {
 public:
  // The policy outlives it.
  explicit UnheededTerms(const Policy& policy);

  void on(SimTime now, const Record& record) override;
  // How many jobs asked for what in vain, and what would look at it.
  [[nodiscard]] std::vector<SourceWarning> warnings() const;

 private:
  enum Term : std::uint8_t {
    reservation,
    queue,
    account,
    level,
    segment,
    switches,
    slurm_limits,
    count
  };

  std::array<bool, count> heeded_{};
  std::array<std::uint64_t, count> jobs_{};
};

}  // namespace berth
