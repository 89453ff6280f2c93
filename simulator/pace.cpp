#include "simulator/pace.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/int128.hpp"

namespace berth {

RunSpeed RunSpeed::slowed(double times) {
  RunSpeed speed;
  const double parts = static_cast<double>(full_parts) / std::max(times, 1.0) + 0.5;
  speed.parts_ = std::max(slowest_parts, static_cast<std::int64_t>(parts));
  return speed;
}

// At full speed the part that is begun stays as it is.
Duration Pace::worked_slowly(SimTime at) const {
  const Int128 parts = Int128{(at - since_).count()} * speed_.parts() + part_;
  return done_ + Duration(static_cast<Duration::rep>(parts / RunSpeed::full_parts));
}

void Pace::change(SimTime now, RunSpeed speed) {
  check(now >= since_, "a pace changes in order of time");
  const Int128 parts = Int128{(now - since_).count()} * speed_.parts() + part_;
  done_ += Duration(static_cast<Duration::rep>(parts / RunSpeed::full_parts));
  part_ = static_cast<std::int64_t>(parts % RunSpeed::full_parts);
  since_ = now;
  speed_ = speed;
}

SimTime Pace::reaches(Duration work) const {
  if (work <= done_) {
    return since_;
  }
  if (speed_.full()) {
    return after(since_, work - done_);  // the part that is begun is less than a nanosecond
  }
  if (speed_.stands()) {
    return never;
  }
  const Int128 parts = Int128{(work - done_).count()} * RunSpeed::full_parts - part_;
  const Int128 needed = (parts + speed_.parts() - 1) / speed_.parts();
  const Int128 most = longest_duration.count();
  return after(since_, Duration(static_cast<Duration::rep>(std::min(needed, most))));
}

}  // namespace berth
