// Jobs that come together at one instant: a job array (sbatch --array=1-100%10), or a chain in
// which each waits for the one before it (sbatch --dependency). What ties them is in their terms,
// and kept by the admission `dependencies`.
#pragma once

#include <cstdint>
#include <memory>

#include "core/settings.hpp"
#include "workloads/terms.hpp"

namespace berth {

class Bundles {
 public:
  // `array: {tasks: 100, at_once: 10}` or `chain: {jobs: 4, after: ok}` in the map `workload`;
  // without them each job comes alone.
  static Bundles read(Setting workload);

  // The number of the job that is the first of those that job `number` comes with; numbers count
  // from 1.
  [[nodiscard]] std::uint64_t first(std::uint64_t number) const {
    return number - (number - 1) % size_;
  }
  // `own` terms of that job, which may be null, and what ties it to others.
  [[nodiscard]] std::shared_ptr<const Terms> terms(std::uint64_t number,
                                                   const std::shared_ptr<const Terms>& own) const;

 private:
  enum class Kind : std::uint8_t { alone, array, chain };
  Kind kind_ = Kind::alone;
  std::uint64_t size_ = 1;
  std::uint32_t at_once_ = 0;  // 0: any number
  Dependency::Kind after_ = Dependency::Kind::after_ok;
};

}  // namespace berth
