// How fast a running job works, and how far it has come: exact, whatever the speeds were. A speed
// is a part of 2^30 of full speed, work is counted in such parts of a nanosecond, so that settling
// an account at some instant in between changes nothing.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/time.hpp"

namespace berth {

class RunSpeed {
 public:
  static constexpr std::int64_t full_parts = std::int64_t{1} << 30;
  static constexpr std::int64_t slowest_parts = full_parts / 1024;

  constexpr RunSpeed() = default;  // full
  // The part nearest to 1 / `times`; never above full speed nor below 1/1024 of it: a job that is
  // cut off crawls, and its limit ends it.
  static RunSpeed slowed(double times);

  // This part of another speed.
  [[nodiscard]] constexpr RunSpeed of(RunSpeed whole) const {
    RunSpeed part;
    part.parts_ = std::max(slowest_parts, parts_ * whole.parts_ / full_parts);
    return part;
  }
  // It stands still, to go on later: it writes a checkpoint.
  static constexpr RunSpeed none() {
    RunSpeed speed;
    speed.parts_ = 0;
    return speed;
  }

  [[nodiscard]] constexpr std::int64_t parts() const { return parts_; }
  [[nodiscard]] constexpr bool stands() const { return parts_ == 0; }
  [[nodiscard]] constexpr bool full() const { return parts_ == full_parts; }
  [[nodiscard]] double value() const {
    return static_cast<double>(parts_) / static_cast<double>(full_parts);
  }
  bool operator==(const RunSpeed&) const = default;

 private:
  std::int64_t parts_ = full_parts;
};

// Beside what it did, what it would have done but for slow nodes among its own: at the speed that
// the network gives alone.
class Pace {
 public:
  Pace() = default;
  Pace(SimTime start, RunSpeed speed) : Pace(start, speed, speed) {}
  // REQUIRES: speed <= wired, here and below.
  Pace(SimTime start, RunSpeed wired, RunSpeed speed)
      : since_(start), apart_(!(wired == speed)), at_{{}, 0, speed}, alone_{{}, 0, wired} {}

  [[nodiscard]] RunSpeed speed() const { return at_.speed; }
  [[nodiscard]] RunSpeed wired() const { return alone_.speed; }
  [[nodiscard]] SimTime since() const { return since_; }  // the speed is what it is
  // REQUIRES: now >= since().
  void change(SimTime now, RunSpeed speed) { change(now, speed, speed); }
  void change(SimTime now, RunSpeed wired, RunSpeed speed);

  // What was done up to `at` as a length at full speed. REQUIRES: at >= since().
  [[nodiscard]] Duration worked(SimTime at) const { return at_.up_to(at - since_); }
  // ... and so much more but for slow nodes.
  [[nodiscard]] Duration held_up(SimTime at) const {
    return apart_ ? alone_.up_to(at - since_) - worked(at) : Duration{};
  }
  // How much less than at full speed that is. REQUIRES: at >= since().
  [[nodiscard]] Duration late(SimTime start, SimTime at) const { return (at - start) - worked(at); }
  // The first instant at which `work` is done if the speed stays; `never` where it stands.
  // REQUIRES: it was not at since().
  [[nodiscard]] SimTime reaches(Duration work) const;

 private:
  struct Track {
    Duration done{};        // up to since_
    std::int64_t part = 0;  // and so many parts of a nanosecond
    RunSpeed speed;

    // At full speed the part that is begun stays as it is.
    [[nodiscard]] Duration up_to(Duration length) const {
      return speed.full() ? done + length : slowly_up_to(length);
    }
    [[nodiscard]] Duration slowly_up_to(Duration length) const;
    void advance(Duration length);
  };

  SimTime since_{};
  bool apart_ = false;  // the two have not always been one
  Track at_;
  Track alone_;
};

}  // namespace berth
