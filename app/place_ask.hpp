// The job that `berth place` asks about, and whether a placer finds room for it.
#pragma once

#include <memory>
#include <optional>

#include "app/arguments.hpp"
#include "cluster/occupancy.hpp"
#include "scheduler/placer.hpp"

namespace berth {

struct PlaceAsk {
  Shape shape;
  bool different_nodes = false;  // no node takes two tasks
  Terms terms;                   // where it asks to be
};

// What was typed; nothing when the job does not fit even the empty cluster. InputError for what
// contradicts itself, names what the fleet does not have, or would be ignored by the placer.
std::optional<PlaceAsk> place_asked(const Arguments& arguments, const Placer& placer,
                                    const Fleet& fleet);

// `free` less the nodes that its terms do not leave it; if it wants different nodes, with no more
// free on each than a task takes.
Occupancy view_of(const PlaceAsk& ask, const Occupancy& free);

// Where the placer puts it, on nodes that its terms leave it.
std::optional<Placement> place(const Placer& placer, const PlaceAsk& ask, const Occupancy& free);
// Whether it finds room. REQUIRES: `view` is a view_of this ask.
bool fits(const Placer& placer, const PlaceAsk& ask, const Occupancy& view);

}  // namespace berth
