// A policy: who is next, where, who may overtake, who must yield, whom it admits at all, when it
// plans and what it believes of users' estimates.
#pragma once

#include <memory>
#include <vector>

#include "core/settings.hpp"
#include "scheduler/admission.hpp"
#include "scheduler/backfill.hpp"
#include "scheduler/order.hpp"
#include "scheduler/placer.hpp"
#include "scheduler/preemption.hpp"
#include "scheduler/slurm_site.hpp"

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
  std::unique_ptr<JobOrder> order;
  std::unique_ptr<const Placer> placer;
  std::unique_ptr<Backfill> backfill;
  Planning planning = Planning::per_instant;
  Estimates estimates;
  std::unique_ptr<Preemption> preemption{};             // null: nobody yields
  std::vector<std::unique_ptr<Admission>> admission{};  // all are asked; empty: everybody may
  // Partitions, QOS and accounts, for parts that go by them (RunContext::site); never null.
  std::shared_ptr<const SlurmSite> site = std::make_shared<const SlurmSite>();
};

// {order: fifo, placer: first_fit, backfill: easy, preemption: none, admission: [...], slurm:
// {...}, estimates: user, planning: per_instant}; what is not written is fifo, best_fit, none,
// none, nothing, user, per_instant, and shows in the resolved config.
Policy make_policy(Setting setting);

}  // namespace berth
