// A cluster as it stands in its halls: the fleet (nodes in named domains), the fabric that joins
// them, which HCA sits in which node, what shares a fate, and the bandwidths that follow. What a
// builder makes or an importer reads. A `uniform` fleet has the first part only.
#pragma once

#include "topology/fabric.hpp"
#include "topology/fleet.hpp"
#include "topology/network.hpp"
#include "topology/plant.hpp"
#include "topology/seats.hpp"

namespace berth {

struct Topology {
  Fleet fleet;
  Fabric fabric;
  Seats seats;
  Plant plant;
  Network network;
};

}  // namespace berth
