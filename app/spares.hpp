// Nodes that a config keeps back until others fail:
//
//   spares: {nodes: "n[513-524]"}                    these
//   spares: {count: 12}                              the last of the cluster
//   spares: {count: 2, per: leaf, within: leaf}      the last of each leaf, for nodes of their leaf
#pragma once

#include "core/settings.hpp"
#include "simulator/simulation.hpp"

namespace berth {

Spares read_spares(Setting root, const Fleet& fleet);

}  // namespace berth
