// The answer of `berth topology show`, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "app/topology_summary.hpp"
#include "topology/outage.hpp"

namespace berth {

// What fails, as it was asked, and what that does.
struct OutageAnswer {
  std::vector<std::string> parts;
  Impact impact;
};

std::string topology_text(const std::string& path, const ClusterSummary& summary);
std::string outage_text(const OutageAnswer& outage, const Fleet& fleet);
// `outage`: nullptr when nothing fails.
std::string topology_json(const std::string& path, const ClusterSummary& summary,
                          const OutageAnswer* outage, const Fleet& fleet);

}  // namespace berth
