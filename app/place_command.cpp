#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/described_cluster.hpp"
#include "app/override.hpp"
#include "app/placement_report.hpp"
#include "core/error.hpp"
#include "core/hostlist.hpp"
#include "core/settings_tree.hpp"
#include "scheduler/placer.hpp"

namespace berth {
namespace {

constexpr std::int64_t size_most = 100'000'000;

std::shared_ptr<const Topology> topology_of(const Arguments& arguments, const Console& console) {
  if (arguments.configs.empty() == !arguments.topology) {
    throw InputError(
        {"berth place"},
        arguments.topology ? "a config and --topology do not go together" : "no cluster is given",
        "give a config, or --topology FILE");
  }
  const std::string& path = arguments.topology ? *arguments.topology : arguments.configs.front();
  const DescribedCluster cluster = cluster_of(open_topology_file(arguments, path), arguments);
  for (const std::string& note : cluster.notes) {
    console.log.warning(note);
  }
  if (!cluster.assumption.empty()) {
    console.log.warning(cluster.assumption);
  }
  return cluster.topology;
}

void take_out(Occupancy& free, const std::string& hostlist) {
  std::vector<std::string> names;
  try {
    names = expand_hostlist(hostlist);
  } catch (const InputError& error) {
    throw InputError({"--unavailable"}, error.what());
  }
  for (const std::string& name : names) {
    const auto node = free.fleet().find(name);
    if (!node) {
      throw InputError({"--unavailable"}, "no such node " + shown(name),
                       fmt::format("the nodes are {} to {}", free.fleet().name(NodeId(0)),
                                   free.fleet().name(NodeId(free.fleet().nodes() - 1))));
    }
    if (free.available(*node)) {
      free.set_available(*node, false);
    }
  }
}

// --nodes: whole nodes; --gpus: in all; both: so many GPUs on each of so many nodes.
std::optional<Shape> shape_asked(const Arguments& arguments, const Fleet& fleet) {
  if (!arguments.nodes && !arguments.gpus) {
    throw InputError({"berth place"}, "nothing is asked for", "give --nodes N, --gpus G or both");
  }
  const auto count = [](const char* option, const std::optional<std::string>& text) {
    return text ? static_cast<std::uint32_t>(count_of(option, *text, 1, size_most)) : 0;
  };
  Ask ask;
  ask.whole_nodes = count("--nodes", arguments.nodes);
  ask.gpus = count("--gpus", arguments.gpus);
  if (ask.whole_nodes == 0 || ask.gpus == 0) {
    return shape_of(ask, fleet);
  }
  const Shape shape{ask.whole_nodes, ask.gpus, 0, 0};
  const bool fits = ask.whole_nodes <= fleet.nodes() && capacity_for(shape, fleet) >= shape.tasks;
  return fits ? std::optional(shape) : std::nullopt;
}

// The same fleet with at most `gpus` free on each node, so that no node takes two tasks.
Occupancy one_task_a_node(const Occupancy& free, std::uint32_t gpus) {
  Occupancy capped(free.fleet());
  for (std::uint32_t i = 0; i < free.fleet().nodes(); ++i) {
    const NodeId node(i);
    if (free.free_gpus(node) < gpus) {
      capped.set_available(node, false);
    } else {
      capped.assume(node, Occupancy::lowest(free.free(node), gpus), free.free_cpu_milli(node),
                    free.free_memory(node));
    }
  }
  return capped;
}

std::optional<Placement> place(const Placer& placer, const Shape& shape, const Occupancy& free,
                               bool on_different_nodes) {
  Request request;
  request.shape = shape;
  if (const std::string what = placer.contradiction(request, free.fleet()); !what.empty()) {
    throw InputError({"--placer"}, what);
  }
  auto placement = placer.place(request, {free, SimTime{}, RunKey{}});
  if (placement && on_different_nodes && placement->size() < shape.tasks) {
    const Occupancy capped = one_task_a_node(free, shape.gpus);
    return placer.place(request, {capped, SimTime{}, RunKey{}});
  }
  return placement;
}

}  // namespace

int place_command(const Arguments& arguments, const Console& console) {
  const SettingsTree part = parse_part(arguments.placer, "--placer");
  const auto placer = make_placer(part.root());
  check_all_used(part.root());
  const auto topology = topology_of(arguments, console);
  const Fleet& fleet = topology->fleet;
  placer->check_fleet(fleet);
  Occupancy free(fleet);
  if (arguments.unavailable) {
    take_out(free, *arguments.unavailable);
  }
  PlacementAnswer answer{free, part.root().kind(), shape_asked(arguments, fleet), {}};
  if (answer.shape) {
    answer.placement =
        place(*placer, *answer.shape, free, arguments.nodes.has_value() && arguments.gpus);
  }
  if (arguments.json) {
    console.out << placement_json(answer);
  } else {
    console.out << placement_text(answer);
    console.out << (arguments.explain ? placement_reasons(answer) : "");
  }
  return answer.placement ? exit_done : exit_no;
}

}  // namespace berth
