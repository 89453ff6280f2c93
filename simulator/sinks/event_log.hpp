// events.log: what happened, as aligned prose with integers, one record a line. It is the golden
// text of the tests: whatever changes in the model shows in it.
#pragma once

#include <memory>

#include "simulator/records.hpp"
#include "simulator/sinks/text.hpp"
#include "simulator/sinks/text_out.hpp"
#include "topology/fleet.hpp"

namespace berth {

// `out` and `fleet` outlive the sink.
std::unique_ptr<Sink> event_log(TextOut& out, const Fleet& fleet, Sources sources);

}  // namespace berth
