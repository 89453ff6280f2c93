// What a job asks for, counted as Slurm counts it (TRES).
#pragma once

#include "scheduler/request.hpp"
#include "scheduler/slurm_site.hpp"
#include "topology/fleet.hpp"

namespace berth {

// Nodes: the fewest that hold its tasks (of a moldable job: its fewest tasks), where the nodes with
// the most room are empty.
std::uint32_t fewest_nodes(const Request& request, const Fleet& fleet);

TresCounts asked(const Request& request, const Fleet& fleet);

// What the nodes of a set have.
TresCounts held_by(const NodeSet& nodes, const Fleet& fleet);

}  // namespace berth
