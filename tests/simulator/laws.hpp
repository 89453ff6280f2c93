// The laws of a run, checked by a sink with books of its own: naive maps, nothing shared with the
// code it judges. It never stops the run; broken() says what went wrong first.
//
// Who yields does so to a job that waits and ranks above it, when its grace is over, and comes back
// with what it saved, on its own GPUs where it was suspended.
//
// Who runs on a node that corrupts works in vain from then on, who runs on a slow one is as slow,
// and a test finds a fault only where it had an idle node for its whole slot.
//
// Who is evicted by a failure comes back with what its checkpoints saved, at once on the nodes that
// are left to it where it asked for that, or is given up; nodes go the way of their life cycle, and
// nobody is on one that is out of service.
//
// Always: the clock does not go back; nothing is held twice, none held that is not there; what is
// held is what was asked; nobody starts on a closed node, nor beside an exclusive job, nor in a
// block that a job has for itself; every job starts after it was submitted, runs as long as it
// works or its limit allows, and ends once or is told of at the horizon. Work is counted piece by
// piece at the speeds that were told of.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/int128.hpp"
#include "scheduler/policy.hpp"
#include "simulator/failures/active_tests.hpp"
#include "simulator/records.hpp"
#include "simulator/upgrades.hpp"
#include "topology/fleet.hpp"

namespace berth::test {

// Who yields to whom, and how.
struct YieldLaws {
  bool anybody = false;
  bool by_priority = false;    // only to jobs of a higher priority
  std::optional<Yield> how{};  // of those that may be requeued; nothing: in any way
  Duration grace{};            // nobody stops earlier, but who is suspended
  Duration exempt{};           // nobody stops, or is told to, before it ran so long
};

// What a policy promises beyond that.
struct Promises {
  bool in_order = false;             // jobs start in the order of submission
  bool first_kept = false;           // a job starts by the first promise made to it
  bool never_later = false;          // a promise never moves back, and is kept
  bool head_is_eager = false;        // the job that came first never waits while it fits
  bool side_by_side = false;         // ... where it fits only on consecutive nodes
  bool to_the_end = false;           // there is no horizon: nobody is left over who may ever start
  std::optional<ClassId> borrows{};  // spares are lent to jobs of this class
  YieldLaws yields{};
};

// What any policy promises: nobody yields where no preemption asks for it.
inline Promises promises_of(const Policy& policy) {
  Promises promises;
  promises.yields.anybody = policy.preemption != nullptr;
  return promises;
}

class Laws final : public Sink {
 public:
  Laws(const Fleet& fleet, Promises promises);  // `fleet` outlives it

  void on(SimTime now, const Record& record) override;
  void finish(SimTime now) override;

  // The first complaint with its time and job; empty when there is none.
  [[nodiscard]] const std::string& broken() const { return broken_; }
  std::optional<ActiveTests> tests;  // of idle nodes, in this run
  std::vector<Upgrade> upgrades;     // of this run

  // GPU-nanoseconds held beyond the work done for them.
  [[nodiscard]] Int128 late() const { return late_; }

 private:
  enum class Phase { waiting, running, gone };
  enum class Ending { completed, otherwise };
  struct Known {
    Phase phase = Phase::waiting;
    SimTime submit{};
    Shape shape;
    Duration work{};  // as it was submitted
    SimTime start{};
    Placement placement;
    SimTime since{};  // at this speed
    RunSpeed speed;
    RunSpeed wired;
    std::optional<Duration> right;   // what it works after so much is wrong
    Int128 done = 0;                 // up to then, in nanoseconds / 2^30
    Duration before{};               // work that earlier starts have kept
    Duration from{};                 // of it, checkpoints are counted from here
    std::uint32_t whole = 0;         // tasks that it asked for
    std::uint32_t tasks_before = 0;  // that it had in its last start
    bool stays = false;              // a failure stopped it, and it goes on on its other nodes
    Duration startup{};
    std::uint32_t starts = 0;
    bool suspended = false;  // on `placement`
    std::optional<SimTime> warned;
    std::optional<SimTime> first_start;
    std::optional<Ending> ending;
    std::shared_ptr<const Terms> terms;
    bool hung = false;  // it does nothing any more
    std::uint32_t failures = 0;
    [[nodiscard]] Int128 done_at(SimTime now) const {
      if (hung) {
        return done;
      }
      return done + Int128{(now - since).count()} * speed.parts();
    }
    std::optional<SimTime> first_promise;
    std::optional<SimTime> last_promise;
  };
  struct Free {                        // on one node
    std::vector<std::uint32_t> milli;  // thousandths of each GPU
    std::int64_t cpu_milli = 0;
    std::int64_t memory = 0;
    bool operator==(const Free&) const = default;
  };

