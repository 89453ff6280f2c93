// Random worlds for the swarm: everything about one follows from its seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "scheduler/policy.hpp"
#include "tests/simulator/laws.hpp"
#include "topology/fleet.hpp"
#include "topology/network.hpp"
#include "workloads/communication.hpp"
#include "workloads/job.hpp"

namespace berth::test {

// Draws of one purpose in one world.
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t purpose) : random_(RunKey{seed}, Stream::test, purpose) {}

  std::uint32_t between(std::uint32_t low, std::uint32_t high);  // both included
  bool percent(std::uint32_t chance) { return between(1, 100) <= chance; }

 private:
  Random random_;
};

// Of Dice.
enum Purpose : std::uint64_t {
  of_fleet,
  of_jobs,
  of_policy,
  of_network,
  of_profiles,
  of_terms,
  of_models,
  of_preemption,
  of_ends
};

// Uniform, leveled or with nodes of 0 to 16 GPUs; some with CPUs and memory.
Fleet random_fleet(std::uint64_t seed);

// Half the fleets with domains are wired, more or less oversubscribed; the others have an empty
// one.
Network random_network(std::uint64_t seed, const Fleet& fleet);
// Bandwidths that change during the run.
struct Rewiring {
  SimTime at;
  Network network;
};
std::vector<Rewiring> random_rewirings(std::uint64_t seed, const Fleet& fleet);
// Profiles of communication for the jobs, which are given one each.
Communications random_profiles(std::uint64_t seed, std::vector<Job>& jobs);

// Up to 120 jobs of one GPU up to the whole fleet and beyond; many at one instant, many that end at
// the instant others come, some of no length, some stopped at their limit.
std::vector<Job> random_jobs(std::uint64_t seed, const Fleet& fleet);

// Half the fleets have nodes of several GPU models and labels.
Fleet with_models(std::uint64_t seed, Fleet fleet);
// In half the worlds some jobs save their work, take their time to start again, may not be
// requeued, are held, begin later, depend on others, or ask for models and labels.
inline bool with_terms(std::uint64_t seed) { return Dice(seed, of_terms).percent(50); }
void add_terms(std::uint64_t seed, const Fleet& fleet, std::vector<Job>& jobs);

// Jobs that the network slows may run past what was expected of them: an exact estimate always, an
// exact limit too, as it stops nobody.
enum class Overruns : std::uint8_t { never, of_exact_estimates, of_exact_limits };

// One of all policies: any 1,350 seeds in a row have each once.
struct RandomPolicy {
  std::string name;  // for the message of a failure
  std::uint32_t order = 0;
  std::uint32_t placer = 0;
  std::uint32_t backfill = 0;
  Planning planning = Planning::per_instant;
  Estimates estimates;
  std::optional<SimTime> horizon;
  std::vector<std::pair<std::string, std::string>> preemption{};  // its options; empty: none
  YieldLaws yields{};
  bool terms = false;     // jobs have some
  bool failures = false;  // nodes may fail, so that nothing that was promised is sure

  // `complaint` is told when a placer differs from its naive twin.
  [[nodiscard]] Policy make(std::string& complaint) const;
  // What it promises, where jobs may or may not run past their limits.
  [[nodiscard]] Promises promises(Overruns overruns = Overruns::never) const;
};
RandomPolicy random_policy(std::uint64_t seed);

}  // namespace berth::test
