// What a policy looks at while it decides.
#pragma once

#include "cluster/occupancy.hpp"
#include "cluster/scopes.hpp"
#include "core/random.hpp"
#include "core/time.hpp"

namespace berth {

class SeenPods;

struct View {
  const Occupancy& free;           // now, or as forecast
  SimTime now;                     // the instant it is free at
  RunKey run;                      // for placers that draw lots: the same run draws the same
  ScopeId scope = all_nodes;       // the nodes that `free` is about
  const SeenPods* seen = nullptr;  // what was submitted so far; null: nobody looked
};

}  // namespace berth
