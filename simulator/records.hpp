// What happened, for whoever listens. A closed set: a sink that does not handle a new record does
// not build. References are good during the call only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "cluster/placement.hpp"
#include "core/time.hpp"
#include "scheduler/preemption.hpp"
#include "scheduler/reason.hpp"
#include "simulator/allocator/lease_event.hpp"
#include "simulator/failures/failure.hpp"
#include "simulator/live_job.hpp"
#include "simulator/pace.hpp"

namespace berth {

struct Submitted {
  const LiveJob& job;
};
// It could never run; it never joins the queue.
struct Rejected {
  const LiveJob& job;
  std::string_view why = "does not fit the empty fleet";
};
// The scheduler promised a waiting job to start by `by`, or changed that promise.
struct Promised {
  const LiveJob& job;
  SimTime by;
};
struct Started {
  const LiveJob& job;
  const Placement& placement;
  RunSpeed speed{};
  RunSpeed wired{};  // what the network gives, but for slow nodes
};
// A running job works at another speed from now on; `pace` is still the one it had.
struct SpeedChanged {
  const LiveJob& job;
  const Pace& pace;
  RunSpeed to;
  RunSpeed wired;  // to; as above
};
// A running job was told that it has to yield to another by then.
struct Warned {
  const LiveJob& job;
  const LiveJob& by;
  SimTime at;
};
// A running job stopped for another one: it waits again or, cancelled, is gone.
struct Preempted {
  const LiveJob& job;  // as it was until now
  const Placement& placement;
  Yield how;
  const LiveJob& by;
  const Stint& stint;
  const Pace* pace = nullptr;  // null: it ran at full speed throughout
};
struct Ended {
  const LiveJob& job;
  const Placement& placement;
  EndState state;
  const Pace* pace = nullptr;  // null: it ran at full speed throughout
};
// Still running, or still waiting, when the run stopped at its horizon.
struct LeftRunning {
  const LiveJob& job;
  const Placement& placement;
  const Pace* pace = nullptr;
};
struct LeftWaiting {
  const LiveJob& job;
  Reason why = Reason::priority;  // when it was looked at last
};

// Something broke; nobody knows yet.
struct Failed {
  const Failure& failure;
  std::string_view cause;
};
// A running job does nothing any more: what it runs on broke. It holds its GPUs until that is
// noticed (LiveJob::hung).
struct Hung {
  const LiveJob& job;
  const Placement& placement;
};
// What a running job does from now on is wrong: a node of its own fails in silence. It is still
// told what was right (LiveJob::right).
struct Corrupted {
  const LiveJob& job;
  const Pace* pace = nullptr;  // null: it ran at full speed throughout
};
// A fault that stopped nobody is found, by a test of the idle node or otherwise.
struct Found {
  const Failure& failure;
  std::string_view cause;
  bool by_test = false;
};
// A failure of a node is foreseen, or seems to be: it is drained if it is in service.
struct Alarmed {
  const Failure& failure;
  std::string_view cause;
};
// A failure that was foreseen does not happen: the node was mended before.
struct Averted {
  const Failure& failure;
  std::string_view cause;
};
// A link that was down is up again, and its node was in service throughout.
struct LinkMended {
  const Failure& failure;
  std::string_view cause;
};
// A failure stopped a running job: it waits again, it starts again at the same instant where it is
// (simulation_in_place.cpp), or it is gone.
enum class AfterFailure : std::uint8_t { requeued, goes_on, given_up };
struct Evicted {
  const LiveJob& job;  // as it was until now
  const Placement& placement;
  std::uint32_t cause;
  std::string_view cause_name;
  const Stint& stint;
  AfterFailure then = AfterFailure::requeued;
  const Pace* pace = nullptr;  // null: it ran at full speed throughout
  bool rolled_back = false;    // to where its work is known to be right
  [[nodiscard]] bool given_up() const { return then == AfterFailure::given_up; }
};
// A suspended job lost a node that it was to go on on, or what a waiting job had saved turns out to
// be wrong: it begins anywhere, and does so much of its work again.
struct Displaced {
  const LiveJob& job;  // as it was until now
  Duration undone;
  bool suspended = true;
  bool rolled_back = false;
};
// A node goes on in its life cycle (cluster/life_cycle.hpp).
struct NodeMoved {
  NodeId node;
  NodeState from;
  NodeState to;
  std::uint32_t cause;  // of the failure that began it; of no meaning for one that is kept back
  std::string_view cause_name;
  std::uint32_t free_gpu_milli = 0;  // of it, what nobody holds
};

// A crew is done with a node in this state, which had to wait for it so long in all.
struct Mended {
  NodeId node;
  NodeState state;
  Duration waited;
};

// A node is given up after so many failures; another will come in its place.
struct GivenUp {
  NodeId node;
  std::size_t failures;
};

// A rolling upgrade begins, takes some nodes out of service or is over.
struct UpgradeTold {
  enum class What : std::uint8_t { begins, batch, ends };
  std::uint32_t number;
  What what;
  const std::vector<NodeId>& nodes;  // of the batch
};

// Who drains or cordons nodes; `health`: the failure that NodeMoved tells of.
enum class Door : std::uint8_t { slurm, kubernetes, health };
// Nobody starts on these nodes from now on, or somebody may again.
struct Turned {
  const std::vector<NodeId>& nodes;
  bool open;
  Door by;
};

// What is free is of no use to the first job that waits, though it is as many GPUs as it asks for;
// or it is again. Where each tenant has a queue of its own that goes by the first of each, and by
// what is free of its tenant's nodes.
struct FreeInPieces {
  bool unusable;                               // all that is free, or
  const std::vector<NodeId>* nodes = nullptr;  // what is free on these nodes, in order,
  std::uint64_t gpu_milli = 0;                 // which is so much
};

using Record = std::variant<Submitted, Rejected, Promised, Started, SpeedChanged, Warned, Preempted,
                            Ended, LeftRunning, LeftWaiting, Turned, Failed, Hung, Evicted,
                            Displaced, NodeMoved, FreeInPieces, LeaseTold, Corrupted, Found,
                            Alarmed, Averted, Mended, GivenUp, LinkMended, UpgradeTold>;

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void on(SimTime now, const Record& record) = 0;
  // The run is over at `now`; nothing follows.
  virtual void finish(SimTime /*now*/) {}
};

}  // namespace berth
