#include "workloads/user_ends.hpp"

#include <algorithm>

#include "core/samplers.hpp"

namespace berth {

UserEnds UserEnds::read(Setting workload) {
  UserEnds ends;
  if (const auto written = workload.find("ends")) {
    ends.failed_ = written->number_or("failed", 0, 0, 1);
    ends.cancelled_ = written->number_or("cancelled", 0, 0, 1);
    if (ends.failed_ + ends.cancelled_ > 1) {
      written->fail("is more than all jobs", "the parts that end so are at most 1 together");
    }
  }
  return ends;
}

void UserEnds::settle(Job& job, Random draws) const {
  if (failed_ + cancelled_ == 0) {
    return;
  }
  const double lot = uniform(draws);
  if (lot >= failed_ + cancelled_) {
    return;
  }
  job.ends = lot < failed_ ? Ends::failed : Ends::cancelled;
  const double part = static_cast<double>(job.work.count()) * uniform(draws);
  job.work = std::clamp(Duration(static_cast<std::int64_t>(part)), std::min(Duration(1), job.work),
                        job.work);
}

}  // namespace berth
