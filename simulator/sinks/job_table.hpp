// jobs.csv: one line a job, RFC 4180 with \n line ends. Lines come in the order in which jobs end
// or are rejected; those still running or waiting at the horizon follow in the order the run tells
// of them. What did not happen is empty: a pending job has no start, a running one no end.
#pragma once

#include <memory>

#include "simulator/records.hpp"
#include "simulator/sinks/text.hpp"
#include "simulator/sinks/text_out.hpp"
#include "topology/fleet.hpp"
#include "workloads/catalog.hpp"

namespace berth {

// All but `sources` outlive the sink. Writes the header at once.
std::unique_ptr<Sink> job_table(TextOut& out, const Fleet& fleet, const Catalog& catalog,
                                Sources sources);

}  // namespace berth
