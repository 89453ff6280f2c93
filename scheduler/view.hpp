// What a policy looks at while it decides.
#pragma once

#include "cluster/occupancy.hpp"
#include "core/random.hpp"
#include "core/time.hpp"

namespace berth {

struct View {
  const Occupancy& free;  // now, or as forecast
  SimTime now;            // the instant it is free at
  RunKey run;             // for placers that draw lots: the same run draws the same
};

}  // namespace berth
