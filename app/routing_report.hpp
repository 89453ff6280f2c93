// The answer of `berth topology route`, for people, for programs, and link by link.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/routing_survey.hpp"

namespace berth {

// What --without changed.
struct Rerouting {
  std::vector<std::string> parts;
  std::uint32_t switches_cut = 0;
  std::uint32_t hcas_cut = 0;
  std::uint64_t entries_changed = 0;
  std::uint32_t switches_changed = 0;
};

struct RoutingAnswer {
  std::string path;
  std::string asked;    // the engine, or the file of the tables
  std::string engine;   // that routed
  std::string gave_up;  // why it was not the one asked for
  RoutingSurvey survey;
  std::optional<Rerouting> rerouting;
};

std::string routing_text(const RoutingAnswer& answer);
std::string routing_json(const RoutingAnswer& answer);
std::string link_loads_csv(const RoutingSurvey& survey, const Fabric& fabric);

}  // namespace berth
