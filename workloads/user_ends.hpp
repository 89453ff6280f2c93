// Jobs that fail by themselves or that their users cancel: a part of all jobs of a workload, each
// after a part of its work that is uniform between nothing and all of it. Shares of real clusters:
// facts of Acme (Seren 42.9 % failed and 7.5 % cancelled by count), Philly and Helios.
#pragma once

#include "core/random.hpp"
#include "core/settings.hpp"
#include "workloads/job.hpp"

namespace berth {

class UserEnds {
 public:
  // `ends: {failed: 0.3, cancelled: 0.1}`; absent: all complete. InputError for parts below 0, or
  // above 1 together.
  static UserEnds read(Setting workload);

  // Decides what becomes of the job, and shortens its work; its limit stays. Draws of `draws` only
  // where there is something to decide.
  void settle(Job& job, Random draws) const;

 private:
  double failed_ = 0;
  double cancelled_ = 0;
};

}  // namespace berth
