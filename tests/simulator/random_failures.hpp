// Failures for the swarm: of nodes, of many at once and of software, mild and grave, noticed at
// once or late, with courses of every kind; and how jobs come back from them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "simulator/failures/failure_source.hpp"
#include "simulator/simulation.hpp"
#include "topology/fleet.hpp"
#include "workloads/job.hpp"

namespace berth::test {

// A source that is a list.
class ListFailures final : public FailureSource {
 public:
  explicit ListFailures(std::vector<Failure> failures) : failures_(std::move(failures)) {}
  bool next(Failure& failure) override {
    if (next_ == failures_.size()) {
      return false;
    }
    failure = failures_[next_++];
    return true;
  }

 private:
  std::vector<Failure> failures_;
  std::size_t next_ = 0;
};

// In half the worlds; empty in the others.
std::vector<Failure> random_failures(std::uint64_t seed, const Fleet& fleet);
inline const std::vector<std::string> random_causes{"gpu", "rack", "software"};

// True where some of them slow jobs.
bool any_slows(const std::vector<Failure>& failures);
// Of idle nodes, in some worlds.
std::optional<ActiveTests> random_tests(std::uint64_t seed);

// Who repairs them, in some worlds.
std::optional<CrewPlan> random_crews(std::uint64_t seed);

// One that goes through all nodes, or none.
std::vector<Upgrade> random_upgrades(std::uint64_t seed, const Fleet& fleet);

std::optional<Retirement> random_retirement(std::uint64_t seed);
std::optional<Flaps> random_flaps(std::uint64_t seed);

// Nodes that are kept back, of some fleets.
Spares random_spares(std::uint64_t seed, const Fleet& fleet);

// Some jobs that save their work pay for it or write it while they work, some are given up after a
// while, start up cold, go on where they are when a node fails, or have their nodes alone.
void add_recovery(std::uint64_t seed, std::vector<Job>& jobs);
// How those without terms come back.
std::optional<Terms> random_recovery(std::uint64_t seed);

}  // namespace berth::test
