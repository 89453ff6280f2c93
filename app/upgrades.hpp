// Rolling upgrades, as a config says them, one or a list:
//
//   upgrades:
//     at: 30d
//     nodes: "n[1-64]"          all, if it is not written
//     per: rack                 a batch is a domain of this level; or batch: 8, so many nodes (1)
//     max_unavailable: 8        nodes out at a time, for whatever reason, or 25%; as many as the
//                               largest batch
//     every: 1h                 a batch begins no earlier after the one before
//     lasts: 45m                a distribution: how long a node is out, and then
//     test: 20m                 tested
//     deadline: 4h              for jobs that run there; not written: they may end
//     leased: upgraded          or skipped: nodes that a tenant leases, where there is bare_metal
#pragma once

#include <vector>

#include "core/settings.hpp"
#include "simulator/upgrades.hpp"

namespace berth {

std::vector<Upgrade> read_upgrades(Setting root, const Fleet& fleet);

}  // namespace berth
