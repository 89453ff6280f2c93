// What few jobs ask for beyond their size: where they may run, when, on whose account, and what
// becomes of them when somebody stops them. Jobs of one kind share one; most jobs have none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"

namespace berth {

// sbatch --dependency: this job may start when the other has started or ended so.
struct Dependency {
  enum class Kind : std::uint8_t { after, after_any, after_ok, after_not_ok, singleton };
  Kind kind = Kind::after_ok;
  std::uint64_t job = 0;  // its number in the same source; of no meaning for singleton
  Duration delay{};       // after:JOB+MINUTES

  bool operator==(const Dependency&) const = default;
};

// sbatch --switches=COUNT@TIME: at most so many leaf switches, for as long as it cares to wait.
struct SwitchLimit {
  std::uint32_t count = 0;
  std::optional<Duration> at_most;  // nothing: as long as the policy lets it

  bool operator==(const SwitchLimit&) const = default;
};

// A checkpoint so often that none of its work is ever lost.
inline constexpr Duration checkpoint_always{1};

// Pods of its group in domains of this level, or on "node"s: one that starts makes them no more
// than by `max_skew` more than where they are fewest (Kubernetes' topologySpreadConstraints with
// DoNotSchedule); with fewer domains than `min_domains` there are none somewhere.
struct SpreadRule {
  std::string level;
  std::uint32_t max_skew = 1;
  std::uint32_t min_domains = 0;

  bool operator==(const SpreadRule&) const = default;
};

// What a job does about a node of its that fails, beyond going on from its last checkpoint.
enum class OnFailure : std::uint8_t {
  requeue,           // it gives back all it holds, and waits in its old place of the queue
  restart_in_place,  // it keeps its other nodes, and a spare takes the place of that one
  shrink,            // the same, or goes on with fewer, but not below tasks_least
};

struct Terms {
  // --- where ------------------------------------------------------------------------------------
  std::vector<std::string> gpu_models;  // any of these; empty: any there is
  std::vector<std::string> labels;      // a node has all of these ("zone=a", "hbm")
  std::vector<std::string> tolerates;   // taints of nodes that do not keep it away
  std::string level;                    // in one domain of this level; "": anywhere
  bool level_required = false;          // else only preferred
  std::uint32_t segment = 0;            // tasks that stay together; 0: no segments
  std::optional<SwitchLimit> switches;
  bool block_alone = false;  // nobody else in the base blocks that it uses (--exclusive=topo)
  [[nodiscard]] bool ask_where() const {
    return !level.empty() || segment > 0 || switches || block_alone;
  }
  std::string group;  // its pods belong together with those of jobs that say the same; "": not
  std::string apart;  // no two of them in one domain of this level, or on one "node"; "": they
                      // may be (anti-affinity)
  std::vector<SpreadRule> spread;  // how evenly they stand
  std::uint32_t min_member = 0;    // so many of them start together, or none; 0: each by itself
  bool exclusive = false;  // nobody else on its nodes (sbatch --exclusive, SUNK's node lock)

  // --- how many ---------------------------------------------------------------------------------
  std::uint32_t tasks_least = 0;  // moldable: any number of tasks from here up to what it asks for;
                                  // 0: exactly what it asks for

  // --- when -------------------------------------------------------------------------------------
  bool held = false;                // never starts
  SimTime begin{};                  // not before
  std::optional<SimTime> deadline;  // wants to have ended by then
  std::vector<Dependency> after;    // all of these
  std::uint64_t array = 0;          // the job array that it is a task of; 0: none
  std::uint32_t array_limit = 0;    // tasks of the array that run at once; 0: any number
  [[nodiscard]] bool asks_to_wait(SimTime submit) const {
    return held || begin > submit || !after.empty() || array_limit > 0;
  }

  // --- for whom ---------------------------------------------------------------------------------
  std::string account;      // "": that of its tenant
  std::string qos;          // "": the default one
  std::string queue;        // Kueue's local queue; "": that of its tenant
  std::string reservation;  // runs inside it; "": none
  std::int64_t nice = 0;
  bool pod = false;  // came through Kubernetes' door; a gang of pods is one job

  // --- when somebody stops it -------------------------------------------------------------------
  bool requeue = true;           // it goes back to the queue, else it is cancelled
  Duration checkpoint_every{};   // of work; 0: it begins anew
  bool checkpoint_daly = false;  // instead: as often as its own failures make best, sqrt(2 c M)
  Duration checkpoint_cost{};    // each stops its work for so long, c
  Duration checkpoint_async{};  // they are written for so long beside the work, after the cost, and
                                // count when they are whole; 0: what is written counts at once
  std::int64_t checkpoint_bytes = 0;  // of each, written to the storage of the site; 0: none are
  bool checkpoint_beside = false;  // ... beside the work, for as long as that takes; else it stops
  Duration restart{};              // what each start after the first costs before it works again
  Duration cold_start{};           // what each start costs before it works, the first one too
  std::optional<std::uint32_t> retries{};  // failures that it comes back from; nothing: any number
  OnFailure on_failure = OnFailure::requeue;
  [[nodiscard]] bool elastic() const { return on_failure == OnFailure::shrink; }

  bool operator==(const Terms&) const = default;
};

}  // namespace berth
