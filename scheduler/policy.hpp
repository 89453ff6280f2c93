// A policy: who is next, where, who may overtake, when it plans and what it believes of users'
// estimates. Who must yield (preemption) comes with a later issue; until then nobody does.
#pragma once

#include <memory>

#include "core/settings.hpp"
#include "scheduler/backfill.hpp"
#include "scheduler/order.hpp"
#include "scheduler/placer.hpp"

namespace berth {

// When the scheduler plans: after each arrival and each end by itself, as the backfilling
// literature does it, or once per instant after all that happens in it.
enum class Planning { per_event, per_instant };

// What the scheduler takes a job's run time to be: what its user said (times a factor), or the
// truth.
struct Estimates {
  enum class Kind { user, exact };
  Kind kind = Kind::user;
  double factor = 1.0;
};

struct Policy {
  std::unique_ptr<const JobOrder> order;
  std::unique_ptr<const Placer> placer;
  std::unique_ptr<Backfill> backfill;
  Planning planning = Planning::per_instant;
  Estimates estimates;
};

// {order: fifo, placer: first_fit, backfill: easy, estimates: user, planning: per_instant}; what is
// not written is fifo, best_fit, none, user, per_instant, and shows in the resolved config.
Policy make_policy(Setting setting);

}  // namespace berth
