// What fails, and when. A FailureProcess is what the config describes (`reliability:`, one or a
// list of them); opened for one run it is a FailureSource, pulled one failure ahead. The draws
// belong to the entity that fails (a node, a rack) and to the number of its failure: whoever
// schedules, and however many nodes stand behind it, the same node fails at the same times in the
// same way.
//
// One process is one file in simulator/failures/ and one line in failures.inc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.hpp"
#include "core/settings.hpp"
#include "simulator/failures/failure.hpp"
#include "simulator/failures/flaps.hpp"
#include "topology/topology.hpp"

namespace berth {

class FailureSource {
 public:
  virtual ~FailureSource() = default;
  // The next failure in order of time; false when there is none any more. InputError for a log that
  // cannot be read.
  virtual bool next(Failure& failure) = 0;
};

class FailureProcess {
 public:
  virtual ~FailureProcess() = default;
  // A fresh source for one run; `topology` and this process outlive it. `index` is the place of the
  // process in the config: it keys its random streams.
  [[nodiscard]] virtual std::unique_ptr<FailureSource> open(RunKey run, std::uint32_t index,
                                                            const Topology& topology) const = 0;
  // What Failure::cause counts.
  [[nodiscard]] virtual std::vector<std::string> causes() const = 0;
  // How often a job on one node is interrupted by it, per node and second: what Daly's interval
  // goes by. 0: nobody can say.
  [[nodiscard]] virtual double interruptions_per_node_second(const Topology& topology) const = 0;
  // True where some of its failures slow jobs (Effect::slows).
  [[nodiscard]] virtual bool slows() const { return false; }
  // What it costs gangs that their links flap.
  [[nodiscard]] virtual std::optional<Flaps> flaps() const { return std::nullopt; }
  // InputError where the process is of something that this cluster does not have.
  virtual void check_topology(const Topology& /*topology*/) const {}
  // The files it reads, for digests in the manifest.
  [[nodiscard]] virtual std::vector<std::string> files() const { return {}; }
};

// In order of time; at one instant those of the earlier source first.
std::unique_ptr<FailureSource> merge_failures(std::vector<std::unique_ptr<FailureSource>> sources);

// Reads NAME or {kind: NAME, key: value}; null for `none`.
std::unique_ptr<const FailureProcess> make_failures(Setting setting);
std::vector<std::string_view> failure_kinds();
std::string_view failure_summary(std::string_view name);  // what it is, in a line

// All processes of a config, merged.
class Reliability {
 public:
  void add(std::unique_ptr<const FailureProcess> process);

  [[nodiscard]] bool none() const { return processes_.empty(); }
  // In order of time; at one instant those of the earlier process first.
  [[nodiscard]] std::unique_ptr<FailureSource> open(RunKey run, const Topology& topology) const;
  // By Failure::cause. Two processes that name a cause alike share it.
  [[nodiscard]] const std::vector<std::string>& causes() const { return causes_; }
  [[nodiscard]] double interruptions_per_node_second(const Topology& topology) const;
  [[nodiscard]] bool slows() const;
  [[nodiscard]] std::optional<Flaps> flaps() const;  // those of the first that has any
  void check_topology(const Topology& topology) const;
  [[nodiscard]] std::vector<std::string> files() const;

 private:
  std::vector<std::unique_ptr<const FailureProcess>> processes_;
  std::vector<std::string> causes_;
  std::vector<std::vector<std::uint32_t>> cause_of_;  // by process and its own cause
};

#define FAILURES(name, does) std::unique_ptr<const FailureProcess> name(Setting setting);
#include "simulator/failures/failures.inc"
#undef FAILURES

}  // namespace berth
