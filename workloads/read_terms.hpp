// The terms of a workload's jobs as a config writes them.
#pragma once

#include <memory>

#include "core/settings.hpp"
#include "workloads/terms.hpp"

namespace berth {

// The map at `terms` of a workload, which all its jobs share: the keys are the members of Terms but
// `deadline` and those that name other jobs. Null when there is none.
std::shared_ptr<const Terms> read_terms(Setting workload);

// Reads checkpoint_every (a duration, or `daly`), checkpoint_cost, checkpoint_size,
// checkpoint_async, restart,
// on_failure and retries.
void read_recovery(Terms& terms, Setting map);

}  // namespace berth
