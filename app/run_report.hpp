// What a run came to, as a page for people.
#pragma once

#include <string>

#include "app/scenario.hpp"
#include "simulator/summary.hpp"

namespace berth {

// The question, what ran, and with which seed: the head of every report.
std::string report_head(const Scenario& scenario, const std::string& what);

std::string run_report(const Summary& summary);

// Numbers of a summary that reports share.
double fraction_of_capacity(const Summary& summary, Int128 gpu_time);

}  // namespace berth
