// The answer of `berth place`, for people and for programs.
#pragma once

#include <optional>
#include <string>

#include "app/explanation.hpp"
#include "cluster/occupancy.hpp"

namespace berth {

struct PlacementAnswer {
  const Occupancy& free;  // before the job
  std::string placer;
  std::optional<PlaceAsk> ask;  // nothing: the job does not fit even the empty cluster
  std::optional<Placement> placement;
  std::optional<Explanation> explanation;  // if asked for, where it does not fit now
};

// The hostlist, or why not; one line.
std::string placement_text(const PlacementAnswer& answer);
// What was asked, why it does not fit and what would let it, and what is free in each domain.
std::string placement_reasons(const PlacementAnswer& answer);
std::string placement_json(const PlacementAnswer& answer);

}  // namespace berth
