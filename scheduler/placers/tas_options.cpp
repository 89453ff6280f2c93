#include "scheduler/placers/tas_options.hpp"

#include "cluster/room_index.hpp"

namespace berth {
namespace {

TasProfile profile_of(TasGate gate, TasMode mode) {
  if (gate == TasGate::best_fit || gate == TasGate::least_free) {
    return gate == TasGate::best_fit ? TasProfile::best_fit : TasProfile::least_free;
  }
  return mode == TasMode::unconstrained ? TasProfile::least_free : TasProfile::best_fit;
}

std::uint32_t index_of(const LevelOption& option, const Fleet& fleet, std::uint32_t otherwise) {
  const auto level = option.in(fleet);
  return level ? level->index() : otherwise;
}

std::string level_named(const Fleet& fleet, std::uint32_t level) {
  return level < fleet.levels() ? fleet.level_name(LevelId(level)) : "node";
}

}  // namespace

TasOptions TasOptions::read(Setting part) {
  TasOptions options;
  if (!part.is_map()) {
    return options;
  }
  options.level = LevelOption::read(part, "level");
  const bool given = options.level.given();
  options.mode = static_cast<TasMode>(part.choice_or("mode", given ? "required" : "unconstrained",
                                                     {"required", "preferred", "unconstrained"}));
  if (given != (options.mode != TasMode::unconstrained)) {
    (given ? part.at("level") : part.at("mode"))
        .fail(given ? "is for mode required or preferred" : "needs a level",
              given ? "leave the level out, or the mode" : "give level: NAME too");
  }
  options.gate = static_cast<TasGate>(
      part.choice_or("profile", "mixed", {"mixed", "best_fit", "least_free", "balanced"}));
  options.slice_level = LevelOption::read(part, "slice_level");
  options.slice_size =
      static_cast<std::uint32_t>(part.count_or("slice_size", 1, 1, RoomIndex::tasks_most));
  if (options.slice_level.given() && options.slice_size == 1) {
    part.at("slice_level")
        .fail("is the level of slices, but there are none", "give slice_size: N too");
  }
  return options;
}

void TasOptions::check_fleet(const Fleet& fleet) const {
  const std::uint32_t slices = index_of(slice_level, fleet, fleet.levels());
  if (index_of(level, fleet, slices) > slices) {
    slice_level.fail("lies outside the level that is asked for",
                     "name the same level there, or one inside it");
  }
}

// Without a level that is asked for, slices or nodes are.
TasAsk TasOptions::unchecked(const Request& request, const Fleet& fleet) const {
  TasAsk ask;
  const Terms* const terms = request.terms.get();
  ask.slice_level = index_of(slice_level, fleet, fleet.levels());
  ask.slice_size = terms != nullptr && terms->segment > 0 ? terms->segment : slice_size;
  ask.slices = request.shape.tasks / ask.slice_size;
  ask.mode = mode;
  if (terms != nullptr && !terms->level.empty()) {
    const auto level_of_job = fleet.find_level(terms->level);
    ask.level = level_of_job ? level_of_job->index() : fleet.levels();
    ask.mode = terms->level_required ? TasMode::required : TasMode::preferred;
  } else {
    ask.level = index_of(level, fleet, ask.slice_level);
  }
  ask.profile = profile_of(gate, ask.mode);
  ask.balanced = gate == TasGate::balanced && ask.mode == TasMode::preferred;
  return ask;
}

std::string TasOptions::contradiction(const Request& request, const Fleet& fleet) const {
  const Terms* const terms = request.terms.get();
  if (terms != nullptr && !terms->level.empty() && !fleet.find_level(terms->level)) {
    return "the fleet has no level '" + terms->level + "', only " + level_names(fleet);
  }
  const TasAsk ask = unchecked(request, fleet);
  if (request.shape.tasks % ask.slice_size != 0) {
    return std::to_string(request.shape.tasks) + " tasks are not made of slices of " +
           std::to_string(ask.slice_size);
  }
  if (ask.level > ask.slice_level) {
    return "slices lie in one " + level_named(fleet, ask.slice_level) + ", outside the " +
           level_named(fleet, ask.level) + " that is asked for";
  }
  return "";
}

std::optional<TasAsk> TasOptions::ask(const Request& request, const Fleet& fleet) const {
  return contradiction(request, fleet).empty() ? std::optional(unchecked(request, fleet))
                                               : std::nullopt;
}

}  // namespace berth
