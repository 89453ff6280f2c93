// For each domain, whom to stop in it so that a job has room there: node by node, the one whose
// room for a task costs least. It counts, and knows nothing of placers: a proposal, to be asked
// for.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/occupancy.hpp"
#include "scheduler/preemptions/cheapest_price.hpp"

namespace berth {

struct Stoppable {
  JobId job;
  Price price;
  const Holding* holding = nullptr;
};

struct Proposal {
  Price price;
  std::vector<std::uint32_t> stops;  // of the candidates, by index
  std::uint32_t rank = 0;            // inner levels first, then in order of domain
};

// One for each domain of each level that can be given room, or only of the level that the job
// requires; and one for the fleet as a whole. The cheapest first.
// O(nodes x levels x 2^(jobs on a node, 8 at most)).
std::vector<Proposal> proposals(const Request& request, const Occupancy& free,
                                const std::vector<Stoppable>& candidates);

}  // namespace berth
