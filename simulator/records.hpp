// What happened, for whoever listens. A closed set: a sink that does not handle a new record does
// not build. References are good during the call only.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "cluster/placement.hpp"
#include "core/time.hpp"
#include "scheduler/preemption.hpp"
#include "scheduler/reason.hpp"
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
};
// A running job works at another speed from now on; `pace` is still the one it had.
struct SpeedChanged {
  const LiveJob& job;
  const Pace& pace;
  RunSpeed to;
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

// Who drains or cordons nodes.
enum class Door : std::uint8_t { slurm, kubernetes };
// Nobody starts on these nodes from now on, or somebody may again.
struct Turned {
  const std::vector<NodeId>& nodes;
  bool open;
  Door by;
};

using Record = std::variant<Submitted, Rejected, Promised, Started, SpeedChanged, Warned, Preempted,
                            Ended, LeftRunning, LeftWaiting, Turned>;

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void on(SimTime now, const Record& record) = 0;
  // The run is over at `now`; nothing follows.
  virtual void finish(SimTime /*now*/) {}
};

}  // namespace berth
