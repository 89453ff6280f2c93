// What failures did to a run, as plain numbers. An interruption is a running job that a failure
// stopped; a failure that hit nobody is none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/int128.hpp"
#include "core/time.hpp"

namespace berth {

// Of jobs of like size: those whose GPUs round down to the same power of two.
struct JobsOfSize {
  std::uint64_t interruptions = 0;
  Int128 held_ns = 0;  // time that they held their GPUs
  // Of jobs that are gone, or left at the end: work that was kept, and the time from the first
  // start to the end, waits after failures included. One divided by the other is the ETTR.
  Int128 productive_ns = 0;
  Int128 wall_ns = 0;
};

// Of jobs that are gone, or left at the end, in GPU time at their whole size: work that was kept,
// and the time from the first start to the end. One divided by the other is their ETTR.
struct WallAndWork {
  Int128 work = 0;
  Int128 wall = 0;
  WallAndWork& operator+=(const WallAndWork& more) {
    work += more.work;
    wall += more.wall;
    return *this;
  }
};

// How jobs came back from their interruptions.
struct ComebackNumbers {
  std::uint64_t in_place = 0;  // at the same instant, where they were
  // From a failure until the job has nodes again, of those that had.
  std::uint64_t replaced = 0;
  Int128 replacing_ns = 0;
  Duration replacing_most{};
  // Starts after a failure of which it is known whether the job saved work, or ended, before the
  // next one.
  std::uint64_t tried = 0;
  std::uint64_t succeeded = 0;
  // Jobs that had to yield to one that waited since a failure: how often, and GPU time of their
  // work that was lost by it.
  std::uint64_t second_order = 0;
  Int128 destroyed = 0;
};

struct CauseNumbers {
  std::string name;
  std::uint64_t failures = 0;       // that happened, whoever they hit
  std::uint64_t interruptions = 0;  // of jobs
  Int128 down = 0;                  // GPU time of nodes that it took out of service
};

struct FailureNumbers {
  std::uint64_t failures = 0;
  std::uint64_t interruptions = 0;
  std::uint64_t given_up = 0;         // jobs that did not come back
  std::uint64_t alarms = 0;           // of nodes that were about to fail ...
  std::uint64_t false_alarms = 0;     // ... or not
  std::uint64_t averted = 0;          // failures of nodes that were mended before
  std::uint64_t mended_by_hand = 0;   // stages of repairs that crews worked on
  Int128 crew_wait_ns = 0;            // that nodes waited for them
  std::uint64_t retired = 0;          // nodes that were given up
  std::uint64_t found = 0;            // faults that had stopped nobody
  std::uint64_t found_by_tests = 0;   // of those, by tests of idle nodes
  std::uint64_t completed_wrong = 0;  // jobs with work that was wrong, and nobody knew
  std::uint64_t upgrades = 0;         // rolling ones that began ...
  std::uint64_t upgrades_over = 0;    // ... and came to their end
  std::uint64_t upgrade_batches = 0;
  std::uint64_t upgraded = 0;          // nodes at whose turn they were not leased to be skipped
  Int128 upgrading_ns = 0;             // from the begin to the end, of those that are over
  std::vector<CauseNumbers> by_cause;  // those that happened, in the order of the config
  Int128 node_ns = 0;  // time that nodes were held by jobs, a node held by two twice
  Int128 window_ns = 0;
  std::vector<JobsOfSize> by_gpus;  // by the power of two: 1, 2, 4 ... GPUs
  WallAndWork all_jobs;
  ComebackNumbers comebacks;

  [[nodiscard]] Int128 held_ns() const {
    Int128 sum = 0;
    for (const JobsOfSize& jobs : by_gpus) {
      sum += jobs.held_ns;
    }
    return sum;
  }
};

}  // namespace berth
