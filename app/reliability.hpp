// What fails and how jobs come back from it, as a config says it:
//
//   reliability: llama3_h100
//   reliability: [{kind: rsc1}, {kind: domains, of: rack, mtbf: 2920d, repair: 4h}]
//   recovery: {checkpoint_every: daly, checkpoint_cost: 30s, restart: 10m}
//
// The recovery is that of jobs whose own terms do not say it.
#pragma once

#include <cstdint>
#include <optional>

#include "core/settings.hpp"
#include "simulator/failures/failure_source.hpp"
#include "workloads/terms.hpp"

namespace berth {

Reliability read_reliability(Setting root, const Topology& topology);
std::optional<Terms> read_default_recovery(Setting root);
// Bytes a second of `storage`; 0 where there is none. InputError where checkpoints of some size are
// written all the same. REQUIRES: `workload` and `recovery` were read.
std::int64_t read_storage(Setting root);

}  // namespace berth
