// What the allocator asks of the run: to be woken, to move nodes through their life cycle, to stop
// whoever runs on them, and to have it told.
#pragma once

#include <cstdint>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "simulator/failures/failure.hpp"
#include "simulator/records.hpp"

namespace berth {

struct LeaseDue {
  // Its tenant asks for it; its lead time is over; it ends; nodes come; a node is out for long.
  enum class What : std::uint8_t { asks, is_due, ends, delivers, overdue };
  What what = What::asks;
  std::uint32_t index = 0;  // of the lease, the delivery or the node
};

class Premises {
 public:
  virtual ~Premises() = default;
  // Allocator::handle(due) is called then.
  virtual void call_at(SimTime at, LeaseDue due) = 0;
  virtual void move(NodeId node, NodeState to) = 0;
  // The node goes through these states; then Allocator::came_through(node) is called.
  virtual void send(NodeId node, std::vector<Stage> course) = 0;
  // Who runs on one of them is stopped, and waits again.
  virtual void clear(const std::vector<NodeId>& nodes) = 0;
  virtual void told(const LeaseTold& record) = 0;
};

}  // namespace berth
