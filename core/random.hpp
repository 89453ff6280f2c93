// Counter-based random streams (Philox4x64-10 of Random123). A draw is a pure function of
// (seed, replication, stream, entity, number of the draw), so one more consumer, policy or thread
// never shifts the draws of another.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace berth {

struct RunKey {
  std::uint64_t seed = 1;
  std::uint64_t replication = 0;
};

// What the draws are for. Append only: a number once given is part of every result.
enum class Stream : std::uint64_t {
  arrivals = 1,
  job = 2,        // shape, duration, estimate of one job; entity = its number in its source
  placement = 3,  // the `random` placer; entity = the job's number
  test = 4,
  failures = 5,  // entity = process, node or domain, and number of its failure
  leases = 6,    // entity = what is done to a node and how often it was; or a lease that is drawn
  signs = 7,     // entity as of failures: what decides whether a failure happens, and is foreseen
  false_alarms = 8,  // entity as of failures
  spares = 9,        // entity = how many cold ones were called in before
  upgrades = 10,     // entity = upgrade and node
  ends = 11,         // entity as of job: whether its user's error ends it, and when
};

// The draws of one entity in one stream. Making one costs nothing until the first draw, so there
// is no need to keep it: two with the same arguments give the same draws.
class Random {
 public:
  Random(RunKey run, Stream stream, std::uint64_t entity)
      : run_(run), stream_(static_cast<std::uint64_t>(stream)), entity_(entity) {}

  // 64 uniform bits.
  std::uint64_t next() {
    if (used_ == bits_.size()) {
      refill();
    }
    return bits_[used_++];
  }

 private:
  void refill();

  RunKey run_;
  std::uint64_t stream_;
  std::uint64_t entity_;
  std::uint64_t block_ = 0;  // of four draws
  std::array<std::uint64_t, 4> bits_{};
  std::size_t used_ = 4;
};

}  // namespace berth
