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

Duration Pace::Track::slowly_up_to(Duration length) const {
  const Int128 parts = Int128{length.count()} * speed.parts() + part;
  return done + Duration(static_cast<Duration::rep>(parts / RunSpeed::full_parts));
}

void Pace::Track::advance(Duration length) {
  const Int128 parts = Int128{length.count()} * speed.parts() + part;
  done += Duration(static_cast<Duration::rep>(parts / RunSpeed::full_parts));
  part = static_cast<std::int64_t>(parts % RunSpeed::full_parts);
}

void Pace::change(SimTime now, RunSpeed wired, RunSpeed speed) {
  check(now >= since_, "a pace changes in order of time");
  const Duration length = now - since_;
  if (apart_) {
    alone_.advance(length);
    at_.advance(length);
  } else {
    at_.advance(length);
    alone_ = at_;
  }
  since_ = now;
  at_.speed = speed;
  alone_.speed = wired;
  apart_ = apart_ || !(wired == speed);
}

SimTime Pace::reaches(Duration work) const {
  if (work <= at_.done) {
    return since_;
  }
  if (at_.speed.full()) {
    return after(since_, work - at_.done);  // the part that is begun is less than a nanosecond
  }
  if (at_.speed.stands()) {
    return never;
  }
  const Int128 parts = Int128{(work - at_.done).count()} * RunSpeed::full_parts - at_.part;
  const Int128 needed = (parts + at_.speed.parts() - 1) / at_.speed.parts();
  const Int128 most = longest_duration.count();
  return after(since_, Duration(static_cast<Duration::rep>(std::min(needed, most))));
}

}  // namespace berth