  void told(SimTime now, const Submitted& record);
  void told(SimTime now, const Rejected& record);
  void told(SimTime now, const Promised& record);
  void told(SimTime now, const Started& record);
  void told(SimTime now, const SpeedChanged& record);
  void told(SimTime now, const Warned& record);
  void told(SimTime now, const Preempted& record);
  void told(SimTime now, const Ended& record);
  void told(SimTime now, const LeftRunning& record);
  void told(SimTime now, const LeftWaiting& record);
  void told(SimTime now, const Turned& record);
  void told(SimTime now, const Failed& record);
  void told(SimTime /*now*/, const FreeInPieces& /*record*/) {}
  void told(SimTime now, const Hung& record);
  void told(SimTime now, const Evicted& record);
  void told(SimTime now, const Displaced& record);
  void told(SimTime now, const NodeMoved& record);
  void told(SimTime /*now*/, const LeaseTold& /*record*/) {}
  void told(SimTime now, const Corrupted& record);
  void told(SimTime now, const Found& record);
  void told(SimTime now, const Alarmed& record);
  void told(SimTime now, const Averted& record);
  void told(SimTime now, const Mended& record);
  void told(SimTime /*now*/, const GivenUp& record);
  void told(SimTime now, const LinkMended& record);
  void told(SimTime now, const UpgradeTold& record);

  void demand(bool kept, const std::string& law);
  void arrives(const LiveJob& live);
  void check_doors(const Placement& placement, const LiveJob& live);
  void check_blocks(const Placement& placement, const LiveJob& live);
  void take(const Placement& placement, const Shape& shape);
  void give_back(const Placement& placement, const Shape& shape);
  void stops(SimTime now, const LiveJob& live, const Placement& placement, const Pace* pace);
  void hold_gpus(std::vector<std::uint32_t>& left, const Part& part, const Shape& shape);
  void molds(Known& job, const LiveJob& live);
  void check_staying(Known& job, const Placement& placement);
  void check_nobody_stays_away();
  static Duration starts_up(const Known& job);
  Duration saved_by(const Known& job, const LiveJob& live, Duration startup, Duration done);
  void check_promise(SimTime now, const Known& job);
  void check_terms(const Known& job, const Placement& placement);
  [[nodiscard]] bool met(const Dependency& on) const;
  [[nodiscard]] bool may_start(const Known& job) const;
  void check_yield(const Known& job, const LiveJob& live, const LiveJob& by);
  void check_room_was_used();
  [[nodiscard]] RunSpeed slowest_of(const Known& job) const;
  void check_speed(const Known& job);
  void check_faults();
  [[nodiscard]] static Duration right_of(const Known& job, Duration saved);
  void resizes(Known& job, const LiveJob& live);
  void begins_again(Known& job, Duration keeps);
  void check_stint(const Known& job, const Stint& stint, Duration done, Duration keeps);
  void check_order(std::uint64_t sequence);
  void check_head();
  void check_totals();
  [[nodiscard]] bool fits(const Shape& shape) const;
  Known* find(const LiveJob& live, Phase phase);

  const Fleet& fleet_;
  Promises promises_;
  std::map<std::uint64_t, Known> jobs_;  // by sequence
  std::vector<Free> free_;               // by node
  std::vector<bool> closed_;             // by node: nobody starts there
  std::vector<NodeState> states_;        // by node
  std::vector<SimTime> idle_since_;      // by node
  std::vector<SimTime> moved_;           // by node, when it did last
  struct Turns {                         // of an upgrade
    std::optional<SimTime> began;
    std::map<NodeId, bool> had;  // and whether the node was fit then
  };
  std::map<std::uint32_t, Turns> turns_;
  std::map<std::uint32_t, std::vector<Failure>> faults_;  // that stop nobody, by node
  std::map<std::uint32_t, std::set<SimTime>> threats_;    // that were warned of, by node
  std::vector<std::uint64_t> locked_by_;                  // by node: the exclusive job on it, or 0
  bool anybody_alone_ = false;                            // wants its blocks for itself
  std::vector<Free> all_;
  std::uint64_t busy_ = 0;  // thousandths of GPUs
  std::uint64_t arrived_ = 0;
  std::map<std::uint64_t, std::uint64_t> by_number_;  // sequence, by number in the source
  std::set<std::uint64_t> made_room_for_;             // at this instant, by sequence
  std::set<std::uint64_t> staying_;                   // by sequence: they start at this instant
  Int128 late_ = 0;
  std::uint64_t last_started_ = 0;
  SimTime now_{};
  std::uint64_t current_ = 0;  // the job that the record at hand is about
  std::string broken_;
};

}  // namespace berth::test
