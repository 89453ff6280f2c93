// What became of leases, as plain numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/int128.hpp"
#include "core/time.hpp"
#include "simulator/allocator/lease_event.hpp"

namespace berth {

// Times are of the whole run, not of the window after the warm-up; GPU time is in thousandths of
// GPUs times nanoseconds.
struct LeaseLine {
  Contract contract;
  LeaseEvent last = LeaseEvent::asks;  // of asks, refused, begins, leaves, ends, preempted
  SimTime asked{};
  SimTime due{};  // its lead time is over
  std::optional<SimTime> begun;
  std::optional<SimTime> full;  // all its nodes served for the first time
  std::optional<SimTime> ended;
  Int128 contracted = 0;       // paid for: a reserved one to the end of its term, others while held
  Int128 owed = 0;             // while it was held
  Int128 delivered = 0;        // of that, by nodes in production
  Int128 upgrading = 0;        // of that, of nodes out for an upgrade: no breach of anything
  Duration below{};            // it had fewer nodes in production than it should
  std::uint64_t breaches = 0;  // times that this took longer than its SLA allows
  std::uint64_t failures = 0;  // nodes that went out of service
  std::uint64_t replacements = 0;
  Duration replacing{};  // in all, from the failure to the other node's production
  Duration replacing_most{};
  std::uint64_t moves = 0;  // nodes that made room for other leases
  Duration moving{};        // in all, until the other node was in production
  Duration late{};          // it was due, and had not begun
  bool impossible = false;  // refused, because it could never begin
};

// Of all of them, or of one kind.
struct LeaseSums {
  std::uint64_t asked = 0;
  std::uint64_t begun = 0;
  std::uint64_t refused = 0;
  std::uint64_t preempted = 0;
  std::uint64_t breaches = 0;
  std::uint64_t failures = 0;
  std::uint64_t replacements = 0;
  std::uint64_t delivered_full = 0;  // they had all their nodes once
  Int128 contracted = 0;
  Int128 owed = 0;
  Int128 delivered = 0;
  Int128 upgrading = 0;
  Duration replacing{};
  Duration replacing_most{};
  Duration delivering{};
  Duration delivering_most{};
  std::uint64_t late = 0;  // they did not begin when they were due, or not at all
  Duration late_in_all{};
  Duration waited{};  // from asking to the begin
  std::uint64_t moves = 0;
  Int128 moving = 0;  // GPU time that leases missed meanwhile
};

struct LeaseNumbers {
  std::vector<LeaseLine> leases;  // in the order in which they were first asked for
  [[nodiscard]] LeaseSums sums(std::optional<LeaseKind> of = {}) const;
};

// Keeps the lines while a run goes on.
class LeaseBook {
 public:
  void on(SimTime now, const LeaseTold& record);
  LeaseNumbers finish(SimTime now);

 private:
  struct Open {
    std::size_t line = 0;
    std::uint32_t serving = 0;
    std::uint32_t upgrading = 0;
    SimTime since{};  // it serves so many
    std::optional<SimTime> below_since;
    Duration term{};  // extended or not
    bool held = false;
  };
  void count(SimTime now, Open& open);
  void end_shortfall(SimTime now, Open& open);
  void close(SimTime now, Open& open);

  std::vector<LeaseLine> lines_;
  std::vector<Open> open_;         // by line
  std::vector<std::uint32_t> at_;  // line by lease, one more; 0: none
};

}  // namespace berth
