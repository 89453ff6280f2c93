// What happens in a run, and in which order what happens at one instant.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "simulator/allocator/premises.hpp"

namespace berth {

// Events fire by time, at one instant in this order, then in the order they were scheduled. Under
// per_event planning arrivals come before ends (the order of published EASY schedules), except
// that a job which ends exactly when it was expected to gives back first (Release); its own pass
// still comes in its turn (End).
struct Release {
  JobId job;
};
struct End {
  JobId job;
};
struct Yields {  // the grace of a job that has to yield is over
  JobId job;
};
struct Arrive {};
struct Wake {};  // a promise falls due
struct Rewire {  // bandwidths change
  std::uint32_t number = 0;
};
struct Turn {  // nodes close for newcomers, or open again
  std::uint32_t number = 0;
};
struct Saves {  // a job takes a checkpoint, to write it to storage
  JobId job;
};
struct Written {};  // somebody's checkpoint is whole
struct Fails {};    // the next failure
struct Noticed {    // a failure is
  std::uint32_t number = 0;
  std::optional<NodeId> hides_on{};  // one that stopped nobody, on this node
};
struct Moves {  // a node goes on in its life cycle
  NodeId node;
};
struct Leasing {  // a lease starts or ends, or nodes are delivered
  LeaseDue due;
};
struct Tested {  // a test of an idle node is over that may find something
  NodeId node;
};
struct CrewsMove {};  // a crew is done with a node, or crews come or go
struct Relapses {     // the same fault of a node again
  std::uint32_t number = 0;
};
struct Departs {  // a job has written a checkpoint, and leaves a node that is about to fail
  JobId job;
  std::uint64_t sequence = 0;
  std::uint32_t starts = 0;
  NodeId node;
  std::uint32_t cause = 0;
  Duration when{};  // it has done so much since its start
};
struct LinkUp {  // a link of this node is mended
  NodeId node;
  std::uint32_t number = 0;  // of its failure
};
struct UpgradeDue {  // it begins, or its next batch may, or the deadline of one is over
  std::uint32_t number = 0;
  std::optional<std::uint32_t> deadline_of{};
};
using Event =
    std::variant<Release, End, Yields, Arrive, Wake, Rewire, Turn, Saves, Written, Fails, Noticed,
                 Moves, Leasing, Tested, CrewsMove, Relapses, Departs, LinkUp, UpgradeDue>;

}  // namespace berth
