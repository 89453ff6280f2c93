// What a config says of nodes beyond what is in them: which are taken before others (`weight`),
// what they have (`labels`), whom they keep away (`taints`).
#pragma once

#include <vector>

#include "core/settings.hpp"
#include "topology/fleet.hpp"

namespace berth {

// Reads `weight` (0 to 1,000,000,000; lower ones are taken first), `labels` and `taints` (a word or
// a list of them) where they are written.
void read_marks(Setting part, NodeKind& kind);

// The nodes of a hostlist, in its order; InputError for one that there is not.
std::vector<NodeId> nodes_named(Setting hostlist, const Fleet& fleet);

// Reads `marks` of a cluster: [{nodes: n[1-4], weight: 10, labels: [hbm], taints: [drain]}, ...],
// each on top of what its nodes have and of those before it. A fleet without the key is returned as
// it is.
Fleet with_marks(Fleet fleet, Setting cluster);

}  // namespace berth
