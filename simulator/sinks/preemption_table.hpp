// preemptions.csv: a line each time that a job had to yield, RFC 4180 with \n line ends, in the
// order in which they stopped: who, to whom, how, what it destroyed, and whether the other used
// what was freed. `started_s` is when it next started, empty when it never did; `used_gpus` are
// those of the freed ones that it took then.
#pragma once

#include <memory>

#include "simulator/records.hpp"
#include "simulator/sinks/text.hpp"
#include "simulator/sinks/text_out.hpp"

namespace berth {

// `out` outlives the sink. Writes the header at once.
std::unique_ptr<Sink> preemption_table(TextOut& out, Sources sources);

}  // namespace berth
