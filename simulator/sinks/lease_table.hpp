// leases.csv: a line for each lease that was asked for, when the run is over.
#pragma once

#include <memory>

#include "simulator/records.hpp"
#include "simulator/sinks/text_out.hpp"

namespace berth {

std::unique_ptr<Sink> lease_table(TextOut& out);  // `out` outlives it

}  // namespace berth
