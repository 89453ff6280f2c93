#include "app/place_ask.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/settings_tree.hpp"
#include "core/units.hpp"
#include "scheduler/placers/level_option.hpp"
#include "scheduler/term_scopes.hpp"

namespace berth {
namespace {

constexpr std::int64_t size_most = 100'000'000;
using Typed = std::optional<std::string>;

std::uint32_t count(const char* option, const Typed& text) {
  return text ? static_cast<std::uint32_t>(count_of(option, *text, 1, size_most)) : 0;
}

// "0.5" cores are 500 millicores.
std::int64_t cpu_milli(const Typed& text) {
  if (!text) {
    return 0;
  }
  const auto cores = parse_number(*text);
  if (!cores || *cores < 0.001 || *cores > 1e6) {
    throw InputError({"--cpus"},
                     "must be a number of cores, 0.001 to 1,000,000, is " + shown(*text));
  }
  return static_cast<std::int64_t>(*cores * 1000 + 0.5);
}

std::int64_t memory(const Typed& text) {
  if (!text) {
    return 0;
  }
  const auto bytes = parse_bytes(*text);
  if (!bytes || *bytes == 0) {
    throw InputError({"--memory"}, "must be a size such as 64GiB, is " + shown(*text));
  }
  return *bytes;
}

// "2" or "2@30m", as sbatch has it.
std::optional<SwitchLimit> switches(const Typed& text) {
  if (!text) {
    return std::nullopt;
  }
  const std::size_t at = std::min(text->find('@'), text->size());
  SwitchLimit limit{count("--switches", text->substr(0, at)), {}};
  if (at < text->size()) {
    limit.at_most = parse_duration(std::string_view(*text).substr(at + 1));
    if (!limit.at_most) {
      throw InputError({"--switches"}, "must be COUNT or COUNT@TIME, is " + shown(*text),
                       "for example 2@30m");
    }
  }
  return limit;
}

std::string level(const char* option, const Typed& name, const Fleet& fleet) {
  if (name && !fleet.find_level(*name)) {
    const std::string known = level_names(fleet);
    throw InputError({option}, "the cluster has no level " + shown(*name),
                     known.empty() ? "it has no levels" : "known: " + known);
  }
  return name.value_or("");
}

Terms terms_of(const Arguments& arguments, const Fleet& fleet) {
  if (arguments.level && arguments.preferred) {
    throw InputError({"--preferred"}, "does not go together with --level", "keep one of them");
  }
  Terms terms;
  terms.gpu_models = arguments.models;
  terms.labels = arguments.labels;
  terms.tolerates = arguments.tolerates;
  terms.level = arguments.level ? level("--level", arguments.level, fleet)
                                : level("--preferred", arguments.preferred, fleet);
  terms.level_required = arguments.level.has_value();
  terms.segment = count("--segment", arguments.segment);
  terms.switches = switches(arguments.switches);
  if (arguments.exclusive && *arguments.exclusive != "topology") {
    throw InputError({"--exclusive"}, "must be topology, is " + shown(*arguments.exclusive),
                     "--nodes asks for whole nodes");
  }
  terms.block_alone = arguments.exclusive.has_value();
  return terms;
}

// What a placer does not look at is no question to it.
void check_heeded(const Terms& terms, const Placer& placer, const Fleet& fleet) {
  const Heeds heeds = placer.heeds();
  const auto check = [](bool asked, bool heeded, const char* option, const char* remedy) {
    if (asked && !heeded) {
      throw InputError({option}, "the placer does not look at it", remedy);
    }
  };
  check(!terms.level.empty(), heeds.level, terms.level_required ? "--level" : "--preferred",
        "placer tas does");
  check(terms.block_alone, placer.alone_in_blocks(fleet) > 0, "--exclusive",
        "placer slurm_block does");
  check(terms.segment > 0, heeds.segment, "--segment", "placers slurm_block and tas do");
  check(terms.switches.has_value(), heeds.switches, "--switches", "placer slurm_tree does");
}

// --nodes: whole nodes; --gpus: in all; both: so many GPUs on each of so many nodes; --tasks: so
// many tasks of so many GPUs, wherever there is room for one.
std::optional<Shape> shape_asked(const Arguments& arguments, const Fleet& fleet) {
  const std::uint32_t nodes = count("--nodes", arguments.nodes);
  const std::uint32_t tasks = count("--tasks", arguments.tasks);
  Shape shape{std::max(nodes, tasks), count("--gpus", arguments.gpus), cpu_milli(arguments.cpus),
              memory(arguments.memory)};
  if (shape.tasks == 0 && shape.gpus == 0) {
    throw InputError({"berth place"}, "nothing is asked for", "give --nodes N, --gpus G or both");
  }
  if (nodes > 0 && tasks > 0) {
    throw InputError({"--tasks"}, "does not go together with --nodes",
                     "--nodes has a task on each node");
  }
  const bool sized = shape.gpus > 0 || shape.cpu_milli > 0 || shape.memory > 0;
  if (tasks > 0 && !sized) {
    throw InputError({"--tasks"}, "of nothing", "say what a task asks for with --gpus or --cpus");
  }
  if (shape.tasks == 0 || !sized) {
    if (shape.cpu_milli > 0 || shape.memory > 0) {
      throw InputError({shape.cpu_milli > 0 ? "--cpus" : "--memory"}, "is what each task asks for",
                       "say how many tasks with --nodes N or --tasks N");
    }
    Ask ask;
    ask.whole_nodes = nodes;
    ask.gpus = shape.gpus;
    return shape_of(ask, fleet);
  }
  const bool fits = shape.tasks <= (nodes > 0 ? fleet.nodes() : size_most) &&
                    capacity_for(shape, fleet) >= shape.tasks;
  return fits ? std::optional(shape) : std::nullopt;
}

Request request_of(const PlaceAsk& ask) {
  Request request;
  request.shape = ask.shape;
  request.terms = std::make_shared<const Terms>(ask.terms);
  return request;
}

// With `most` above 0 at most so many GPUs are free on each node.
Occupancy narrowed(const Occupancy& free, const Terms& terms, std::uint32_t most) {
  Occupancy narrow(free.fleet());
  for (std::uint32_t i = 0; i < free.fleet().nodes(); ++i) {
    const NodeId node(i);
    narrow.copy(node, free);
    const std::uint32_t gpus = free.free_gpus(node);
    if (free.available(node) && (gpus < most || !suits(free.fleet().kind(node), terms))) {
      narrow.set_available(node, false);
    } else if (free.available(node) && most > 0 && gpus > most) {
      narrow.assume(node, Occupancy::lowest(free.free(node), most), free.free_cpu_milli(node),
                    free.free_memory(node));
    }
  }
  return narrow;
}

}  // namespace

std::optional<PlaceAsk> place_asked(const Arguments& arguments, const Placer& placer,
                                    const Fleet& fleet) {
  const Terms terms = terms_of(arguments, fleet);
  check_heeded(terms, placer, fleet);
  const auto shape = shape_asked(arguments, fleet);
  if (!shape) {
    return std::nullopt;
  }
  PlaceAsk ask{*shape, arguments.nodes && arguments.gpus, terms};
  ask.shape.alone = terms.block_alone ? placer.alone_in_blocks(fleet) : 0;
  if (const std::string what = placer.contradiction(request_of(ask), fleet); !what.empty()) {
    throw InputError({terms.segment > 0 ? "--segment" : "--placer"}, what);
  }
  return ask;
}

Occupancy view_of(const PlaceAsk& ask, const Occupancy& free) {
  return narrowed(free, ask.terms, ask.different_nodes ? ask.shape.gpus : 0);
}

std::optional<Placement> place(const Placer& placer, const PlaceAsk& ask, const Occupancy& free) {
  const Request request = request_of(ask);
  const Occupancy suitable = narrowed(free, ask.terms, 0);
  auto placement = placer.place(request, {suitable, SimTime{}, RunKey{}});
  if (placement && ask.different_nodes && placement->size() < ask.shape.tasks) {
    const Occupancy capped = view_of(ask, free);
    placement = placer.place(request, {capped, SimTime{}, RunKey{}});
  }
  return placement;
}

bool fits(const Placer& placer, const PlaceAsk& ask, const Occupancy& view) {
  return placer.fits(request_of(ask), {view, SimTime{}, RunKey{}});
}

}  // namespace berth
