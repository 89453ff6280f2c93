// Small worlds that the tests of this room are made of: fleets, jobs and policies in a line each,
// a source that is a list, a text that is a string.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scheduler/policy.hpp"
#include "simulator/records.hpp"
#include "simulator/simulation.hpp"
#include "simulator/sinks/text_out.hpp"
#include "topology/fleet.hpp"
#include "workloads/source.hpp"

namespace berth::test {

inline SimTime at(double seconds) {
  return SimTime{Duration{static_cast<std::int64_t>(seconds * 1e9)}};
}
inline Duration lasting(double seconds) { return at(seconds).time_since_epoch(); }

class StringOut final : public TextOut {
 public:
  void write(std::string_view text) override { written += text; }
  std::string written;
};

class ListSource final : public JobSource {
 public:
  explicit ListSource(std::vector<Job> jobs) : jobs_(std::move(jobs)) {}
  bool next(Job& job) override {
    if (next_ == jobs_.size()) {
      return false;
    }
    job = jobs_[next_++];
    return true;
  }

 private:
  std::vector<Job> jobs_;
  std::size_t next_ = 0;
};

// Nodes n1 .. nN, `gpus` in each, no domains.
inline Fleet plain_fleet(std::uint32_t nodes, std::uint32_t gpus) {
  FleetBuilder builder;
  for (std::uint32_t i = 1; i <= nodes; ++i) {
    builder.add_node("n" + std::to_string(i), {gpus, 0, 0, ""});
  }
  return builder.build();
}

// A job by its number, submission and work in seconds; its limit is its work.
inline Job job(std::uint64_t number, double submit, std::uint32_t gpus, double work) {
  Job one;
  one.number = number;
  one.submit = at(submit);
  one.work = lasting(work);
  one.limit = std::max(one.work, Duration(1));
  one.ask.gpus = gpus;
  return one;
}

// The same job somewhere in its life, as sinks see it: one task, started at `start`.
inline LiveJob live(const Job& one, double start = 0) {
  LiveJob alive;
  alive.job = one;
  alive.sequence = one.number;
  alive.shape = {1, one.ask.gpus, 0, 0};
  alive.start = alive.first_start = at(start);
  alive.starts = 1;
  return alive;
}

inline Policy policy_of(std::unique_ptr<const Placer> placer, std::unique_ptr<Backfill> backfill,
                        Planning planning = Planning::per_instant) {
  Policy policy;
  policy.order = fifo();
  policy.placer = std::move(placer);
  policy.backfill = std::move(backfill);
  policy.planning = planning;
  return policy;
}

}  // namespace berth::test
