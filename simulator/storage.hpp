// Storage that all checkpoints of a site are written to. Whoever writes at a time has an equal
// share of its bandwidth (processor sharing): with B bytes a second and n who write, each goes on
// at B/n. Every writer is done when so much has been given to each since the beginning as had been
// when it began, and its own size more; so who is done next is known without looking at the others.
//
// What each was given is counted in billionths of a byte, rounded down whenever somebody begins or
// leaves. Each of these costs O(log writers).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "core/int128.hpp"
#include "core/time.hpp"

namespace berth {

class SharedStorage {
 public:
  // REQUIRES: > 0.
  explicit SharedStorage(std::int64_t bytes_per_s) : bytes_per_s_(bytes_per_s) {}

  // REQUIRES: it does not write; bytes > 0. Here and below: `now` does not go back.
  void begin(JobId job, std::int64_t bytes, SimTime now);
  [[nodiscard]] bool writes(JobId job) const { return whole_at_.contains(job); }
  // It stops, if it writes: what it wrote is worth nothing.
  void abandon(JobId job, SimTime now);
  // When the first of them is done if nobody begins or leaves before; nothing where nobody writes.
  [[nodiscard]] std::optional<SimTime> next() const;
  // Those that are done by now, in order of id: they write no more.
  std::vector<JobId> take_done(SimTime now);

 private:
  [[nodiscard]] Int128 given_by(SimTime now) const;
  void advance(SimTime now);

  std::int64_t bytes_per_s_;
  Int128 given_ = 0;  // to each, up to since_, in billionths of a byte
  SimTime since_{};
  std::map<JobId, Int128> whole_at_;          // what has been given to each when it is done
  std::set<std::pair<Int128, JobId>> order_;  // the same in order
};

}  // namespace berth
